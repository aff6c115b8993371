// What exists beyond the server: told at the start or while it runs, saved with it, written down, delayed, failed.
import t from 'tap'
import { createServer, OutsideError, type OutsideOptions, type Server } from '../../src/index.js'
import { vault } from '../vault-server.js'

const ANN = { users: { ann: { password: 'pw' } } }

async function control (server: Server, method: string, path: string, payload?: unknown): Promise<any> {
  const { statusCode, payload: text } = await server.inject({
    method, url: `/_mock/${path}`, ...(payload !== undefined && { payload: JSON.stringify(payload) })
  })
  return { status: statusCode, body: text === '' ? undefined : JSON.parse(text) }
}

const ask = async ({ world }: Server, address = 'ldap://directory') =>
  await world.outside.ask({ system: 'ldap', address, asked: 'log in ann' })

t.test('where nothing was told, nothing is there', async (t) => {
  const { server } = vault(t)
  t.strictSame(await ask(server), { reach: 'nothing', reason: 'lookup directory: no such host' })
  t.strictSame(await ask(server, 'ldap://127.0.0.1:1'), { reach: 'nothing', reason: 'connect: connection refused' })
})

t.test('with entries only these exist, those of any address behind those of their own', async (t) => {
  const other = { users: {} }
  const { server } = vault(t, { outside: { ldap: { 'ldap://Directory/': ANN } } })
  t.match(await ask(server), { reach: 'known', entry: ANN })
  t.match(await ask(server, 'ldap://elsewhere'), { reach: 'nothing' })
  server.controls.outside.add({ ldap: { '*': other } })
  t.match(await ask(server, 'ldap://elsewhere'), { reach: 'known', entry: other })
  t.match(await ask(server), { reach: 'known', entry: ANN })
})

t.test('anything is accepted where that was told', async (t) => {
  const { server } = vault(t, { outside: 'anything' })
  t.strictSame(await ask(server), { reach: 'anything' })
})

t.test('it is saved, forked and reset with the world', async (t) => {
  const { server } = vault(t, { outside: { ldap: { '*': ANN } } })
  const { body: state } = await control(server, 'GET', 'state')
  const loaded = vault(t, { state })
  t.match(await ask(loaded.server), { reach: 'known', entry: ANN })
  server.controls.checkpoints.save('here')
  server.controls.outside.set('anything')
  await ask(server)
  t.match(await server.controls.checkpoints.fork('here').world.outside.told, { ldap: { '*': ANN } })
  server.controls.reset()
  t.match(server.controls.outside.list(), { ldap: { '*': ANN } })
  t.strictSame(server.controls.outside.calls(), [])
})

t.test('controls read and change it', async (t) => {
  const { server } = vault(t)
  t.strictSame((await control(server, 'GET', 'outside')).body, { otherwise: 'nothing' })
  t.match(await control(server, 'PUT', 'outside', 'anything'), { status: 200, body: { otherwise: 'anything' } })
  t.match(await control(server, 'PUT', 'outside', { ldap: { '*': ANN } }), { body: { otherwise: 'nothing' } })
  const both = { ldap: { '*': ANN, 'ldap://a': { users: {} } } }
  t.strictSame((await control(server, 'PATCH', 'outside', { ldap: { 'ldap://a': { users: {} } } })).body, {
    otherwise: 'nothing', ...both
  })
  const refused = await control(server, 'PUT', 'outside', { ldap: { '*': { users: { ann: 5 } } } })
  t.strictSame(refused, {
    status: 400, body: { errors: ['/ldap/*/users/ann: expected object (an object with a password), found 5'] }
  })
  t.match(await control(server, 'GET', 'outside'), { body: both }, 'nothing has changed')
})

t.test('calls are listed, and stand in the journal and among the events', async (t) => {
  const { server } = vault(t, { journal: {} })
  await ask(server)
  await ask(server, 'ldap://127.0.0.1:1')
  const { body: { calls } } = await control(server, 'GET', 'outside/calls?address=ldap://127.*')
  t.match(calls, [{ number: 2, system: 'ldap', asked: 'log in ann', met: 'nothing', reason: /refused/ }])
  const [exchange] = server.controls.journal.list({ method: 'OUTSIDE' })
  t.match(exchange, { url: '/outside/ldap/ldap://directory', status: 503 })
  t.match(server.controls.events.list({ kind: 'outside-asked' })[0], { detail: /^ldap ldap:\/\/directory: log in ann/ })
  t.equal((await control(server, 'DELETE', 'outside/calls')).status, 204)
  t.strictSame(server.controls.outside.calls(), [])
})

t.test('faults make calls slow, or fail; they leave requests alone', async (t) => {
  const { server, verdict } = vault(t, { outside: 'anything' })
  const rule = { match: { outside: 'ldap/**', nth: 1 }, effect: { latency: 5, errors: ['i/o timeout'] } }
  server.controls.faults.add(rule)
  t.equal(await verdict('GET', 'sys/mounts'), '200')
  t.strictSame(await ask(server), { reach: 'nothing', reason: 'i/o timeout' })
  t.strictSame(await ask(server), { reach: 'anything' }, 'the second is not met')
  const refusals = [
    [{ match: { outside: '**', path: 'a' }, effect: { latency: 1 } }, '/match/path: expected no such field beside "outside"'],
    [{ match: { outside: '**' }, effect: { hang: true } }, '/effect/hang: expected latency or errors for what is asked of the outside']
  ] as const
  for (const [spec, text] of refusals) t.throws(() => server.controls.faults.add(spec), { message: text })
})

t.test('what cannot be used is refused at the start', (t) => {
  const wrong = (outside: unknown): void => { createServer({ outside: outside as OutsideOptions }) }
  t.throws(() => { wrong('everything') }, OutsideError)
  t.throws(() => { wrong({ moon: {} }) }, { message: '/moon: expected no such field, found an object' })
  t.end()
})

t.test('the latest thousand calls are kept', async (t) => {
  const { server } = vault(t)
  for (let i = 0; i < 1003; i++) await ask(server)
  const calls = server.controls.outside.calls()
  t.equal(calls.length, 1000)
  t.equal(calls.at(-1)?.number, 1003)
})
