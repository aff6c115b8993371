import t from 'tap'
import type { Cluster } from '../../../src/cluster/cluster.js'
import { authPaths } from '../../../src/backends/system/auth.js'
import { mountsPaths } from '../../../src/backends/system/mounts.js'
import { pluginsCatalogPaths } from '../../../src/backends/system/plugins-catalog.js'
import { remountPaths } from '../../../src/backends/system/remount.js'
import { createInitialMounts, mountAt } from '../../../src/vault/mounts/mounts.js'
import { Bench, countingIds } from '../../call.js'

function sys (profile?: 'openbao-2.5'): Bench {
  const bench = new Bench({ type: 'system', paths: [...mountsPaths, ...authPaths, ...remountPaths, ...pluginsCatalogPaths] }, { profile })
  createInitialMounts({ storage: bench.storage, random: { stream: () => countingIds() } } as unknown as Cluster)
  return bench
}

const KV2 = { type: 'kv', options: { version: '2' }, description: 'my secrets' }

t.test('a mount as recorded', async (t) => {
  const bench = sys()
  t.equal(bench.run('update', 'mounts/secret', KV2), undefined)
  const mount = bench.data('read', 'mounts/secret') as Record<string, unknown>
  t.same(Object.keys(mount), [
    'accessor', 'config', 'deprecation_status', 'description', 'external_entropy_access', 'local', 'options', 'plugin_version',
    'running_plugin_version', 'running_sha256', 'seal_wrap', 'type', 'uuid'
  ])
  t.match(mount, { config: { default_lease_ttl: 0, force_no_cache: false, max_lease_ttl: 0 }, description: 'my secrets', options: { version: '2' }, type: 'kv' })
  t.same((bench.data('read', 'mounts/secret/foo') as Record<string, unknown>).uuid, mount.uuid)
})

t.test('tuning as recorded', async (t) => {
  const bench = sys()
  bench.run('update', 'mounts/secret', KV2)
  const before = { default_lease_ttl: 2764800, description: 'my secrets', force_no_cache: false, max_lease_ttl: 2764800, options: { version: '2' } }
  t.same(bench.data('read', 'mounts/secret/tune'), before)
  t.equal(bench.run('update', 'mounts/secret/tune', { default_lease_ttl: '1h', max_lease_ttl: 7200, description: 'new' }), undefined)
  t.same(bench.data('read', 'mounts/secret/tune'), { ...before, default_lease_ttl: 3600, max_lease_ttl: 7200, description: 'new' })
  bench.run('update', 'auth/approle', { type: 'approle' })
  const approle = { default_lease_ttl: 2764800, description: '', force_no_cache: false, max_lease_ttl: 2764800, token_type: 'default-service' }
  t.same(bench.data('read', 'auth/approle/tune'), approle)
  t.equal(bench.run('update', 'mounts/auth/approle/tune', { max_lease_ttl: '1h' }), undefined)
  t.match(bench.data('read', 'auth/approle/tune'), { default_lease_ttl: 3600, max_lease_ttl: 3600 })
})

t.test('lists are maps by path', async (t) => {
  const bench = sys()
  t.same(Object.keys(bench.data('read', 'mounts') as object), ['cubbyhole/', 'identity/', 'sys/'])
  t.match(bench.data('read', 'auth'), { 'token/': { type: 'token', config: { token_type: 'default-service' } } })
})

t.test('options: empty, null or as sent', async (t) => {
  const bench = sys()
  bench.run('update', 'mounts/a', { type: 'kv' })
  bench.run('update', 'mounts/b', { type: 'kv', options: null })
  bench.run('update', 'mounts/c', { type: 'kv', options: { version: 1 } })
  const options = ['a/', 'b/', 'c/'].map((path) => mountAt(bench.storage, 'mounts', path)?.options)
  t.same(options, [{}, null, { version: '1' }])
})

t.test('what is not there', async (t) => {
  const bench = sys()
  t.throws(() => bench.run('read', 'mounts/none'), { kind: 'invalid', message: 'No secret engine mount at none/' })
  t.throws(() => bench.run('read', 'auth/none'), { kind: 'invalid', message: 'No auth engine at none/' })
  t.throws(() => bench.run('read', 'mounts/none/tune'), { kind: 'invalid', message: 'cannot fetch sysview for path "none/"' })
  t.equal(bench.run('delete', 'mounts/none'), undefined)
  t.throws(() => bench.run('list', 'mounts/'), { message: 'unsupported path' })
  t.throws(() => bench.run('list', 'mounts/secret/'), { message: 'unsupported operation' })
})

t.test('a move and its status as recorded', async (t) => {
  const bench = sys('openbao-2.5')
  bench.run('update', 'mounts/secret', KV2)
  const answer = bench.run('update', 'remount', { from: 'secret', to: 'renamed' })
  t.match(answer?.warnings, [/^Mount move has been queued\. Progress will be reported in OpenBao's server log/])
  const id = answer?.data?.migration_id as string
  t.same(bench.data('read', `remount/status/${id}`), { migration_id: id, migration_info: { source_mount: 'secret/', target_mount: 'renamed/', status: 'success' } })
  t.equal(bench.run('read', 'remount/status/none'), undefined)
})

t.test('the catalogue', async (t) => {
  const bench = sys()
  t.same(Object.keys(bench.data('read', 'plugins/catalog') as object), ['auth', 'database', 'detailed', 'secret'])
  t.same(bench.data('list', 'plugins/catalog/auth/'), { keys: ['approle', 'userpass'] }, 'only what can be enabled here')
  t.match(bench.data('read', 'plugins/catalog/secret/kv'), { builtin: true, name: 'kv' })
})

t.test('a locked-out user setting is shown where it was tuned', async (t) => {
  const bench = sys()
  bench.run('update', 'auth/userpass', { type: 'userpass' })
  bench.run('update', 'auth/userpass/tune', { user_lockout_config: { lockout_threshold: 3, lockout_duration: '10m' } })
  t.match(bench.data('read', 'auth/userpass/tune'), { user_lockout_threshold: 3, user_lockout_duration: 600, user_lockout_disable: false })
})
