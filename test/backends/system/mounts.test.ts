// sys/mounts
import t from 'tap'
import { NO_TOKEN, UNSUPPORTED_OPERATION, UNSUPPORTED_PATH, vault } from '../../vault-server.js'

const KV2 = { type: 'kv', options: { version: '2' }, description: 'my secrets' }

t.test('GET mounts is a map by path, in data and beside it', async (t) => {
  const { send } = vault(t)
  const { body } = await send('GET', 'sys/mounts')
  t.same(Object.keys(body.data), ['cubbyhole/', 'identity/', 'secret/', 'sys/'])
  t.same(body['sys/'], body.data['sys/'])
  t.match(body.data, {
    'cubbyhole/': { type: 'cubbyhole', local: true },
    'identity/': { type: 'identity', local: false },
    'sys/': { type: 'system', seal_wrap: true }
  })
})

t.test('POST mounts/:path mounts an engine, which GET shows as recorded', async (t) => {
  const { verdict, data } = vault(t, { profile: 'vault-1.14' })
  t.equal(await verdict('POST', 'sys/mounts/own', KV2), '204')
  const mount = await data('GET', 'sys/mounts/own')
  t.same({ ...mount, accessor: '', uuid: '' }, {
    accessor: '',
    config: { default_lease_ttl: 0, force_no_cache: false, max_lease_ttl: 0 },
    deprecation_status: 'supported',
    description: 'my secrets',
    external_entropy_access: false,
    local: false,
    options: { version: '2' },
    plugin_version: '',
    running_plugin_version: 'v0.15.0+builtin',
    running_sha256: '',
    seal_wrap: false,
    type: 'kv',
    uuid: ''
  })
  t.match(mount, { accessor: /^kv_[0-9a-f]{8}$/, uuid: /^[0-9a-f-]{36}$/ })
})

t.test('GET mounts/:path takes any path below the mount', async (t) => {
  const { data } = vault(t)
  t.same(await data('GET', 'sys/mounts/secret/foo'), await data('GET', 'sys/mounts/secret'))
})

t.test('GET mounts/:path refuses what is not there', async (t) => {
  t.equal(await vault(t).verdict('GET', 'sys/mounts/none'), '400 No secret engine mount at none/')
})

t.test('LIST mounts is no path, LIST of a mount no operation', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('LIST', 'sys/mounts'), UNSUPPORTED_PATH)
  t.equal(await verdict('LIST', 'sys/mounts/secret'), UNSUPPORTED_OPERATION)
})

t.test('POST mounts/:path keeps options as sent: none, null or as text', async (t) => {
  const { send, data } = vault(t)
  await send('POST', 'sys/mounts/a', { type: 'kv' })
  await send('POST', 'sys/mounts/b', { type: 'kv', options: null })
  await send('POST', 'sys/mounts/c', { type: 'kv', options: { version: 1 } })
  const mounts = await data('GET', 'sys/mounts')
  t.same([mounts['a/'].options, mounts['b/'].options, mounts['c/'].options], [{}, null, { version: '1' }])
})

t.test('POST mounts/:path knows the short names of KV', async (t) => {
  const { send, data } = vault(t)
  await send('POST', 'sys/mounts/one', { type: 'kv-v1' })
  await send('POST', 'sys/mounts/two', { type: 'kv-v2', options: null })
  await send('POST', 'sys/mounts/old', { type: 'generic' })
  t.match(await data('GET', 'sys/mounts'), {
    'one/': { type: 'kv', options: { version: '1' } },
    'two/': { type: 'kv', options: { version: '2' } },
    'old/': { type: 'generic', accessor: /^generic_/ }
  })
})

t.test('POST mounts/:path takes a plugin by its name', async (t) => {
  const { verdict, data } = vault(t)
  t.equal(await verdict('POST', 'sys/mounts/a', { type: 'plugin', plugin_name: 'kv' }), '204')
  t.match(await data('GET', 'sys/mounts/a'), { type: 'kv' })
})

/** Path, body and text. All but the last four are recorded. */
const REFUSED: readonly (readonly [string, object, string])[] = [
  ['a/b', { type: 'kv' }, 'path is already in use at a/b/'],
  ['a/b/below', { type: 'kv' }, 'path is already in use at a/b/'],
  ['x', { type: 'nonsense' }, 'plugin not found in the catalog: nonsense'],
  ['x', {}, 'backend type must be specified as a string'],
  ['sys/x', { type: 'kv' }, 'cannot mount "sys/x/"'],
  ['auth/x', { type: 'kv' }, 'cannot mount "auth/x/"'],
  ['a', { type: 'kv' }, 'path is already in use at a/b/'],
  ['x', { type: 'system' }, 'mount type of "system" is not mountable'],
  ['x', { type: 'transit', options: { version: '2' } }, 'secrets engine "transit" does not allow setting a version']
]
for (const [path, body, text] of REFUSED) {
  t.test(`POST mounts/${path} of ${JSON.stringify(body)} is refused: ${text}`, async (t) => {
    const { send, verdict } = vault(t)
    await send('POST', 'sys/mounts/a/b', { type: 'kv' })
    t.equal(await verdict('POST', `sys/mounts/${path}`, body), `400 ${text}`)
  })
}

t.test('what is built in and not simulated can be enabled, tuned, moved and disabled; at use it refuses by name', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('POST', 'sys/mounts/x', { type: 'gcpkms' }), '204')
  t.equal(await verdict('POST', 'sys/mounts/x/tune', { description: 'keys' }), '204')
  t.equal(await verdict('POST', 'sys/remount', { from: 'x', to: 'y' }), '200')
  t.match(await verdict('GET', 'y/keys'), /^400 vault-mock does not simulate the "gcpkms" secrets engine/)
  t.equal(await verdict('DELETE', 'sys/mounts/y'), '204')
})

t.test('POST mounts/:path knows what the edition has built in', async (t) => {
  t.equal(await vault(t).verdict('POST', 'sys/mounts/x', { type: 'kmip' }), '204')
  const { verdict } = vault(t, { edition: 'ce' })
  t.equal(await verdict('POST', 'sys/mounts/x', { type: 'kmip' }), '400 plugin not found in the catalog: kmip')
})

const REFUSED_CONFIGS: readonly (readonly [object, string])[] = [
  [{ default_lease_ttl: '2h', max_lease_ttl: '1h' }, 'given default lease TTL greater than given max lease TTL'],
  [{ default_lease_ttl: 2764801 }, 'given default lease TTL greater than system max lease TTL of 2764800'],
  [{ listing_visibility: 'x' }, 'invalid listing_visibility x'],
  [{ force_no_cache: 'x' }, 'unable to convert given mount config information'],
  [{ max_lease_ttl: 'soon' }, 'unable to parse max TTL of soon: time: invalid duration "soon"']
]
for (const [config, text] of REFUSED_CONFIGS) {
  t.test(`POST mounts/:path with the configuration ${JSON.stringify(config)} is refused: ${text}`, async (t) => {
    t.equal(await vault(t).verdict('POST', 'sys/mounts/x', { type: 'kv', config }), `400 ${text}`)
  })
}

t.test('POST mounts/:path takes a configuration', async (t) => {
  const { send, data } = vault(t)
  const config = { default_lease_ttl: '1h', max_lease_ttl: '', passthrough_request_headers: 'A,B' }
  await send('POST', 'sys/mounts/x', { type: 'kv', config })
  t.match(await data('GET', 'sys/mounts/x'), {
    config: { default_lease_ttl: 3600, max_lease_ttl: 0, passthrough_request_headers: ['A', 'B'] }
  })
})

t.test('DELETE mounts/:path takes the data along', async (t) => {
  const { send, verdict } = vault(t)
  await send('POST', 'sys/mounts/a', { type: 'kv', local: true })
  await send('PUT', 'a/x', { v: 1 })
  t.equal(await verdict('DELETE', 'sys/mounts/a'), '204')
  await send('POST', 'sys/mounts/a', { type: 'kv' })
  t.equal(await verdict('GET', 'a/x'), '404')
})

t.test('DELETE mounts/:path of nothing is no error, of a system mount it is', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('DELETE', 'sys/mounts/none'), '204')
  t.equal(await verdict('DELETE', 'sys/mounts/sys'), '400 cannot unmount "sys/"')
})

t.test('GET mounts/:path/tune shows the settings in force', async (t) => {
  const { send, data } = vault(t)
  await send('POST', 'sys/mounts/own', KV2)
  t.same(await data('GET', 'sys/mounts/own/tune'), {
    default_lease_ttl: 2764800,
    description: 'my secrets',
    force_no_cache: false,
    max_lease_ttl: 2764800,
    options: { version: '2' }
  })
})

t.test('GET mounts/:path/tune refuses what is not there', async (t) => {
  t.equal(await vault(t).verdict('GET', 'sys/mounts/none/tune'), '400 cannot fetch sysview for path "none/"')
})

t.test('POST mounts/:path/tune changes what is given and keeps the rest', async (t) => {
  const { send, verdict, data } = vault(t)
  await send('POST', 'sys/mounts/own', KV2)
  const change = { default_lease_ttl: '1h', max_lease_ttl: 7200, description: 'new' }
  t.equal(await verdict('POST', 'sys/mounts/own/tune', change), '204')
  const after = { default_lease_ttl: 3600, max_lease_ttl: 7200, description: 'new', options: { version: '2' } }
  t.match(await data('GET', 'sys/mounts/own/tune'), after)
  await send('POST', 'sys/mounts/own/tune', { default_lease_ttl: 'system', max_lease_ttl: '' })
  t.match(await data('GET', 'sys/mounts/own'), { config: { default_lease_ttl: 0, max_lease_ttl: 7200 } })
})

t.test('POST mounts/auth/:path/tune tunes an auth method', async (t) => {
  const { send, verdict, data } = vault(t)
  await send('POST', 'sys/auth/approle', { type: 'approle' })
  t.equal(await verdict('POST', 'sys/mounts/auth/approle/tune', { max_lease_ttl: '1h' }), '204')
  t.match(await data('GET', 'sys/auth/approle/tune'), { default_lease_ttl: 3600, max_lease_ttl: 3600 })
})

t.test('POST mounts/:path/tune refuses', async (t) => {
  const { send, verdict } = vault(t)
  await send('POST', 'sys/mounts/a', { type: 'kv', config: { max_lease_ttl: 7200 } })
  t.equal(
    await verdict('POST', 'sys/mounts/a/tune', { default_lease_ttl: '3h' }),
    '400 backend max lease TTL of 7200 would be less than backend default lease TTL of 10800'
  )
  t.equal(
    await verdict('POST', 'sys/mounts/a/tune', { token_type: 'batch' }),
    "400 'token_type' can only be modified on auth mounts"
  )
  t.equal(
    await verdict('POST', 'sys/mounts/sys/tune', { description: 'x' }),
    '400 cannot tune parameter description of sys/'
  )
  t.equal(
    await verdict('POST', 'sys/mounts/none/tune', { description: 'x' }),
    '400 tune of path "none/" failed: no mount entry found'
  )
})

t.test('POST mounts/:path/tune upgrades KV to version 2 with its data, and never back', async (t) => {
  const { send, data, verdict } = vault(t)
  await send('POST', 'sys/mounts/a', { type: 'kv' })
  await send('PUT', 'a/x', { v: 1 })
  const { body } = await send('POST', 'sys/mounts/a/tune', { options: { version: '2' } })
  t.match(body.warnings, [/^Upgrading mount from version 0 to version 2\./])
  t.match(await data('GET', 'a/data/x'), { data: { v: 1 }, metadata: { version: 1 } })
  t.equal(
    await verdict('POST', 'sys/mounts/a/tune', { options: { version: '1' } }),
    '400 cannot downgrade mount from version 2'
  )
})

t.test('GET mounts asks for a token, then for a namespace that OpenBao knows', async (t) => {
  const { verdict } = vault(t, { profile: 'openbao-2.5' })
  t.equal(await verdict('GET', 'sys/mounts', undefined, NO_TOKEN), '403 permission denied')
  const inNamespace = async (name: string): Promise<string> =>
    await verdict('GET', 'sys/mounts', undefined, { 'x-vault-namespace': name })
  t.equal(await inNamespace('team/'), '404 namespace not found')
  t.equal(await inNamespace('root'), '200')
})

t.test('POST mounts/:path refuses a version of KV that there is not (asked of Vault 1.21.4)', async (t) => {
  const { verdict } = vault(t)
  const mount = async (version: string) => await verdict('POST', 'sys/mounts/own', { type: 'kv', options: { version } })
  t.equal(await mount('3'), '400 nil backend of type "kv" returned from factory')
  t.equal(await verdict('GET', 'sys/mounts/own'), '400 No secret engine mount at own/')
  t.equal(await mount(''), '204')
})
