// Namespaces: what lies in which, and which one a request is for.
import t, { type Test } from 'tap'
import { contentAt, contentsOf } from '../../src/control/contents.js'
import type { ServerOptions } from '../../src/index.js'
import { createNamespace } from '../../src/vault/namespaces/creation.js'
import { namespaceAt, ROOT } from '../../src/vault/namespaces/namespaces.js'
import { UNSUPPORTED_PATH, vault, type Vault } from '../vault-server.js'

const ENT = { edition: 'ent' } as const
const BAO = { profile: 'openbao-2.5' } as const

/** A server with the namespaces `ns1/` and `ns1/ns2/`, and a secret in each of the three that there are. */
async function nested (t: Test, options: ServerOptions = ENT): Promise<Vault> {
  const server = vault(t, options)
  const node = server.server.world.nodes[0]!
  const outer = createNamespace(node, ROOT, 'ns1')
  createNamespace(node, outer, 'ns2')
  for (const namespace of ['', 'ns1', 'ns1/ns2']) {
    const header = { 'x-vault-namespace': namespace }
    await server.send('POST', 'sys/mounts/kv', { type: 'kv' }, header)
    await server.send('POST', 'kv/a', { of: namespace }, header)
  }
  return server
}

for (const options of [ENT, BAO]) {
  t.test(`header, path and both together lead into a namespace, ${JSON.stringify(options)}`, async (t) => {
    const { data } = await nested(t, options)
    t.same(await data('GET', 'kv/a'), { of: '' })
    t.same(await data('GET', 'kv/a', undefined, { 'x-vault-namespace': '/ns1/' }), { of: 'ns1' })
    t.same(await data('GET', 'ns1/kv/a'), { of: 'ns1' })
    for (const [header, path] of [['ns1/ns2', 'kv/a'], ['ns1', 'ns2/kv/a'], ['', 'ns1/ns2/kv/a'], ['root', 'ns1/ns2/kv/a']]) {
      t.same(await data('GET', path!, undefined, { 'x-vault-namespace': header! }), { of: 'ns1/ns2' }, `${header} ${path}`)
    }
  })
}

t.test('what is mounted in a namespace is of its own kind, and nobody else sees it', async (t) => {
  const { data } = await nested(t)
  const mounts = await data('GET', 'ns1/sys/mounts')
  t.same(Object.entries<any>(mounts).map(([path, { type }]) => [path, type]), [
    ['cubbyhole/', 'ns_cubbyhole'], ['identity/', 'ns_identity'], ['kv/', 'kv'], ['sys/', 'ns_system']
  ])
  t.match(mounts['cubbyhole/'].accessor, /^ns_cubbyhole_[0-9a-f]{8}$/)
  t.match((await data('GET', 'ns1/sys/auth'))['token/'], { type: 'ns_token', accessor: /^auth_ns_token_/ })
})

t.test('a namespace that is not there: OpenBao says so, Vault takes its name for a path', async (t) => {
  const header = { 'x-vault-namespace': 'ns1/none' }
  t.equal(await (await nested(t, BAO)).verdict('GET', 'kv/a', undefined, header), '404 namespace not found')
  t.equal(
    await (await nested(t)).verdict('GET', 'kv/a', undefined, header),
    '404 no handler for route "none/kv/a". route entry not found.'
  )
})

t.test('what only the root namespace has is refused in others', async (t) => {
  const header = { 'x-vault-namespace': 'ns1' }
  t.equal(await (await nested(t)).verdict('GET', 'sys/rotate/config', undefined, header), UNSUPPORTED_PATH)
  t.equal(await (await nested(t, BAO)).verdict('GET', 'ns1/sys/audit'), '400 operation unavailable in namespaces')
})

t.test("Vault's community edition knows no namespaces", async (t) => {
  const { data, send } = await nested(t, { profile: 'vault-1.21', edition: 'ce' })
  t.same(await data('GET', 'kv/a', undefined, { 'x-vault-namespace': 'ns1' }), { of: 'ns1/ns2' })
  t.equal((await send('GET', 'ns1/kv/a')).status, 404)
})

t.test('two namespaces cannot have one path, nor a namespace that of a mount', async (t) => {
  const { server } = await nested(t)
  const node = server.world.nodes[0]!
  t.throws(() => createNamespace(node, ROOT, 'ns1'), { message: /path already exists/ })
  t.throws(() => createNamespace(node, ROOT, 'kv'), { message: 'new namespace conflicts with existing mount: kv/' })
  t.equal(namespaceAt(node.storage, 'kv'), undefined)
})

t.test('a rate limit may be of a namespace, or of a mount in it', async (t) => {
  const { send, data, verdict } = await nested(t)
  await send('POST', 'sys/quotas/rate-limit/team', { path: 'ns1', rate: 1, interval: '1h' })
  await send('POST', 'sys/quotas/rate-limit/kv', { path: 'ns1/ns2/kv', rate: 1, interval: '1h' })
  t.equal((await data('GET', 'sys/quotas/rate-limit/team')).path, 'ns1/')
  t.match(await verdict('POST', 'sys/quotas/rate-limit/none', { path: 'ns1/none', rate: 1 }), /^400 invalid mount path/)
  const header = { 'x-vault-namespace': 'ns1' }
  t.equal(await verdict('GET', 'kv/a', undefined, header), '200')
  t.match(await verdict('GET', 'ns1/kv/a'), /^429 /)
  t.equal(await verdict('GET', 'ns2/kv/a', undefined, header), '200')
  t.match(await verdict('GET', 'ns2/kv/a', undefined, header), /^429 /)
  t.equal(await verdict('GET', 'kv/a'), '200')
})

t.test('what a cluster holds is shown with the namespaces before it', async (t) => {
  const { server, send } = await nested(t)
  await send('PUT', 'ns1/sys/policies/acl/reader', { policy: 'path "kv/*" { capabilities = ["read"] }' })
  const { mounts, policies } = await contentsOf(server.world)
  t.same(mounts.find(({ path }) => path === 'ns1/ns2/kv/')?.paths, ['a'])
  t.ok(policies.includes('ns1/reader'))
  t.match(contentAt(server.world, 'ns1/ns2/kv/a', { reveal: true }), { value: { of: 'ns1/ns2' } })
  t.match(contentAt(server.world, 'sys/policies/acl/ns1/reader'), { value: /kv/ })
})
