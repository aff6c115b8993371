// sys/storage/raft/snapshot-auto (enterprise)
import t from 'tap'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
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
