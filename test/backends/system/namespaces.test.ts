// sys/namespaces
import t, { type Test } from 'tap'
import { DENIED, oneError, vault, type Vault } from '../../vault-server.js'

const BAO = { profile: 'openbao-2.5' } as const
const MERGE = { 'content-type': 'application/merge-patch+json' } as const

interface InNamespaces extends Vault {
  /** the verdict on a request in a namespace */
  readonly within: (namespace: string, method: string, path: string, body?: unknown) => Promise<string>
}

/** A server with `ns1/`, `ns1/ns2/` and `ns1/ns2/ns3/`. */
async function nested (t: Test, options: Parameters<typeof vault>[1] = {}): Promise<InNamespaces> {
  const server = vault(t, options)
  await server.send('POST', 'sys/namespaces/ns1', { custom_metadata: { team: 'one' } })
  await server.send('POST', 'ns1/sys/namespaces/ns2')
  await server.send('POST', 'sys/namespaces/ns3', undefined, { 'x-vault-namespace': 'ns1/ns2' })
  return {
    ...server,
    within: async (namespace, method, path, body) => {
      return await server.verdict(method, path, body, { 'x-vault-namespace': namespace })
    }
  }
}

t.test('PUT namespaces/:path makes a namespace, and again replaces its metadata', async (t) => {
  const { send, data } = vault(t)
  const { status, body } = await send('PUT', 'sys/namespaces/ns1', { custom_metadata: { a: 'b' } })
  t.equal(status, 200)
  t.match(body.data, { custom_metadata: { a: 'b' }, id: /^\w{5}$/, path: 'ns1/' })
  t.strictSame(Object.keys(body.data), ['custom_metadata', 'id', 'path'])
  t.same(await data('PUT', 'sys/namespaces/ns1'), { ...body.data, custom_metadata: {} })
})

t.test('OpenBao shows the state of a namespace as well', async (t) => {
  const { data } = await nested(t, BAO)
  const shown = await data('GET', 'ns1/sys/namespaces/ns2')
  t.match(shown, { custom_metadata: {}, id: /^\w{6}$/, locked: false, path: 'ns1/ns2/', tainted: false, uuid: /^[0-9a-f-]{36}$/ })
  t.strictSame(Object.keys(shown), ['custom_metadata', 'id', 'locked', 'path', 'tainted', 'uuid'])
})

t.test('GET namespaces/:path shows one directly below, and none further down', async (t) => {
  const { data, verdict } = await nested(t)
  t.match(await data('GET', 'sys/namespaces/ns1'), { custom_metadata: { team: 'one' }, path: 'ns1/' })
  t.equal(await verdict('GET', 'sys/namespaces/none'), '404')
  t.equal(await verdict('GET', 'sys/namespaces/ns1/ns2'), `500 ${oneError('path must not contain /')}`)
})

t.test('LIST namespaces shows the children by relative paths, SCAN all below', async (t) => {
  const { data, verdict, within } = await nested(t)
  const { keys, key_info: info } = await data('LIST', 'sys/namespaces')
  t.same([keys, Object.keys(info), info['ns1/'].path], [['ns1/'], ['ns1/'], 'ns1/'])
  const below = await data('LIST', 'ns1/sys/namespaces')
  t.same([below.keys, below.key_info['ns2/'].path], [['ns2/'], 'ns1/ns2/'])
  t.same((await data('SCAN', 'sys/namespaces')).keys, ['ns1/', 'ns1/ns2/', 'ns1/ns2/ns3/'])
  t.equal(await within('ns1/ns2/ns3', 'LIST', 'sys/namespaces'), '404')
  t.equal(await vault(t).verdict('LIST', 'sys/namespaces'), '404')
  t.equal(await verdict('GET', 'sys/namespaces'), `405 ${oneError('unsupported operation')}`)
})

t.test('names that no namespace may have', async (t) => {
  const { verdict, within } = await nested(t)
  for (const name of ['root', 'sys', 'audit', 'auth', 'cubbyhole', 'identity']) {
    const refusal = `400 "${name}" is a reserved path and cannot be used as a namespace name`
    t.equal(await within('ns1', 'PUT', `sys/namespaces/${name}`), refusal)
  }
  t.equal(await verdict('PUT', 'sys/namespaces/a%20b'), '400 "a b" contains space characters and cannot be used as a namespace name')
  t.equal(await verdict('PUT', 'sys/namespaces/ns1/x'), '400 path must not contain /')
  t.equal(await verdict('PUT', 'sys/namespaces/ns9/'), "400 cannot write to a path ending in '/'")
  await verdict('POST', 'sys/mounts/taken/deep', { type: 'kv' })
  t.equal(await verdict('PUT', 'sys/namespaces/taken'), '400 new namespace conflicts with existing mount: taken/deep/')
  t.equal(await verdict('GET', 'sys/namespaces/taken'), '404')
})

t.test('PUT namespaces/:path wants texts as metadata, and makes nothing otherwise', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('PUT', 'sys/namespaces/a', { custom_metadata: { n: 1 } }), '400 custom_metadata values must be strings')
  t.match(await verdict('PUT', 'sys/namespaces/a', { custom_metadata: 'x' }), /^400 Field validation failed/)
  t.equal(await verdict('GET', 'sys/namespaces/a'), '404')
})

t.test('PATCH namespaces/:path merges metadata; null takes a key, or all of it', async (t) => {
  const { send, verdict } = await nested(t)
  const patched = async (customMetadata: unknown): Promise<unknown> => {
    return (await send('PATCH', 'sys/namespaces/ns1', { custom_metadata: customMetadata }, MERGE)).body.data.custom_metadata
  }
  t.same(await patched({ a: 'b' }), { a: 'b', team: 'one' })
  t.same(await patched({ team: null }), { a: 'b' })
  t.same(await patched(null), {})
  t.equal(await verdict('PATCH', 'sys/namespaces/ns1', { custom_metadata: { a: 1 } }, MERGE), '400 custom_metadata values must be strings')
  t.equal(await verdict('PATCH', 'sys/namespaces/none', { custom_metadata: {} }, MERGE), '404')
  t.equal(
    await vault(t, BAO).verdict('PATCH', 'sys/namespaces/none', { custom_metadata: {} }, MERGE),
    `500 ${oneError('failed to modify namespace: requested namespace does not exist')}`
  )
})

t.test('api-lock/lock closes a namespace and those below, api-lock/unlock opens it with the key', async (t) => {
  const { data, within, verdict } = await nested(t)
  const { unlock_key: key } = await data('PUT', 'sys/namespaces/api-lock/lock/ns1/ns2')
  t.match(key, /^\w{24}$/)
  const refusal = '503 API access to this namespace has been locked by an administrator - "ns1/ns2" must be unlocked to gain access.'
  t.equal(await within('ns1/ns2', 'GET', 'sys/mounts'), refusal)
  t.equal(await within('ns1/ns2/ns3', 'GET', 'sys/mounts'), refusal)
  t.equal(await verdict('GET', 'ns1/ns2/sys/mounts'), refusal)
  t.equal(await within('ns1', 'GET', 'sys/mounts'), '200')
  t.equal(await within('ns1/ns2', 'PUT', 'sys/namespaces/api-lock/unlock', { unlock_key: 'wrong' }), '400 incorrect unlock key')
  t.equal(await within('ns1/ns2', 'PUT', 'sys/namespaces/api-lock/unlock', { unlock_key: key }), '204')
  t.equal(await within('ns1/ns2', 'GET', 'sys/mounts'), '200')
})

t.test('api-lock/unlock with sudo needs no key, and says so', async (t) => {
  const { send, within, data } = await nested(t, BAO)
  await within('ns1', 'PUT', 'sys/namespaces/api-lock/lock')
  t.match(await within('ns1', 'GET', 'sys/mounts'), /"ns1\/" must be unlocked/)
  t.equal((await data('GET', 'sys/namespaces/ns1')).locked, true)
  const { status, body } = await send('PUT', 'sys/namespaces/api-lock/unlock/ns1', {})
  t.same([status, body.warnings], [200, ['Namespace unlocked using sudo capabilities']])
  t.equal((await data('GET', 'sys/namespaces/ns1')).locked, false)
})

t.test('what cannot be locked or unlocked', async (t) => {
  const { verdict, data, within } = await nested(t)
  const lock = async (path: string): Promise<string> => await verdict('PUT', `sys/namespaces/api-lock/lock${path}`)
  const unlock = async (path: string): Promise<string> => await verdict('PUT', `sys/namespaces/api-lock/unlock${path}`, {})
  t.equal(await lock(''), '400 root namespace cannot be locked/unlocked')
  t.equal(await lock('/none'), '400 requested namespace does not exist')
  t.equal(await unlock('/ns1'), '400 namespace "ns1/" is not locked')
  await data('PUT', 'sys/namespaces/api-lock/lock/ns1/ns2')
  await data('PUT', 'sys/namespaces/api-lock/lock/ns1')
  t.equal(await lock('/ns1'), '400 cannot lock namespace "ns1/": is already locked')
  t.equal(await lock('/ns1/ns2/ns3'), '400 cannot lock namespace "ns1/ns2/ns3/": ancestor namespace "ns1/" is already locked')
  t.equal(await unlock('/ns1/ns2'), '400 cannot unlock "ns1/ns2/" with namespace "ns1/" being locked')
  t.equal(await unlock('/ns1'), '200')
  t.match(await within('ns1/ns2', 'GET', 'sys/mounts'), /^503/, 'the lock below remains')
})

t.test('a token without the permission makes no namespaces', async (t) => {
  const { verdict, tokenHeader } = vault(t)
  const header = await tokenHeader({ policies: ['default'] })
  t.equal(await verdict('PUT', 'sys/namespaces/a', {}, header), DENIED)
  t.equal(await verdict('GET', 'sys/namespaces/a'), '404')
})

t.test("Vault's community edition has stubs in their place", async (t) => {
  for (const profile of ['vault-1.14', 'vault-1.21'] as const) {
    const { verdict } = vault(t, { profile, edition: 'ce' })
    t.equal(await verdict('LIST', 'sys/namespaces'), '404 enterprise-only feature')
    t.equal(await verdict('PUT', 'sys/namespaces/a', {}), '404 enterprise-only feature')
    t.equal(await verdict('PUT', 'sys/namespaces/api-lock/lock', {}), '404 enterprise-only feature')
  }
})

t.test('the policy root is the root namespace\'s alone', async (t) => {
  const { data, verdict } = await nested(t)
  t.same((await data('LIST', 'ns1/sys/policies/acl')).keys, ['default'])
  t.equal(await verdict('GET', 'ns1/sys/policies/acl/root'), '404')
  t.match((await data('GET', 'ns1/sys/policies/acl/default')).policy, /lookup-self/)
})

t.test('OIDC issuers name their namespace', async (t) => {
  const { send } = await nested(t)
  const issuer = async (path: string): Promise<string> => (await send('GET', path)).body.issuer
  t.equal(await issuer('identity/oidc/.well-known/openid-configuration'), 'http://127.0.0.1:8200/v1/identity/oidc')
  t.equal(await issuer('ns1/ns2/identity/oidc/.well-known/openid-configuration'), 'http://127.0.0.1:8200/v1/ns1/ns2/identity/oidc')
  t.equal(
    await issuer('ns1/identity/oidc/provider/default/.well-known/openid-configuration'),
    'http://127.0.0.1:8200/v1/ns1/identity/oidc/provider/default'
  )
})

t.test('DELETE namespaces/:path ends all that is in it, and leaves the parent as it was', async (t) => {
  const { send, within, verdict, data } = await nested(t)
  await within('ns1/ns2/ns3', 'POST', 'sys/mounts/kv', { type: 'kv' })
  const { body } = await send('POST', 'ns1/ns2/ns3/auth/token/create', { policies: ['default'] })
  const own = { 'x-vault-token': body.auth.client_token }
  t.equal(await verdict('GET', 'auth/token/lookup-self', undefined, own), '200')
  t.equal(await verdict('DELETE', 'sys/namespaces/ns1'), '400 cannot delete namespace ("ns1/") containing child namespaces')
  const deleted = await send('DELETE', 'ns1/ns2/sys/namespaces/ns3')
  t.match(deleted, { status: 200, body: { data: null, warnings: [/^Namespace deletion has been queued/] } })
  t.equal(await verdict('GET', 'ns1/ns2/sys/namespaces/ns3'), '404')
  t.equal(await verdict('GET', 'auth/token/lookup-self', undefined, own), '403 permission denied')
  t.equal(await verdict('DELETE', 'ns1/ns2/sys/namespaces/ns3'), '204')
  await send('PUT', 'ns1/ns2/sys/namespaces/ns3', {})
  t.notOk((await data('GET', 'ns1/ns2/ns3/sys/mounts'))['kv/'], 'a new one of its name has nothing of the old one')
})

t.test('DELETE namespaces/:path tells its status in OpenBao', async (t) => {
  const { data, send } = await nested(t, BAO)
  t.same(await data('DELETE', 'ns1/ns2/sys/namespaces/ns3'), { status: 'in-progress' })
  t.match(await send('DELETE', 'ns1/ns2/sys/namespaces/ns3'), { status: 200, body: { warnings: ['requested namespace does not exist'] } })
})
