// Who may call, and who may steer.
import { request } from 'node:http'
import t from 'tap'
import { control } from '../../src/command/ctl/index.js'
import { createCluster, createServer, type Server } from '../../src/index.js'
import { ControlClient } from '../../src/testing.js'

const HEALTH = '/v1/sys/health'

async function statusFor (server: Server, url: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return (await server.inject({ method, url, headers })).statusCode
}

/** `fetch` chooses the Host header itself. */
async function statusOver (base: string, path: string, host: string): Promise<number> {
  return await new Promise((resolve, reject) => {
    request(base + path, { headers: { host } }, (answer) => { answer.resume(); resolve(answer.statusCode ?? 0) })
      .on('error', reject).end()
  })
}

t.test('a name that a page on the internet may have does not reach the controls', async (t) => {
  const server = createServer()
  const refused = await server.inject({ url: '/_mock/state', headers: { host: 'rebound.example.com' } })
  t.same([refused.statusCode, refused.json()], [403, {
    errors: ['the host "rebound.example.com" may not be called here; --allowed-hosts allows it']
  }])
  for (const host of ['127.0.0.1:8200', '[::1]:8200', '10.1.2.3', 'localhost', 'vault:8200', 'a.localhost', 'nas.local',
    'v.internal', 'x.test', 'vault.default.svc', 'vault.default.svc.cluster.local', 'VAULT.TEST.']) {
    t.equal(await statusFor(server, '/_mock/nodes', { host }), 200, host)
  }
  for (const host of ['a.com', 'local.com', '[', '127.0.0.1.evil.com', 'evil.com:8200', 'x.notlocalhost.']) {
    t.equal(await statusFor(server, '/_mock/nodes', { host }), 403, host)
  }
})

t.test('names can be allowed', async (t) => {
  const server = createServer({ allowedHosts: ['vault.example.com', '*.corp.example'] })
  t.equal(await statusFor(server, '/_mock/nodes', { host: 'vault.example.com:8200' }), 200)
  t.equal(await statusFor(server, '/_mock/nodes', { host: 'a.b.corp.example' }), 200)
  t.equal(await statusFor(server, '/_mock/nodes', { host: 'other.example.com' }), 403)
})

t.test('listening on loopback only, Vault and Nomad are as careful', async (t) => {
  const cluster = await createCluster({ nomad: { servers: 1 }, allowedHosts: ['own.example.com'] })
  t.teardown(cluster.close)
  const vault = cluster.leader?.url ?? ''
  const nomad = cluster.world.nomad?.servers[0]
  const nomadUrl = `http://${nomad?.host}:${nomad?.httpPort}`
  for (const [base, path] of [[vault, HEALTH], [nomadUrl, '/v1/status/leader']] as const) {
    t.equal(await statusOver(base, path, 'rebound.example.com'), 403, path)
    t.equal(await statusOver(base, path, 'own.example.com'), 200, path)
    t.equal(await statusOver(base, path, 'localhost'), 200, path)
  }
})

t.test('listening for others, Vault is called by any name, the controls are not', async (t) => {
  const cluster = await createCluster({ host: '0.0.0.0' })
  t.teardown(cluster.close)
  const url = cluster.leader?.url ?? ''
  t.equal(await statusOver(url, HEALTH, 'vault.example.com'), 200)
  t.equal(await statusOver(url, '/_mock/nodes', 'vault.example.com'), 403)
})

t.test('a page may steer only from the server\'s own origin, with labelled bodies', async (t) => {
  const server = createServer()
  const reset = async (headers: Record<string, string>, payload?: string): Promise<number> =>
    (await server.inject({ method: 'POST', url: '/_mock/reset', headers: { host: 'localhost:8200', ...headers }, payload })).statusCode
  t.equal(await reset({ origin: 'http://evil.example.com' }), 403)
  t.equal(await reset({ origin: 'http://localhost:3000' }), 403)
  t.equal(await reset({ origin: 'null' }), 403)
  t.equal(await reset({ origin: 'http://localhost:8200' }), 204)
  t.equal(await reset({ origin: 'http://localhost:8200', 'content-type': 'text/plain' }, '{}'), 415)
  t.equal(await reset({ origin: 'http://localhost:8200', 'content-type': 'application/json' }, '{}'), 204)
  t.equal(await reset({ 'content-type': 'text/plain' }, '{}'), 204)
})

t.test('a control token closes the controls, not Vault', async (t) => {
  const server = createServer({ controlToken: 'hush' })
  t.equal(await statusFor(server, '/_mock/journal?reveal=true', {}), 403)
  t.equal(await statusFor(server, '/_mock/journal?reveal=true', { 'x-vault-mock-control-token': 'hus' }), 403)
  t.equal(await statusFor(server, '/_mock/journal?reveal=true', { 'x-vault-mock-control-token': 'hush' }), 200)
  t.equal(await statusFor(server, '/_mock/worlds/default/_mock/nodes', {}), 403)
  t.equal(await statusFor(server, `/_mock/worlds/default${HEALTH}`, {}), 200)
  t.equal(await statusFor(server, HEALTH, {}), 200)
})

t.test('ctl and the client send the control token', async (t) => {
  const cluster = await createCluster({ controlToken: 'hush' })
  t.teardown(cluster.close)
  const url = cluster.leader?.url ?? ''
  const run = async (environment: Record<string, string>): Promise<number> =>
    await control(['nodes', 'raft_0', 'seal'], { VAULT_ADDR: url, ...environment }, () => {})
  t.equal(await run({}), 1)
  t.equal(await run({ VAULT_MOCK_CONTROL_TOKEN: 'hush' }), 0)
  await t.rejects(new ControlClient(url).nodes.list(), /control token/)
  t.equal((await new ControlClient(url, { controlToken: 'hush' }).nodes.list()).length, 1)
})
