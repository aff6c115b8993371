// Secrets read and recovered from a loaded snapshot (enterprise, 1.20 and later).
import t from 'tap'
import { vault, type Vault } from '../../vault-server.js'

async function withSnapshot ({ send, server }: Vault): Promise<string> {
  await send('POST', 'sys/mounts/kv1', { type: 'kv' })
  await send('PUT', 'kv1/a', { v: 'old' })
  const { rawPayload } = await server.inject({ url: '/v1/sys/storage/raft/snapshot', headers: { 'x-vault-token': 'root' } })
  await send('PUT', 'kv1/a', { v: 'new' })
  const { body } = await send('POST', 'sys/storage/raft/snapshot-load', rawPayload)
  return body.data.snapshot_id
}

t.test('a secret is read as the loaded snapshot has it', async (t) => {
  const it = vault(t)
  const id = await withSnapshot(it)
  t.match((await it.send('GET', `sys/storage/raft/snapshot-load/${id}`)).body.data, { status: 'ready', snapshot_id: id })
  t.same((await it.send('GET', `kv1/a?read_snapshot_id=${id}`)).body.data, { v: 'old' })
  t.same((await it.send('GET', 'kv1/a')).body.data, { v: 'new' })
  t.same((await it.send('LIST', `kv1?read_snapshot_id=${id}`)).body.data, { keys: ['a'] })
})

t.test('a secret is recovered, also to another path', async (t) => {
  const it = vault(t)
  const id = await withSnapshot(it)
  const headers = { 'x-vault-recover-snapshot-id': id, 'x-vault-recover-source-path': 'kv1/a' }
  t.equal((await it.send('POST', 'kv1/b', undefined, headers)).status, 204)
  t.same((await it.send('GET', 'kv1/b')).body.data, { v: 'old' })
  t.equal((await it.send('POST', 'kv1/none', undefined, { 'x-vault-recover-snapshot-id': id })).status, 404)
})

t.test('there is room for one snapshot, until it is unloaded or three days are over', async (t) => {
  const it = vault(t, { time: 'manual' })
  const id = await withSnapshot(it)
  const { rawPayload } = await it.server.inject({ url: '/v1/sys/storage/raft/snapshot', headers: { 'x-vault-token': 'root' } })
  t.same((await it.send('POST', 'sys/storage/raft/snapshot-load', rawPayload)).body, { errors: ['a snapshot is loaded already'] })
  t.equal((await it.send('DELETE', `sys/storage/raft/snapshot-load/${id}`)).status, 204)
  t.equal((await it.send('LIST', 'sys/storage/raft/snapshot-load')).status, 404)
  t.equal((await it.send('POST', 'sys/storage/raft/snapshot-load', rawPayload)).status, 200)
  it.server.world.timeline.advance(72 * 3_600_000)
  t.equal((await it.send('LIST', 'sys/storage/raft/snapshot-load')).status, 404)
})

t.test('1.14 knows nothing of it', async (t) => {
  const { send } = vault(t, { profile: 'vault-1.14' })
  t.same((await send('LIST', 'sys/storage/raft/snapshot-load')).body, { errors: ['1 error occurred:\n\t* unsupported path\n\n'] })
})
