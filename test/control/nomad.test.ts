// The controls of Nomad servers, in code and over HTTP.
import t from 'tap'
import { createServer } from '../../src/index.js'

t.test('kill, start, pause, resume and elect do what they say', async (t) => {
  const { controls, close } = createServer({ seed: 1 })
  t.teardown(close)
  const { nomad, time, events } = controls
  t.same(nomad.list().map(({ leader }) => leader), [true, false, false])
  nomad.kill('server-0')
  t.match(nomad.status('server-0'), { process: 'stopped', member: 'failed', leader: false })
  time.advance(5000)
  t.ok(nomad.list().some(({ leader }) => leader))
  nomad.start('server-0.global')
  nomad.elect('127.0.0.1:4647')
  t.ok(nomad.status('server-0').leader)
  nomad.pause('server-2')
  nomad.resume('server-2')
  t.same(events.list({ cluster: 'nomad' }).map(({ kind }) => kind), ['killed', 'started', 'paused', 'resumed'])
})

t.test('what cannot be is refused', async (t) => {
  const { controls, close } = createServer()
  t.teardown(close)
  const { nomad } = controls
  t.throws(() => { nomad.start('server-0') }, { kind: 'impossible' } as never)
  t.throws(() => { nomad.kill('nope') }, { message: 'there is no Nomad server "nope"; there is server-0, server-1, server-2' })
})

t.test('links of Nomad servers are cut and healed', async (t) => {
  const { controls, close } = createServer({ time: 'manual' })
  t.teardown(close)
  const { nomad, links, time } = controls
  links.cut('server-0', 'nomad')
  time.advance(5000)
  t.notOk(nomad.status('server-0').leader)
  links.heal()
  t.equal(nomad.status('server-0').suffrage, 'voter')
})

t.test('over HTTP', async (t) => {
  const server = createServer()
  t.teardown(() => server.close())
  t.equal((await server.inject('/_mock/nomad/servers')).json().servers.length, 3)
  const killed = await server.inject({ method: 'POST', url: '/_mock/nomad/servers/server-1/kill' })
  t.match(killed.json(), { name: 'server-1', process: 'stopped' })
  t.equal((await server.inject({ method: 'POST', url: '/_mock/nomad/servers/nope/kill' })).statusCode, 404)
})
