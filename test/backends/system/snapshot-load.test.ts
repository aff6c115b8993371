// sys/storage/raft/snapshot-load: secrets read and recovered from a loaded snapshot (enterprise, 1.20 and later)
import t, { type Test } from 'tap'
import { NEW_YEAR, UNSUPPORTED_PATH, vault, type Vault } from '../../vault-server.js'
import type { ServerOptions } from '../../../src/index.js'

const LOAD = 'sys/storage/raft/snapshot-load'

interface Loaded extends Vault {
  /** the loaded snapshot, in which `kv1/a` has the old value */
  readonly id: string
  readonly archive: Buffer
}

async function withSnapshot (t: Test, options: ServerOptions = {}): Promise<Loaded> {
  const it = vault(t, options)
  await it.send('POST', 'sys/mounts/kv1', { type: 'kv' })
  await it.send('PUT', 'kv1/a', { v: 'old' })
  const { rawPayload: archive } = await it.server.inject({
    url: '/v1/sys/storage/raft/snapshot', headers: { 'x-vault-token': 'root' }
  })
  await it.send('PUT', 'kv1/a', { v: 'new' })
  return { ...it, archive, id: (await it.data('POST', LOAD, archive)).snapshot_id }
}

t.test('POST snapshot-load is loading; GET says that it is ready, LIST names it', async (t) => {
  const { data, archive, id, verdict } = await withSnapshot(t, NEW_YEAR)
  t.match(await data('GET', `${LOAD}/${id}`), {
    status: 'ready', snapshot_id: id, created_at: '2024-01-01T00:00:00Z', expires_at: '2024-01-04T00:00:00Z'
  })
  t.same(await data('LIST', LOAD), { keys: [id] })
  t.equal(await verdict('DELETE', `${LOAD}/${id}`), '204')
  t.match(await data('POST', LOAD, archive), { status: 'loading' })
})

t.test('GET of a secret reads it as the loaded snapshot has it', async (t) => {
  const { data, id } = await withSnapshot(t)
  t.same(await data('GET', `kv1/a?read_snapshot_id=${id}`), { v: 'old' })
  t.same(await data('GET', 'kv1/a'), { v: 'new' })
  t.same(await data('LIST', `kv1?read_snapshot_id=${id}`), { keys: ['a'] })
})

t.test('POST of a secret recovers it, also to another path', async (t) => {
  const { verdict, data, id } = await withSnapshot(t)
  const headers = { 'x-vault-recover-snapshot-id': id, 'x-vault-recover-source-path': 'kv1/a' }
  t.equal(await verdict('POST', 'kv1/b', undefined, headers), '204')
  t.same(await data('GET', 'kv1/b'), { v: 'old' })
  t.match(await verdict('POST', 'kv1/none', undefined, { 'x-vault-recover-snapshot-id': id }), /^404/)
})

t.test('POST of a secret with ?recover_snapshot_id= recovers it, as 1.20 has it', async (t) => {
  const { verdict, data, id } = await withSnapshot(t)
  t.equal(await verdict('POST', `kv1/a?recover_snapshot_id=${id}`), '204')
  t.same(await data('GET', 'kv1/a'), { v: 'old' })
  t.equal(await verdict('POST', 'kv1/a?recover_snapshot_id=unknown'), '404')
  t.same(await data('GET', 'kv1/a'), { v: 'old' })
})

t.test('a recovery needs the capability of that name', async (t) => {
  const { send, verdict, tokenHeader, data, id } = await withSnapshot(t)
  const headers: Record<string, string>[] = []
  for (const capabilities of [['create', 'update'], ['recover']]) {
    const name = capabilities.join('-')
    await send('PUT', `sys/policies/acl/${name}`, { policy: `path "kv1/*" { capabilities = ${JSON.stringify(capabilities)} }` })
    headers.push(await tokenHeader({ policies: [name] }))
  }
  const [writer, recoverer] = headers
  t.match(await verdict('POST', `kv1/a?recover_snapshot_id=${id}`, undefined, writer), /^403/)
  t.match(await verdict('POST', 'kv1/a', { v: 'mine' }, recoverer), /^403/)
  t.equal(await verdict('POST', `kv1/a?recover_snapshot_id=${id}`, undefined, recoverer), '204')
  t.same(await data('GET', 'kv1/a'), { v: 'old' })
})

t.test('where there are no loaded snapshots a write that names one is a write, and there is no such capability', async (t) => {
  const { send, verdict, data } = vault(t, { profile: 'vault-1.14' })
  await send('POST', 'sys/mounts/kv1', { type: 'kv' })
  t.equal(await verdict('POST', 'kv1/a?recover_snapshot_id=x', { v: 'written' }), '204')
  t.same(await data('GET', 'kv1/a'), { v: 'written' })
  const policy = 'path "kv1/*" { capabilities = ["recover"] }'
  t.match(await verdict('PUT', 'sys/policies/acl/p', { policy }), /invalid capability "recover"/)
})

t.test('there is room for one snapshot, until it is unloaded or three days are over', async (t) => {
  const { verdict, archive, id, advance } = await withSnapshot(t, NEW_YEAR)
  t.equal(await verdict('POST', LOAD, archive), '400 a snapshot is loaded already')
  t.equal(await verdict('DELETE', `${LOAD}/${id}`), '204')
  t.equal(await verdict('LIST', LOAD), '404')
  t.equal(await verdict('POST', LOAD, archive), '200')
  advance(72 * 3_600_000)
  t.equal(await verdict('LIST', LOAD), '404')
})

t.test('POST snapshot-auto/snapshot-load/:name loads what an automated snapshot kept', async (t) => {
  const { send, data, verdict, advance } = vault(t, NEW_YEAR)
  await send('POST', 'sys/storage/raft/snapshot-auto/config/daily', {
    interval: '1d', storage_type: 'aws-s3', aws_s3_bucket: 'b', aws_s3_region: 'r', path_prefix: 'p'
  })
  advance(86_400_000)
  const { last_snapshot_url: url } = await data('GET', 'sys/storage/raft/snapshot-auto/status/daily')
  const path = 'sys/storage/raft/snapshot-auto/snapshot-load/daily'
  t.match(await data('POST', path, { url }), { status: 'loading', auto_config_name: 'daily', url })
  t.equal(await verdict('POST', path, {}), '400 url is required')
  t.equal(await verdict('POST', path, { url: 'x' }), '400 no snapshot found at "x"')
})

t.test('1.14 and the community edition know nothing of it', async (t) => {
  t.equal(await vault(t, { profile: 'vault-1.14' }).verdict('LIST', LOAD), UNSUPPORTED_PATH)
  t.equal(await vault(t, { profile: 'vault-1.21', edition: 'ce' }).verdict('LIST', LOAD), UNSUPPORTED_PATH)
})
