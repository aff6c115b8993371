// sys/storage/raft/snapshot-auto (enterprise)
import t from 'tap'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { call, drOperationToken, openTestWorld } from '../../replication/replicated.js'
import { UNSUPPORTED_PATH, vault } from '../../vault-server.js'

const CONFIG = 'sys/storage/raft/snapshot-auto/config'
const STATUS = 'sys/storage/raft/snapshot-auto/status'
const NEW_YEAR_2025 = { time: 'manual', startAtMs: Date.UTC(2025, 0, 1) } as const
const DAY_MS = 86_400_000
const S3 = {
  interval: '1d', storage_type: 'aws-s3', aws_s3_bucket: 'b', aws_s3_region: 'r', retain: '5', path_prefix: 'p'
}

t.test('POST snapshot-auto/config/:name stores settings, which GET shows as numbers, with defaults', async (t) => {
  const { verdict, data } = vault(t)
  t.equal(await verdict('POST', `${CONFIG}/daily`, S3), '204')
  t.same(await data('GET', `${CONFIG}/daily`), {
    interval: 86400,
    retain: 5,
    path_prefix: 'p',
    file_prefix: 'vault-snapshot',
    storage_type: 'aws-s3',
    aws_s3_bucket: 'b',
    aws_s3_region: 'r'
  })
})

t.test('GET snapshot-auto/config/:name does not show secrets', async (t) => {
  const { send } = vault(t)
  await send('POST', `${CONFIG}/daily`, { ...S3, aws_access_key_id: 'id', aws_secret_access_key: 'opensesame' })
  const { text } = await send('GET', `${CONFIG}/daily`)
  t.match(text, '"aws_access_key_id":"id"')
  t.notMatch(text, 'opensesame')
})

t.test('LIST snapshot-auto/config lists the names, or is a 404', async (t) => {
  const { send, data, verdict } = vault(t)
  t.equal(await verdict('LIST', CONFIG), '404')
  await send('POST', `${CONFIG}/daily`, S3)
  t.same(await data('LIST', CONFIG), { keys: ['daily'] })
})

t.test('DELETE snapshot-auto/config/:name forgets it, and its status', async (t) => {
  const { send, verdict } = vault(t)
  await send('POST', `${CONFIG}/daily`, S3)
  t.equal(await verdict('DELETE', `${CONFIG}/daily`), '204')
  t.equal(await verdict('GET', `${CONFIG}/daily`), '404')
  t.equal(await verdict('GET', `${STATUS}/daily`), '404')
})

t.test('GET snapshot-auto/status/:name tells of the last run and the next', async (t) => {
  const { send, data, advance } = vault(t, NEW_YEAR_2025)
  await send('POST', `${CONFIG}/daily`, S3)
  t.match(await data('GET', `${STATUS}/daily`), {
    last_snapshot_start: '', next_snapshot_start: '2025-01-02T00:00:00Z'
  })
  advance(DAY_MS)
  t.match(await data('GET', `${STATUS}/daily`), {
    last_snapshot_start: '2025-01-02T00:00:00Z', last_snapshot_error: '', next_snapshot_start: '2025-01-03T00:00:00Z'
  })
})

t.test('GET snapshot-auto/status/:name names the file where its storage has it', async (t) => {
  const azure = { azure_container_name: 'c', azure_account_name: 'a', azure_account_key: 'k' }
  const targets: readonly (readonly [object, RegExp])[] = [
    [S3, /s3.*\/p/],
    [{ storage_type: 'google-gcs', google_gcs_bucket: 'b', path_prefix: 'p/' }, /storage\.googleapis\.com\/b\/p\//],
    [{ storage_type: 'azure-blob', path_prefix: 'p/', ...azure }, /a\.blob\.core\.windows\.net\/c\/p\//]
  ]
  for (const [target, url] of targets) {
    const { send, data, advance } = vault(t, NEW_YEAR_2025)
    await send('POST', `${CONFIG}/daily`, { interval: '1d', ...target })
    advance(DAY_MS)
    t.match((await data('GET', `${STATUS}/daily`)).last_snapshot_url, url)
  }
})

/** Files are written beside the requests. */
async function until (isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!await isSo()) await setImmediate()
}

t.test('local snapshots are files, of which as many are kept as are retained', async (t) => {
  const files = t.testdir({ backups: {} })
  const { send, data, advance } = vault(t, { ...NEW_YEAR_2025, files })
  const folder = join(files, 'backups')
  const local = { interval: '1d', storage_type: 'local', local_max_space: 1e9, path_prefix: '/backups', retain: 2 }
  await send('POST', `${CONFIG}/daily`, local)
  const name = async (): Promise<string> => (await data('GET', `${STATUS}/daily`)).last_snapshot_url.split('/').pop()
  const names: string[] = []
  for (let day = 0; day < 3; day++) {
    advance(DAY_MS)
    names.push(await name())
    await until(() => readdirSync(folder).includes(names[day] ?? '') && readdirSync(folder).length <= 2)
  }
  t.same(readdirSync(folder).sort(), names.slice(1))
})

t.test('GET snapshot-auto/status/:name tells why the last run failed', async (t) => {
  const { send, data, advance } = vault(t, NEW_YEAR_2025)
  const local = { interval: '1d', storage_type: 'local', local_max_space: 1, path_prefix: '/backups' }
  await send('POST', `${CONFIG}/daily`, local)
  advance(DAY_MS)
  await until(async () => (await data('GET', `${STATUS}/daily`)).last_snapshot_error !== '')
  t.match(await data('GET', `${STATUS}/daily`), {
    last_snapshot_error: /does not fit into local_max_space 1$/, last_snapshot_url: ''
  })
})

/** Inferred: no enterprise server could be recorded. */
const REFUSED: readonly (readonly [object, string])[] = [
  [{ interval: undefined }, 'interval is required and must be greater than zero'],
  [{ storage_type: '' }, 'storage_type is required'],
  [{ storage_type: 'tape' }, 'storage_type must be one of local, azure-blob, aws-s3, google-gcs; received: tape'],
  [{ path_prefix: '' }, 'path_prefix is required'],
  [{ retain: 0 }, 'retain must be at least 1'],
  [{ file_prefix: '../daily' }, 'file_prefix must not contain a path separator'],
  [{ storage_type: 'local', local_max_space: 1, path_prefix: '/a/../b' }, 'path_prefix must not contain ".."'],
  [{ aws_s3_bucket: '' }, 'aws_s3_bucket is required for storage type aws-s3'],
  [{ storage_type: 'local' }, 'local_max_space is required for storage type local'],
  [{ storage_type: 'google-gcs' }, 'path_prefix must end with a / for storage type google-gcs'],
  [
    { aws_s3_enable_kms: true, aws_s3_server_side_encryption: true },
    'aws_s3_enable_kms and aws_s3_server_side_encryption are mutually exclusive'
  ],
  [
    { storage_type: 'azure-blob', path_prefix: 'p/', azure_container_name: 'c', azure_auth_mode: 'x' },
    'azure_auth_mode must be one of shared, managed, environment'
  ],
  [
    { storage_type: 'azure-blob', path_prefix: 'p/', azure_container_name: 'c' },
    'azure_account_key is required'
  ],
  [
    { storage_type: 'azure-blob', path_prefix: 'p/', azure_container_name: 'c', azure_auth_mode: 'managed' },
    'azure_client_id is required'
  ]
]
for (const [change, text] of REFUSED) {
  t.test(`POST snapshot-auto/config/:name with ${JSON.stringify(change)} is refused: ${text}`, async (t) => {
    t.equal(await vault(t).verdict('POST', `${CONFIG}/daily`, { ...S3, ...change }), `400 ${text}`)
  })
}

t.test('snapshot-auto is a stub in the community edition and no path of OpenBao', async (t) => {
  const requests = [
    ['LIST', CONFIG], ['GET', `${CONFIG}/daily`], ['POST', `${CONFIG}/daily`], ['DELETE', `${CONFIG}/daily`],
    ['GET', `${STATUS}/daily`]
  ] as const
  const community = vault(t, { profile: 'vault-1.14', edition: 'ce' })
  const openBao = vault(t, { profile: 'openbao-2.5' })
  for (const [method, path] of requests) {
    t.equal(await community.verdict(method, path), '404 enterprise-only feature')
    t.equal(await openBao.verdict(method, path), UNSUPPORTED_PATH)
  }
})

const PAIR = { ...NEW_YEAR_2025, clusters: { east: {}, west: {} } } as const

t.test('each cluster of a performance set has settings of its own, and takes its own snapshots', async (t) => {
  const { east, west, world } = await openTestWorld(t, PAIR)
  await call(east, 'POST', `${CONFIG}/before`, S3)
  east.replicateTo(west)
  t.equal((await call(west, 'GET', `${CONFIG}/before`)).status, 404, 'settings of the primary stay there')
  t.equal((await call(west, 'POST', `${CONFIG}/own`, { ...S3, interval: '2h' })).status, 204)
  t.equal((await call(east, 'GET', `${CONFIG}/own`)).status, 404, 'and those of the secondary here')
  world.timeline.advance(3 * 3_600_000)
  t.match((await call(west, 'GET', `${STATUS}/own`)).json.data, {
    last_snapshot_start: '2025-01-01T02:00:00Z', last_snapshot_error: ''
  })
  t.match((await call(east, 'GET', `${STATUS}/before`)).json.data, { last_snapshot_start: '' })
})

t.test('a DR secondary takes none and refuses to be asked; promoted, it goes on where its primary stood', async (t) => {
  const { east, west, world } = await openTestWorld(t, PAIR)
  await call(east, 'POST', `${CONFIG}/daily`, S3)
  east.replicateTo(west, 'dr')
  const disabled = { status: 400, json: { errors: ['path disabled in replication DR secondary mode'] } }
  const token = await drOperationToken(west, east.unsealKeys[0] ?? '')
  for (const presented of ['root', token]) {
    for (const path of [`${CONFIG}/daily`, `${STATUS}/daily`, 'sys/storage/raft/snapshot']) {
      t.match(await call(west, 'GET', path, undefined, { token: presented }), disabled, path)
    }
    t.match(await call(west, 'POST', `${CONFIG}/daily`, S3, { token: presented }), disabled)
  }
  world.timeline.advance(2 * DAY_MS)
  const promotion = { dr_operation_token: token }
  t.equal((await call(west, 'POST', 'sys/replication/dr/secondary/promote', promotion)).status, 200)
  t.match((await call(west, 'GET', `${STATUS}/daily`)).json.data, { last_snapshot_start: '' })
  world.timeline.advance(DAY_MS)
  t.match((await call(west, 'GET', `${STATUS}/daily`)).json.data, { last_snapshot_start: '2025-01-04T00:00:00Z' })
})

const LOADED = 'sys/storage/raft/snapshot-load'
const AUTOLOADED = { ...S3, autoload_enabled: true }

t.test('autoload_enabled loads each snapshot once it is there, in place of the one before', async (t) => {
  const { send, data, advance } = vault(t, NEW_YEAR_2025)
  await send('POST', 'sys/mounts/kv1', { type: 'kv' })
  await send('PUT', 'kv1/a', { v: 'old' })
  await send('POST', `${CONFIG}/daily`, AUTOLOADED)
  t.match(await data('GET', `${CONFIG}/daily`), { autoload_enabled: true })
  t.notOk('loaded_snapshot_id' in await data('GET', `${STATUS}/daily`))
  const loadedId = async (): Promise<string | undefined> => (await data('GET', `${STATUS}/daily`)).loaded_snapshot_id
  advance(DAY_MS)
  await until(async () => await loadedId() !== undefined)
  const first = await loadedId()
  t.match(await data('GET', `${STATUS}/daily`), {
    loaded_snapshot_status: 'ready', loaded_snapshot_expires_at: '2025-01-05T00:00:00Z'
  })
  t.match(await data('GET', `${LOADED}/${first}`), { auto_config_name: 'daily', url: /vault-snapshot-/ })
  await send('PUT', 'kv1/a', { v: 'new' })
  t.same(await data('GET', `kv1/a?read_snapshot_id=${first}`), { v: 'old' })
  advance(DAY_MS)
  await until(async () => await loadedId() !== first)
  t.same(await data('GET', `kv1/a?read_snapshot_id=${await loadedId()}`), { v: 'new' })
})

t.test('autoloading is done at most once an hour', async (t) => {
  const { send, data, advance, server } = vault(t, NEW_YEAR_2025)
  await send('POST', `${CONFIG}/often`, { ...AUTOLOADED, interval: '25m' })
  const urls: string[] = []
  for (let run = 0; run < 4; run++) {
    advance(25 * 60_000)
    await until(async () => (await data('GET', `${STATUS}/often`)).loaded_snapshot_id !== undefined)
    await Promise.all(server.world.nodes.flatMap(({ cluster }) => [...cluster.autoSnapshotRuns.values()]))
    const { loaded_snapshot_id: id } = await data('GET', `${STATUS}/often`)
    urls.push((await data('GET', `${LOADED}/${id}`)).created_at)
  }
  t.same(urls, ['2025-01-01T00:25:00Z', '2025-01-01T00:25:00Z', '2025-01-01T00:25:00Z', '2025-01-01T01:40:00Z'])
})

t.test('autoloading does not drive out what an operator has loaded', async (t) => {
  const { send, data, advance, server } = vault(t, NEW_YEAR_2025)
  const { rawPayload } = await server.inject({
    url: '/v1/sys/storage/raft/snapshot', headers: { 'x-vault-token': 'root' }
  })
  const { snapshot_id: id } = await data('POST', LOADED, rawPayload)
  await send('POST', `${CONFIG}/daily`, AUTOLOADED)
  advance(DAY_MS)
  await until(async () => 'loading_error' in await data('GET', `${STATUS}/daily`))
  t.match(await data('GET', `${STATUS}/daily`), {
    loading_error: 'error loading snapshot: a snapshot is loaded already', last_snapshot_error: ''
  })
  t.same(await data('LIST', LOADED), { keys: [id] })
})

t.test('autoload_enabled is for one configuration, for cloud storage, and for 1.21', async (t) => {
  const { send, verdict } = vault(t)
  await send('POST', `${CONFIG}/daily`, AUTOLOADED)
  t.equal(await verdict('POST', `${CONFIG}/daily`, AUTOLOADED), '204')
  t.equal(
    await verdict('POST', `${CONFIG}/other`, AUTOLOADED),
    '400 autoload_enabled is already set for configuration "daily"'
  )
  const local = { interval: '1d', storage_type: 'local', local_max_space: 1, path_prefix: '/a', autoload_enabled: true }
  t.equal(
    await verdict('POST', `${CONFIG}/local`, local), '400 autoload_enabled is not supported for storage type local'
  )
  for (const [profile, shown] of [['vault-1.14', undefined], ['vault-1.21', false]] as const) {
    const other = vault(t, { profile })
    await other.send('POST', `${CONFIG}/daily`, S3)
    t.equal((await other.data('GET', `${CONFIG}/daily`)).autoload_enabled, shown)
  }
})
