// The audit log: what is hidden in it, and what happens where it cannot be written.
import fc from 'fast-check'
import t from 'tap'
import { createServer } from '../../src/index.js'
import { backends } from '../../src/backends/index.js'
import type { Node } from '../../src/cluster/node.js'
import { printJson, type JsonObject } from '../../src/json/index.js'
import { auditHash, enableAudit, type AuditDevice } from '../../src/vault/audit-devices.js'
import { tuneMount } from '../../src/vault/mounts/mount-tuning.js'
import { serve } from '../../src/vault/request.js'
import { FIXTURES } from '../../src/world/fixtures/index.js'
import { World } from '../../src/world/world.js'
import { MemoryFiles } from '../memory-files.js'

const DEVICE: AuditDevice = {
  path: 'file/', type: 'file', description: '', options: { file_path: '/audit.log' }, local: false, salt: 'salt'
}

function audited (): { node: Node, files: MemoryFiles } {
  const files = new MemoryFiles()
  const world = new World({ seed: 1, time: 'manual' }, { files })
  world.addNode('vault', { id: 'raft_0', apiAddr: 'http://127.0.0.1:8200', clusterAddr: '127.0.0.1:8201' })
  FIXTURES.dev(world, world.nodes, { rootToken: 'root' })
  const [node] = world.nodes as [Node]
  enableAudit(node.storage, files, DEVICE)
  return { node, files }
}

async function write (node: Node, data: JsonObject): Promise<void> {
  await serve(node, { id: '1', operation: 'update', path: 'cubbyhole/a', data, clientToken: 'root', headers: {} }, backends)
}

function loggedData (files: MemoryFiles): unknown {
  return JSON.parse(files.text('/audit.log').split('\n')[0]!).request.data
}

t.test('all text is hashed at any depth, whatever the keys are called; numbers and truth values stay', async (t) => {
  const { node, files } = audited()
  await write(node, { text: 'secret', inner: { text: 'secret', list: ['secret', 1, true, null] } })
  const hash = auditHash(DEVICE, 'secret')
  t.same(loggedData(files), { text: hash, inner: { text: hash, list: [hash, 1, true, null] } })
})

t.test('the keys that a mount says stay in clear', async (t) => {
  const { node, files } = audited()
  tuneMount(node.storage, 'cubbyhole/', { lists: { audit_non_hmac_request_keys: ['plain'] } }, ['audit_non_hmac_request_keys'], () => {})
  await write(node, { plain: 'seen', other: 'hidden' })
  t.same(loggedData(files), { other: auditHash(DEVICE, 'hidden'), plain: 'seen' })
})

t.test('a device that cannot be written is not enabled; where none can be written, requests are refused', async (t) => {
  const { node, files } = audited()
  files.full.add('/full.log')
  const full = { ...DEVICE, path: 'full/', options: { file_path: '/full.log' } }
  t.throws(() => { enableAudit(node.storage, files, full) }, { kind: 'invalid', message: /^sanity check failed; unable to open/ })
  files.full.add('/audit.log')
  await t.rejects(write(node, { a: 'b' }), { kind: 'failure', message: "event not processed by enough 'sink' nodes" })
})

t.test('a served world writes to real files', async (t) => {
  const server = createServer({ seed: 1, files: '/' })
  const file = `${t.testdir()}/deep/audit.log`
  const enabled = await server.inject({
    method: 'PUT', url: '/v1/sys/audit/file', headers: { 'x-vault-token': 'root' }, payload: { type: 'file', options: { file_path: file } }
  })
  t.equal(enabled.statusCode, 204)
  const { readFile, stat } = await import('node:fs/promises')
  t.match(await readFile(file, 'utf8'), /"type":"response"/)
  t.equal((await stat(file)).mode & 0o777, 0o600)
})

/** Where a request may carry a secret; `S` stands for it. */
const CARRIERS: readonly (readonly [string, string, object?])[] = [
  ['POST', 'kv1/a', { password: 'S', text: 'S', error: 'S', metadata: { key: 'S' }, inner: [{ list: ['S'] }] }],
  ['POST', 'kv1/b', { error: 'S' }],
  ['GET', 'kv1/b'],
  ['GET', 'kv1/a'],
  ['GET', 'kv1/a?password=S'],
  ['POST', 'secret/data/a', { data: { options: 'S', cas: { id: 'S' } }, options: {} }],
  ['GET', 'secret/data/a'],
  ['POST', 'secret/metadata/a', { custom_metadata: { owner: 'S' } }],
  ['GET', 'secret/metadata/a'],
  ['POST', 'cubbyhole/a', { path: 'S', type: 'S' }],
  ['GET', 'cubbyhole/a'],
  ['POST', 'auth/userpass/users/joe', { password: 'S' }],
  ['POST', 'auth/userpass/login/joe', { password: 'S' }],
  ['POST', 'auth/approle/role/r/custom-secret-id', { secret_id: 'S' }],
  ['POST', 'auth/approle/login', { role_id: 'S', secret_id: 'S' }],
  ['POST', 'auth/token/create', { id: 'S', ttl: '1h' }],
  ['POST', 'auth/token/lookup', { token: 'S' }],
  ['POST', 'auth/token/create', { ttl: 'S' }],
  ['POST', 'auth/token/revoke', { token: 'S' }],
  ['POST', 'sys/wrapping/wrap', { a: 'S' }],
  ['POST', 'sys/wrapping/unwrap', { token: 'S' }],
  ['POST', 'sys/tools/hash', { input: 'S', algorithm: 'S' }],
  ['POST', 'sys/mounts/x', { type: 'S', description: 'S' }],
  ['POST', 'identity/entity', { name: 'e', metadata: { phone: 'S' } }]
]

t.test('what requests carry is found in the log as its hash alone', async (t) => {
  const files = t.testdir()
  const server = createServer({ seed: 1, files })
  t.teardown(() => server.close())
  const send = async (method: string, path: string, payload?: object, token = 'root') => await server.inject({
    method, url: `/v1/${path}`, headers: { 'x-vault-token': token }, ...(payload && { payload })
  })
  await send('POST', 'sys/mounts/kv1', { type: 'kv' })
  for (const type of ['userpass', 'approle']) await send('POST', `sys/auth/${type}`, { type })
  await send('POST', 'auth/approle/role/r', {})
  await send('PUT', 'sys/audit/file', { type: 'file', options: { file_path: '/audit.log' } })
  const { readFileSync } = await import('node:fs')
  const device = server.world.nodes[0]!.storage.get('replicated/audit/file/') as AuditDevice
  const secrets = fc.string({ minLength: 12, maxLength: 20, unit: fc.constantFrom(...'abcdefgh0123<>') })
  await fc.assert(fc.asyncProperty(secrets, async (secret) => {
    const before = readFileSync(`${files}/audit.log`).length
    await send('GET', 'sys/mounts', undefined, secret)
    for (const [method, path, body] of CARRIERS) {
      const carrying = body && JSON.parse(JSON.stringify(body).replaceAll('"S"', JSON.stringify(secret)))
      await send(method, path.replace('S', secret), carrying)
    }
    const text = readFileSync(`${files}/audit.log`, 'utf8').slice(before)
    t.notOk([secret, printJson(secret).slice(1, -1)].some((plain) => text.includes(plain)), secret)
    t.ok(text.includes(auditHash(device, secret)))
  }), { numRuns: 20 })
})
