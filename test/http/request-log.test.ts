// The log: what stands in it at each level, and what never does.
import pino from 'pino'
import t, { type Test } from 'tap'
import { makeLog, standardLine } from '../../src/command/log.js'
import { createNomad, createServer, type ServerOptions } from '../../src/index.js'

type Line = Readonly<Record<string, any>>

function logged (t: Test, level: string, options: ServerOptions = {}) {
  const lines: Line[] = []
  const logger = pino({ level, base: null }, { write: (line: string) => { lines.push(JSON.parse(line)) } })
  const server = createServer({ seed: 1, logger, ...options })
  t.teardown(() => server.close())
  const ask = (method: string, url: string, payload?: object | string, headers: Record<string, string> = {}) =>
    server.inject({ method, url, headers: { 'x-vault-token': server.rootToken ?? '', ...headers }, ...(payload !== undefined && { payload }) })
  return { server, lines, ask }
}

t.test('info: a line per request, with Vault\'s own id', async (t) => {
  const { lines, ask } = logged(t, 'info')
  const answer = await ask('LIST', '/v1/sys/policies/acl?secret=1')
  await ask('GET', '/v1/sys/health')
  t.match(lines[0], {
    msg: 'request completed', method: 'LIST', path: '/v1/sys/policies/acl', status: 200, node: 'raft_0', cluster: 'vault', request_id: answer.json().request_id
  })
  t.type(lines[0]?.ms, 'number')
  t.match(lines[1], { path: '/v1/sys/health', status: 200 })
  t.not(lines[0]?.request, lines[1]?.request, 'each with an id of its own')
  t.equal(lines.length, 2)
})

t.test('info: what happens in the world', async (t) => {
  const { lines, ask } = logged(t, 'info')
  await ask('POST', '/v1/sys/replication/dr/primary/enable', {})
  await ask('PUT', '/v1/sys/step-down')
  await ask('POST', '/_mock/time/skip-until', { condition: 'leader-elected' })
  await ask('PUT', '/v1/sys/seal')
  const events = lines.map(({ msg }) => msg).filter((msg) => msg !== 'request completed')
  t.same(events, ['replication changed', 'leader lost', 'leader elected', 'time moved', 'leader lost', 'sealed'])
})

t.test('warn: what a user will wonder about, and nothing else', async (t) => {
  const { lines, ask } = logged(t, 'warn')
  await ask('GET', '/v1/sys/health')
  await ask('POST', '/v1/sys/mounts/gcpkms', { type: 'gcpkms' })
  await ask('GET', '/v1/gcpkms/keys')
  await ask('GET', '/v1/sys/no-such-path')
  await ask('POST', '/v1/sys/storage/raft/snapshot', 'no archive')
  t.same(lines.map(({ msg, path }) => [msg, path]), [
    ['vault-mock does not simulate the "gcpkms" secrets engine; see the table "not simulated" in its README', '/v1/gcpkms/keys'],
    ['there is no such path in this profile and edition', '/v1/sys/no-such-path'],
    ['snapshot refused', '/v1/sys/storage/raft/snapshot']
  ])
  t.ok(lines.every(({ request }) => /^vault-\d+$/.test(request)))
})

t.test('warn: a join to nobody of this process says so', async (t) => {
  const { lines, ask } = logged(t, 'warn', { fixture: 'uninitialized' })
  await ask('POST', '/v1/sys/storage/raft/join', { leader_api_addr: 'http://127.0.0.1:1' })
  t.match(lines, [{ msg: /raft does not span processes/, leader: 'http://127.0.0.1:1', said: /connection refused/ }])
})

t.test('debug: which way a request went', async (t) => {
  const { lines, ask } = logged(t, 'debug')
  await ask('GET', '/v1/secret/data/a')
  t.match(lines, [
    { msg: 'routed', mount: 'secret/', type: 'kv', path: 'data/*path' },
    { msg: 'allowed', operation: 'read', policies: ['root'], accessor: String },
    { msg: 'refused', kind: 'nothing' },
    { msg: 'request completed', status: 404 }
  ])
  lines.length = 0
  await ask('GET', '/v1/secret/data/a', undefined, { 'x-vault-token': 'wrong' })
  t.match(lines.map(({ msg }) => msg), ['routed', 'refused', 'request completed'])
})

t.test('a fault of ours is an error with the request\'s id, and says nothing to the client', async (t) => {
  const { server, lines, ask } = logged(t, 'error')
  Object.defineProperty(server.controls, 'nodes', { get: () => { throw new Error('private words') } })
  const answer = await ask('GET', '/_mock/nodes')
  t.same([answer.statusCode, answer.json()], [500, { errors: ['internal error'] }])
  t.match(lines, [{ msg: 'fault', request: 'mock-1', err: { message: 'private words' }, path: '/_mock/nodes' }])
})

t.test('Nomad\'s listeners log like the others', async (t) => {
  const lines: Line[] = []
  const logger = pino({ level: 'info', base: null }, { write: (line: string) => { lines.push(JSON.parse(line)) } })
  const nomad = await createNomad({ servers: 1, logger })
  t.teardown(() => nomad.close())
  await nomad.servers[0]?.inject('/v1/status/leader?x=1')
  t.match(lines, [{ msg: 'request completed', method: 'GET', path: '/v1/status/leader', status: 200, server: 'server-0', region: 'global' }])
})

t.test('no level prints a secret', async (t) => {
  const { server, lines, ask } = logged(t, 'trace', { rootToken: 'hvs.rootrootrootrootrootroot' })
  const secret = (name: string): string => `s3cr3t-${name}-${'x'.repeat(12)}`
  const secrets = ['value', 'password', 'header', 'query', 'field', 'origin', 'bearer', 'share', 'join', 'wrapped', 'body'].map(secret)
  const [value, password, header, query, field, origin, bearer, share, join, wrapped, body] = secrets as string[]
  await ask('POST', '/v1/secret/data/a', { data: { value } })
  await ask('GET', '/v1/secret/data/a')
  await ask('GET', `/v1/secret/data/a?x=${query}&version=${query}`)
  await ask('POST', '/v1/sys/auth/userpass', { type: 'userpass' })
  await ask('POST', '/v1/auth/userpass/users/u', { password, token_ttl: field })
  await ask('POST', '/v1/auth/userpass/users/u', { password })
  await ask('POST', '/v1/auth/userpass/login/u', { password: `${password}-wrong` })
  const login = await ask('POST', '/v1/auth/userpass/login/u', { password })
  const { client_token: token } = login.json().auth
  secrets.push(token)
  await ask('GET', `/v1/auth/token/lookup/${token}`)
  await ask('GET', '/v1/secret/data/a', undefined, { 'x-vault-token': token, cookie: `a=${header}`, 'x-custom': String(header) })
  await ask('GET', '/v1/secret/data/a', undefined, { 'x-vault-token': '', authorization: `Bearer ${bearer}` })
  await ask('GET', '/v1/secret/data/a', undefined, { origin: String(origin) })
  await ask('GET', `/v1/secret/data/${bearer}`, undefined, { 'x-vault-token': String(bearer) })
  await ask('PUT', '/v1/sys/unseal', { key: share })
  await ask('PUT', '/v1/sys/unseal', `{"key": "${share}"`)
  await ask('POST', '/v1/sys/storage/raft/join', { leader_client_key: join, leader_api_addr: '' })
  const wrap = await ask('POST', '/v1/sys/wrapping/wrap', { wrapped }, { 'x-vault-wrap-ttl': '60s' })
  const wrappingToken: string = wrap.json().wrap_info.token
  secrets.push(wrappingToken)
  await ask('POST', '/v1/sys/wrapping/unwrap', { token: wrappingToken })
  await ask('POST', '/v1/sys/storage/raft/snapshot', body)
  await ask('PUT', '/v1/sys/generate-root/attempt')
  await ask('PUT', '/v1/sys/generate-root/update', { key: server.unsealKeys[0] })
  secrets.push(...server.unsealKeys)
  await ask('GET', '/_mock/state')
  await ask('GET', '/_mock/journal?reveal=true')
  secrets.push(String(server.rootToken))
  const text = JSON.stringify(lines)
  t.ok(lines.length > 60, 'there is something to look through')
  for (const one of secrets) t.notOk(text.includes(one), one)
})

t.test('the command\'s two forms', async (t) => {
  const written: Record<string, string[]> = { json: [], standard: [] }
  for (const logFormat of ['json', 'standard'] as const) {
    const log = makeLog({ logLevel: 'info', logFormat }, (line) => { written[logFormat]?.push(line) })
    log?.debug('not shown')
    log?.info({ path: '/v1/a', said: 'two words', list: ['a', 'b'] }, 'request completed')
    log?.warn('careful')
  }
  t.match(JSON.parse(written.json?.[0] ?? ''), { '@level': 'info', '@message': 'request completed', '@timestamp': /^\d{4}-.*Z$/, path: '/v1/a' })
  t.match(written.standard?.[0], /^\d{4}-\d\d-\d\dT[\d:.]+Z \[INFO\] {2}request completed: path=\/v1\/a said="two words" list=\[a, b\]\n$/)
  t.match(written.standard?.[1], /Z \[WARN\] {2}careful\n$/)
  t.equal(makeLog({ logLevel: 'off', logFormat: 'json' }, () => {}), undefined)
})

t.test('a fault\'s stack stands below its line', (t) => {
  const line = standardLine(JSON.stringify({ '@level': 'error', '@message': 'fault', '@timestamp': 'T', err: { stack: 'Error: a\n    at b' } }))
  t.equal(line, 'T [ERROR] fault\n  | Error: a\n  |     at b\n')
  t.end()
})
