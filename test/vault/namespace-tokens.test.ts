// Tokens of namespaces: where they are at home, what they may do there and elsewhere, and how they end.
import t, { type Test } from 'tap'
import type { ServerOptions } from '../../src/index.js'
import { parseJson, printJson } from '../../src/json/index.js'
import { backends } from '../../src/backends/index.js'
import { createNamespace } from '../../src/vault/namespaces/creation.js'
import { deleteNamespace } from '../../src/vault/namespaces/deletion.js'
import { childrenOf, ROOT, type Namespace } from '../../src/vault/namespaces/namespaces.js'
import { loadWorld, saveWorld } from '../../src/world/saved-world.js'
import type { World } from '../../src/world/world.js'
import { DENIED, vault, type Vault } from '../vault-server.js'

interface Nested extends Vault {
  readonly ns1: Namespace
  readonly ns2: Namespace
  /** makes a token in a namespace */
  readonly tokenIn: (namespace: string, body?: object) => Promise<any>
}

const POLICY = { policy: 'path "kv/*" { capabilities = ["read", "list", "create", "update"] }' }

/** `ns1/`, `ns1/ns2/`: in each of the three a KV mount and a policy `reader` on it. */
async function nested (t: Test, options: ServerOptions = {}): Promise<Nested> {
  const server = vault(t, { edition: 'ent', time: 'manual', ...options })
  const node = server.server.world.nodes[0]!
  const ns1 = createNamespace(node, ROOT, 'ns1')
  const ns2 = createNamespace(node, ns1, 'ns2')
  for (const namespace of ['', 'ns1', 'ns1/ns2']) {
    const header = { 'x-vault-namespace': namespace }
    await server.send('POST', 'sys/mounts/kv', { type: 'kv' }, header)
    await server.send('POST', 'kv/a', { of: namespace }, header)
    await server.send('PUT', 'sys/policies/acl/reader', POLICY, header)
  }
  const tokenIn: Nested['tokenIn'] = async (namespace, body = { policies: ['reader'] }) => {
    return (await server.send('POST', 'auth/token/create', body, { 'x-vault-namespace': namespace })).body.auth
  }
  return { ...server, ns1, ns2, tokenIn }
}

for (const options of [{}, { profile: 'openbao-2.5' }] as const) {
  t.test(`ids of a namespace's tokens end with its own, ${JSON.stringify(options)}`, async (t) => {
    const { ns1, tokenIn, data } = await nested(t, options)
    const { client_token: token, accessor } = await tokenIn('ns1')
    t.match([token, accessor], [new RegExp(`\\.${ns1.id}$`), new RegExp(`^\\w{24}\\.${ns1.id}$`)])
    const self = { 'x-vault-token': token }
    t.match(await data('GET', 'auth/token/lookup-self', undefined, self), {
      id: token, accessor, namespace_path: 'ns1/', path: 'auth/token/create', policies: ['default', 'reader']
    })
    t.match(await data('POST', 'ns1/auth/token/lookup-accessor', { accessor }), { accessor, namespace_path: 'ns1/' })
    t.same((await data('LIST', 'ns1/auth/token/accessors')).keys, [accessor])
    t.notOk((await data('LIST', 'auth/token/accessors')).keys.includes(accessor))
  })

  t.test(`batch tokens of a namespace, ${JSON.stringify(options)}`, async (t) => {
    const { ns1, tokenIn, data, verdict } = await nested(t, options)
    const { client_token: token } = await tokenIn('ns1', { policies: ['reader'], type: 'batch' })
    t.ok(token.endsWith(`.${ns1.id}`))
    t.same(await data('GET', 'ns1/kv/a', undefined, { 'x-vault-token': token }), { of: 'ns1' })
    t.equal(await verdict('GET', 'kv/a', undefined, { 'x-vault-token': token }), DENIED)
  })
}

t.test('a token may do in its namespace, and in those below, what its policies say from there on', async (t) => {
  const { tokenIn, send, data, verdict } = await nested(t)
  await send('PUT', 'ns1/sys/policies/acl/deep', { policy: 'path "+/kv/*" { capabilities = ["read"] }' })
  const header = { 'x-vault-token': (await tokenIn('ns1', { policies: ['reader', 'deep'] })).client_token }
  t.same(await data('GET', 'ns1/kv/a', undefined, header), { of: 'ns1' })
  t.same(await data('GET', 'ns1/ns2/kv/a', undefined, header), { of: 'ns1/ns2' })
  t.same(await data('GET', 'kv/a', undefined, { ...header, 'x-vault-namespace': 'ns1/ns2' }), { of: 'ns1/ns2' })
  t.equal(await verdict('POST', 'ns1/ns2/kv/a', { b: 1 }, header), DENIED)
  t.equal(await verdict('GET', 'kv/a', undefined, header), DENIED)
})

t.test("policies that follow a request change what is known of the namespace's callers", async (t) => {
  const { tokenIn, send, verdict } = await nested(t)
  const header = { 'x-vault-token': (await tokenIn('', { policies: ['team'] })).client_token }
  t.equal(await verdict('GET', 'ns1/kv/a', undefined, header), DENIED)
  await send('PUT', 'sys/policies/acl/team', { policy: 'path "ns1/kv/*" { capabilities = ["read"] }' })
  t.equal(await verdict('GET', 'ns1/kv/a', undefined, header), '200')
  await send('DELETE', 'sys/policies/acl/team')
  t.equal(await verdict('GET', 'ns1/kv/a', undefined, header), DENIED)
})

t.test('there is no policy root but in the root namespace, and its token makes none in others', async (t) => {
  const { data, verdict, tokenIn } = await nested(t)
  t.same((await data('LIST', 'ns1/sys/policies/acl')).keys, ['default', 'reader'])
  t.equal(
    await verdict('POST', 'ns1/auth/token/create', { policies: ['root'] }),
    '400 root tokens may not be created from a parent namespace'
  )
  t.equal(
    await verdict('POST', 'ns1/auth/token/create', { id: 'mine' }),
    '400 token IDs can only be manually specified in the root namespace'
  )
  t.same((await tokenIn('ns1', {})).policies, ['default'])
})

t.test('who makes tokens in a namespace from above needs sudo', async (t) => {
  const { send, tokenIn, verdict } = await nested(t)
  await send('PUT', 'sys/policies/acl/maker', { policy: 'path "ns1/auth/token/create" { capabilities = ["update"] }' })
  const { client_token: token } = await tokenIn('', { policies: ['maker'] })
  t.equal(
    await verdict('POST', 'ns1/auth/token/create', {}, { 'x-vault-token': token }),
    '400 root or sudo privileges required to directly generate a token in a child namespace'
  )
})

t.test('a token ends with its parent, in whatever namespace that is', async (t) => {
  const { send, verdict, tokenHeader } = await nested(t)
  const parent = await tokenHeader({ policies: ['root'] })
  const { body } = await send('POST', 'ns1/auth/token/create', { policies: ['reader'] }, parent)
  const child = { 'x-vault-token': body.auth.client_token }
  t.equal(await verdict('GET', 'ns1/kv/a', undefined, child), '200')
  t.equal(await verdict('POST', 'auth/token/revoke', { token: parent['x-vault-token'] }), '204')
  t.match(await verdict('GET', 'ns1/kv/a', undefined, child), /^403 /)
})

t.test('a token runs out, and its cubbyholes with it', async (t) => {
  const { tokenIn, advance, verdict, send, server } = await nested(t)
  const { client_token: token } = await tokenIn('ns1', { policies: ['reader'], ttl: '1m' })
  await send('POST', 'ns1/cubbyhole/x', { a: 1 }, { 'x-vault-token': token })
  const { storage } = server.world.nodes[0]!
  const traces = (): string[] => [...storage.paths()].filter((path) => path.includes(token))
  t.ok(traces().length >= 3)
  advance(61_000)
  t.match(await verdict('GET', 'ns1/kv/a', undefined, { 'x-vault-token': token }), /^403 /)
  t.same(traces(), [])
})

t.test('leases of a namespace: their ids end with its own, and they are looked up and revoked from anywhere', async (t) => {
  const { ns1, tokenIn, data, verdict } = await nested(t)
  const { client_token: token } = await tokenIn('ns1', { policies: ['reader'], ttl: '1h' })
  const { keys: [name] } = await data('LIST', 'ns1/sys/leases/lookup/auth/token/create')
  t.match(name, new RegExp(`^h\\w{64}\\.${ns1.id}$`))
  const leaseId = `auth/token/create/${name}`
  t.match(await data('POST', 'sys/leases/lookup', { lease_id: leaseId }), { id: leaseId, renewable: true })
  t.equal(await verdict('POST', 'sys/leases/revoke', { lease_id: leaseId }), '204')
  t.match(await verdict('GET', 'ns1/kv/a', undefined, { 'x-vault-token': token }), /^403 /)
})

t.test('what was wrapped in a namespace is unwrapped in any', async (t) => {
  const { ns1, send, data } = await nested(t)
  const wrap = { 'x-vault-wrap-ttl': '60' }
  for (const namespace of ['', 'ns1', 'ns1/ns2']) {
    const { token } = (await send('GET', 'ns1/kv/a', undefined, wrap)).body.wrap_info
    t.ok(token.endsWith(`.${ns1.id}`))
    const headers = { 'x-vault-token': token, 'x-vault-namespace': namespace }
    t.same(await data('POST', 'sys/wrapping/unwrap', undefined, headers), { of: 'ns1' })
  }
})

t.test('who logs in to a namespace is an entity of it, and capabilities are told from there', async (t) => {
  const { ns1, send, data } = await nested(t)
  await send('POST', 'ns1/sys/auth/userpass', { type: 'userpass' })
  await send('POST', 'ns1/auth/userpass/users/ann', { password: 'x', token_policies: ['reader'] })
  const { body: { auth } } = await send('POST', 'ns1/auth/userpass/login/ann', { password: 'x' }, { 'x-vault-token': '' })
  t.match(await data('GET', `ns1/identity/entity/id/${auth.entity_id}`), { namespace_id: ns1.id })
  t.equal((await send('GET', `identity/entity/id/${auth.entity_id}`)).status, 404)
  const header = { 'x-vault-token': auth.client_token, 'x-vault-namespace': 'ns1' }
  t.match(await data('POST', 'sys/capabilities-self', { path: 'kv/a' }, header), {
    'kv/a': ['create', 'list', 'read', 'update']
  })
  t.match(await data('GET', 'sys/internal/ui/resultant-acl', undefined, header), { glob_paths: { 'ns1/kv/': {} } })
})

/** Ann of the root namespace, with the header that presents her token. */
async function ann ({ send }: Vault): Promise<{ header: Record<string, string>, entityId: string }> {
  await send('POST', 'sys/auth/userpass', { type: 'userpass' })
  await send('POST', 'auth/userpass/users/ann', { password: 'x' })
  const { body: { auth } } = await send('POST', 'auth/userpass/login/ann', { password: 'x' }, { 'x-vault-token': '' })
  return { header: { 'x-vault-token': auth.client_token }, entityId: auth.entity_id }
}

t.test('groups of a namespace give their policies to entities and groups from above', async (t) => {
  const server = await nested(t)
  const { send, data, verdict, ns1, ns2 } = server
  const { header, entityId } = await ann(server)
  t.equal(await verdict('GET', 'ns1/kv/a', undefined, header), DENIED)
  const above = await data('POST', 'identity/group', { name: 'above', member_entity_ids: [entityId] })
  await send('POST', 'ns1/identity/group', { name: 'below', policies: ['reader'], member_group_ids: [above.id] })
  await send('POST', 'ns1/ns2/identity/group', { name: 'deep', policies: ['reader'], member_entity_ids: [entityId] })
  t.same(await data('GET', 'ns1/kv/a', undefined, header), { of: 'ns1' })
  t.same(await data('GET', 'ns1/ns2/kv/a', undefined, header), { of: 'ns1/ns2' })
  t.equal(await verdict('GET', 'kv/a', undefined, header), DENIED)
  t.same((await data('GET', 'auth/token/lookup-self', undefined, header)).external_namespace_policies, {
    [ns1.id]: ['reader'], [ns2.id]: ['reader']
  })
  await send('DELETE', 'ns1/identity/group/name/below')
  t.equal(await verdict('GET', 'ns1/kv/a', undefined, header), DENIED)
})

t.test("OpenBao's groups know the entities of their own namespace alone", async (t) => {
  const server = await nested(t, { profile: 'openbao-2.5' })
  const { entityId } = await ann(server)
  const group = { name: 'below', member_entity_ids: [entityId] }
  t.match(await server.verdict('POST', 'ns1/identity/group', group), /invalid entity ID/)
})

t.test('with a namespace goes all that it holds, its tokens and their leases', async (t) => {
  const { server, ns1, ns2, tokenIn, send, verdict } = await nested(t)
  const { client_token: token } = await tokenIn('ns1/ns2', { policies: ['reader'], ttl: '1h' })
  await send('POST', 'ns1/ns2/auth/userpass', { type: 'userpass' })
  const node = server.world.nodes[0]!
  await deleteNamespace({ cluster: node.cluster, storage: node.storage, backends }, ns2)
  t.same([...node.storage.paths()].filter((path) => path.includes(ns2.id)), [])
  t.match(await verdict('GET', 'ns1/kv/a', undefined, { 'x-vault-token': token }), /^403 /)
  t.same(childrenOf(node.storage, ns1), [])
  t.match(await verdict('GET', 'ns1/ns2/kv/a'), /^404 no handler/)
})

t.test('a large namespace is deleted in turns, and a world that was saved meanwhile goes on with it', async (t) => {
  const { server, ns2, verdict } = await nested(t)
  const node = server.world.nodes[0]!
  const window = node.storage.namespace(ns2.id)
  for (let i = 0; i < 2000; i++) window.put(`replicated/x/${i}`, i)
  const work = deleteNamespace({ cluster: node.cluster, storage: node.storage, backends }, ns2)
  t.ok(work instanceof Promise)
  t.match(await verdict('GET', 'ns1/ns2/kv/a'), /^404 no handler/)
  const { server: { world } } = vault(t, { time: 'manual' })
  loadWorld(world, parseJson(printJson(saveWorld(server.world))))
  world.timeline.advance(61_000)
  await work
  const traces = ({ nodes }: World): string[] => [...nodes[0]!.storage.paths()].filter((path) => path.includes(ns2.id))
  while (traces(world).length > 0) await new Promise((resolve) => { setImmediate(resolve) })
  t.same(traces(server.world), [])
})

t.test('gauges tell namespaces apart, and totals count all', async (t) => {
  const { send, tokenIn } = await nested(t)
  await tokenIn('ns1', { policies: ['reader'], ttl: '1h' })
  await tokenIn('ns1', { policies: ['reader'], ttl: '1h' })
  const { text } = await send('GET', 'sys/metrics?format=prometheus')
  t.match(text, /^vault_expire_num_leases 2$/m)
  const counts = [...text.matchAll(/^vault_token_count\{.*namespace="([^"]*)".*\} (\d+)$/gm)]
  t.same(counts.map(([, namespace, count]) => [namespace, count]).sort(), [['ns1', '2'], ['ns1/ns2', '0'], ['root', '1']])
})
