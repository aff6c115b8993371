// The audit log: what is hidden in it, and what happens where it cannot be written.
import t from 'tap'
import { createServer } from '../../src/index.js'
import { backends } from '../../src/backends/index.js'
import type { Node } from '../../src/cluster/node.js'
import type { JsonObject } from '../../src/json/index.js'
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
