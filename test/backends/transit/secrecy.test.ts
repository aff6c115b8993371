// Transit's texts and keys are hashed in the audit log, and hidden in the journal
import t from 'tap'
import { backends } from '../../../src/backends/index.js'
import type { JsonObject } from '../../../src/json/index.js'
import type { Operation } from '../../../src/vault/paths.js'
import { enableAudit } from '../../../src/vault/audit-devices.js'
import { serve } from '../../../src/vault/request.js'
import { FIXTURES } from '../../../src/world/fixtures/index.js'
import { World } from '../../../src/world/world.js'
import { MemoryFiles } from '../../memory-files.js'
import { base64, transit } from './transit-server.js'

const TEXT = base64('quite a secret')

t.test('the audit log holds neither texts nor keys nor backups', async (t) => {
  const files = new MemoryFiles()
  const world = new World({ seed: 1, time: 'manual' }, { files })
  world.addNode('vault', { id: 'raft_0', apiAddr: 'http://127.0.0.1:8200', clusterAddr: '127.0.0.1:8201' })
  FIXTURES.dev(world, world.nodes, { rootToken: 'root' })
  const node = world.nodes[0]!
  const device = { path: 'file/', type: 'file', description: '', local: false, salt: 'salt' }
  enableAudit(node.storage, files, { ...device, options: { file_path: '/audit.log' } })
  const ask = async (operation: Operation, path: string, data: JsonObject = {}): Promise<any> => {
    const request = { id: '1', operation, path, data, clientToken: 'root', headers: {} }
    return (await serve(node, request, backends)).response?.data
  }
  await ask('update', 'sys/mounts/transit', { type: 'transit' })
  await ask('update', 'transit/keys/mine', { exportable: true, allow_plaintext_backup: true })
  const { batch_results: [{ ciphertext }] } = await ask('update', 'transit/encrypt/mine', { batch_input: [{ plaintext: TEXT }] })
  await ask('update', 'transit/decrypt/mine', { batch_input: [{ ciphertext }] })
  const { plaintext } = await ask('update', 'transit/datakey/plaintext/mine')
  const { keys } = await ask('read', 'transit/export/encryption-key/mine')
  const { backup } = await ask('read', 'transit/backup/mine')
  const log = files.text('/audit.log')
  t.match(log, /transit\/backup\/mine/)
  for (const secret of [TEXT, plaintext, keys[1], backup, ciphertext]) t.notOk(log.includes(secret))
})

t.test('the journal hides them', async (t) => {
  const { write, read, key, server } = await transit(t)
  await key('mine', { exportable: true })
  await write('encrypt/mine', { plaintext: TEXT })
  const exported = (await read('export/encryption-key/mine')).keys[1]
  const journal = (await server.inject({ method: 'GET', url: '/_mock/journal' })).payload
  t.match(journal, /transit\/encrypt\/mine/)
  t.notOk(journal.includes(TEXT))
  t.notOk(journal.includes(exported))
})
