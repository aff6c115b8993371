import t from 'tap'
import fc from 'fast-check'
import type { Cluster } from '../../src/cluster/cluster.js'
import { Storage } from '../../src/cluster/storage.js'
import { disableMount, enableMount, migrationOf, remount, type MountRequest } from '../../src/vault/mounts/mount-changes.js'
import { tuneMount } from '../../src/vault/mounts/mount-tuning.js'
import { createInitialMounts, effectiveTtls, mountAt, mountPrefix, mountsOf, newMount, putMount, resolveMount, type MountEntry } from '../../src/vault/mounts/mounts.js'
import { countingIds } from '../call.js'
import { upgradeToVersions } from '../../src/backends/kv/version-2.js'

const noUpgrade = (): void => {}

const ids = countingIds()

function initialStorage (): Storage {
  const storage = new Storage()
  createInitialMounts({ storage, random: { stream: () => countingIds() } } as unknown as Cluster)
  return storage
}

function enable (storage: Storage, path: string, more: Partial<MountRequest> = {}): MountEntry {
  return enableMount(storage, {
    table: 'mounts', path, type: 'kv', pluginName: '', description: '', local: false, sealWrap: false, externalEntropyAccess: false, options: {}, config: {}, ...more
  }, ids)
}

t.test('a cluster starts with four mounts', async (t) => {
  const storage = initialStorage()
  t.same(mountsOf(storage, 'mounts').map(({ path, type, local, sealWrap }) => [path, type, local, sealWrap]), [
    ['cubbyhole/', 'cubbyhole', true, false], ['identity/', 'identity', false, false], ['sys/', 'system', false, true]
  ])
  t.match(mountsOf(storage, 'auth'), [{ path: 'token/', type: 'token', accessor: /^auth_token_[0-9a-f]{8}$/, options: null }])
})

t.test('a path is answered by the mount above it', async (t) => {
  const storage = initialStorage()
  enable(storage, 'a/b')
  t.match(resolveMount(storage, 'a/b/data/x'), { mount: { path: 'a/b/' }, rest: 'data/x' })
  t.match(resolveMount(storage, 'a/b'), { mount: { path: 'a/b/' }, rest: '' })
  t.match(resolveMount(storage, 'a/b/'), { rest: '' })
  t.match(resolveMount(storage, 'auth/token/lookup-self'), { mount: { table: 'auth', path: 'token/' }, rest: 'lookup-self' })
  for (const path of ['a', 'a/bc/x', 'auth', 'auth/none/x', '', '/', 'nowhere/x']) t.equal(resolveMount(storage, path), undefined, path)
})

t.test('resolving agrees with a search of all mounts', async () => {
  const segment = fc.constantFrom('a', 'b', 'c')
  const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'))
  fc.assert(fc.property(fc.array(path), path, (mounted, asked) => {
    const storage = new Storage()
    const paths = new Set<string>()
    for (const p of mounted) {
      if ([...paths].some((other) => other.startsWith(`${p}/`) || `${p}/`.startsWith(other))) continue
      paths.add(`${p}/`)
      putMount(storage, newMount({ table: 'mounts', path: `${p}/`, type: 'kv' }, ids))
    }
    return resolveMount(storage, asked)?.mount.path === [...paths].find((p) => `${asked}/`.startsWith(p))
  }))
})

t.test('among 10,000 mounts a path is found at once', async (t) => {
  const storage = new Storage()
  for (let i = 0; i < 10_000; i++) putMount(storage, newMount({ table: 'mounts', path: `m${i}/`, type: 'kv' }, ids))
  const start = performance.now()
  for (let i = 0; i < 1000; i++) resolveMount(storage, `m${i * 7}/data/x`)
  t.ok(performance.now() - start < 100)
})

t.test('conflicts, in Vault\'s words', async (t) => {
  const storage = initialStorage()
  enable(storage, 'a/b')
  for (const path of ['a/b', 'a/b/c', 'a', '/a/b/']) t.throws(() => enable(storage, path), { kind: 'invalid', message: 'path is already in use at a/b/' })
  t.throws(() => enable(storage, 'sys/x'), { message: 'cannot mount "sys/x/"' })
  t.throws(() => enable(storage, 'auth/x'), { message: 'cannot mount "auth/x/"' })
  t.throws(() => enable(storage, 'x', { type: 'system' }), { message: 'mount type of "system" is not mountable' })
  t.throws(() => enable(storage, 'token', { table: 'auth', type: 'token' }), { message: 'path is already in use at token/' })
  t.throws(() => enable(storage, 't', { table: 'auth', type: 'token' }), { message: 'token credential backend cannot be instantiated' })
})

t.test('types', async (t) => {
  const storage = initialStorage()
  t.match(enable(storage, 'one', { type: 'kv-v1' }), { type: 'kv', options: { version: '1' } })
  t.match(enable(storage, 'two', { type: 'kv-v2', options: null }), { type: 'kv', options: { version: '2' } })
  t.match(enable(storage, 'old', { type: 'generic' }), { type: 'generic', accessor: /^generic_/ })
  t.match(enable(storage, 'robots', { table: 'auth', type: 'approle' }), { accessor: /^auth_approle_/, config: { tokenType: 'default-service' } })
  t.throws(() => enable(storage, 'x', { type: '' }), { message: 'backend type must be specified as a string' })
  t.throws(() => enable(storage, 'x', { type: 'nonsense' }), { message: 'plugin not found in the catalog: nonsense' })
  t.throws(() => enable(storage, 'x', { type: 'transit', options: { version: '2' } }), { message: 'secrets engine "transit" does not allow setting a version' })
  t.throws(() => enable(storage, 'x', { type: 'transit' }), { message: 'vault-mock does not simulate the "transit" secrets engine; see the table "not simulated" in its README' })
  t.throws(() => enable(storage, 'x', { table: 'auth', type: 'ldap' }), { message: /^vault-mock does not simulate the "ldap" auth method/ })
})

t.test('configuration is checked', async (t) => {
  const storage = initialStorage()
  const refused = (config: MountRequest['config'], message: string) => t.throws(() => enable(storage, 'x', { config }), { kind: 'invalid', message })
  refused({ default_lease_ttl: '2h', max_lease_ttl: '1h' }, 'given default lease TTL greater than given max lease TTL')
  refused({ default_lease_ttl: 2764801 }, 'given default lease TTL greater than system max lease TTL of 2764800')
  refused({ listing_visibility: 'x' }, 'invalid listing_visibility x')
  refused({ force_no_cache: 'x' }, 'unable to convert given mount config information')
  const mount = enable(storage, 'x', { config: { default_lease_ttl: '1h', max_lease_ttl: '', passthrough_request_headers: 'A,B' } })
  t.same(effectiveTtls(mount), { defaultSeconds: 3600, maxSeconds: 2764800 })
  t.same(mount.config.lists, { passthrough_request_headers: ['A', 'B'] })
})

t.test('a mount that goes takes its data along', async (t) => {
  const storage = initialStorage()
  const mount = enable(storage, 'a', { local: true })
  t.match(mountPrefix(mount), /^local\/mount\//)
  const size = storage.size
  storage.put(`${mountPrefix(mount)}d/x`, { a: 1 })
  t.equal(disableMount(storage, 'mounts', 'a')?.path, 'a/')
  t.equal(storage.size, size - 1)
  t.equal(disableMount(storage, 'mounts', 'a'), undefined)
  t.throws(() => disableMount(storage, 'mounts', 'sys'), { message: 'cannot unmount "sys/"' })
  t.throws(() => disableMount(storage, 'auth', 'token'), { message: 'token credential backend cannot be disabled' })
})

t.test('tuning changes what is given', async (t) => {
  const storage = initialStorage()
  enable(storage, 'a', { description: 'old' })
  const tune = (request: object) => tuneMount(storage, 'a', { lists: {}, ...request }, [], noUpgrade)
  t.same(tune({ defaultLeaseTtl: '1h', maxLeaseTtl: '7200', description: 'new' }), [])
  t.match(mountAt(storage, 'mounts', 'a/'), { description: 'new', config: { defaultLeaseTtlSeconds: 3600, maxLeaseTtlSeconds: 7200 } })
  tune({ defaultLeaseTtl: 'system', maxLeaseTtl: '' })
  t.match(mountAt(storage, 'mounts', 'a/'), { description: 'new', config: { defaultLeaseTtlSeconds: 0, maxLeaseTtlSeconds: 7200 } })
  t.throws(() => tune({ defaultLeaseTtl: '3h' }), { message: 'backend max lease TTL of 7200 would be less than backend default lease TTL of 10800' })
  t.throws(() => tune({ tokenType: 'batch' }), { message: "'token_type' can only be modified on auth mounts" })
  t.throws(() => tuneMount(storage, 'sys', { lists: {} }, ['description'], noUpgrade), { message: 'cannot tune parameter description of sys/' })
  t.throws(() => tuneMount(storage, 'none', { lists: {} }, [], noUpgrade), { message: 'tune of path "none/" failed: no mount entry found' })
})

t.test('KV goes from version 1 to 2 and not back', async (t) => {
  const storage = initialStorage()
  const mount = enable(storage, 'a')
  storage.put(`${mountPrefix(mount)}d/x`, { a: 1 })
  t.match(tuneMount(storage, 'a', { lists: {}, options: { version: '2' } }, [], (prefix) => { upgradeToVersions(storage, prefix, 0) }), [/^Upgrading mount from version 0 to version 2\./])
  t.ok(storage.has(`${mountPrefix(mount)}m/x`))
  t.throws(() => tuneMount(storage, 'a', { lists: {}, options: { version: '1' } }, [], noUpgrade), { message: 'cannot downgrade mount from version 2' })
})

t.test('a moved mount keeps its data', async (t) => {
  const storage = initialStorage()
  const mount = enable(storage, 'a')
  const id = remount(storage, 'a', 'b/c', ids)
  t.match(migrationOf(storage, id), { sourceMount: 'a/', targetMount: 'b/c/', status: 'success' })
  t.equal(resolveMount(storage, 'b/c/x')?.mount.uuid, mount.uuid)
  t.equal(resolveMount(storage, 'a/x'), undefined)
  enable(storage, 'robots', { table: 'auth', type: 'approle' })
  remount(storage, 'auth/robots', 'auth/people', ids)
  t.ok(mountAt(storage, 'auth', 'people/'))
})

t.test('moves are refused in Vault\'s words', async (t) => {
  const storage = initialStorage()
  enable(storage, 'a')
  enable(storage, 'b')
  const refused = (from: string, to: string, message: string) => t.throws(() => remount(storage, from, to, ids), { kind: 'invalid', message })
  refused('', 'b', "both 'from' and 'to' path must be specified as a string")
  refused('none', 'c', 'no matching mount at "none/"')
  refused('a', 'b', 'path already in use at "b/"')
  refused('sys', 'c', 'cannot remount "sys/"')
  refused('a', 'sys/c', 'cannot remount to destination sys/c/')
  refused('auth/token', 'auth/x', 'cannot remount "auth/token/"')
  refused('auth/x', 'x', 'cannot remount auth mount to non-auth mount "x/"')
})
