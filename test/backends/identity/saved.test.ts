// Groups and OIDC in saved worlds: all of it comes back, and what cannot be is refused by its place
import t from 'tap'
import { printJson } from '../../../src/json/index.js'
import { loadWorld, saveWorld } from '../../../src/world/saved-world.js'
import { NEW_YEAR, vault, type Vault } from '../../vault-server.js'

/** One of each. */
async function filled (t: Parameters<typeof vault>[0]): Promise<Vault> {
  const server = vault(t, NEW_YEAR)
  const { send, data } = server
  await send('POST', 'sys/auth/userpass', { type: 'userpass' })
  await send('POST', 'auth/userpass/users/ann', { password: 'pw', token_policies: 'own' })
  await send('PUT', 'sys/policies/acl/own', { policy: 'path "identity/*" { capabilities = ["read", "update"] }' })
  const { auth } = (await send('POST', 'auth/userpass/login/ann', { password: 'pw' })).body
  const { accessor } = await data('GET', 'sys/auth/userpass')
  const { id } = await data('POST', 'identity/group', { name: 'devs', member_entity_ids: auth.entity_id, metadata: { a: 'b' } })
  await send('POST', 'identity/group', { name: 'all', member_group_ids: id, policies: 'p' })
  await send('POST', 'identity/group-alias', { name: 'out', mount_accessor: accessor })
  for (const [path, body] of [
    ['config', { issuer: 'https://a' }],
    ['key/main', { algorithm: 'EdDSA', allowed_client_ids: '*' }],
    ['role/app', { key: 'main' }],
    ['scope/s', { template: '{}' }],
    ['assignment/a', { entity_ids: auth.entity_id }],
    ['client/web', { key: 'main', assignments: 'a', redirect_uris: 'http://a' }],
    ['provider/p', { allowed_client_ids: '*' }]
  ] as const) await send('POST', `identity/oidc/${path}`, body)
  const { client_id: client } = await data('GET', 'identity/oidc/client/web')
  const query = `client_id=${client}&redirect_uri=http://a&scope=openid&response_type=code`
  const authorized = await send('GET', `identity/oidc/provider/p/authorize?${query}`, undefined, {
    'x-vault-token': auth.client_token
  })
  t.equal(authorized.status, 200)
  return server
}

t.test('a saved world brings back groups and OIDC as they were', async (t) => {
  const { server: { world } } = await filled(t)
  const text = printJson(saveWorld(world))
  loadWorld(world, JSON.parse(text))
  t.equal(printJson(saveWorld(world)), text)
})

t.test('a saved world with a group, key or code that cannot be is refused by its place', async (t) => {
  const { server: { world } } = await filled(t)
  const text = printJson(saveWorld(world))
  const kinds = [
    /^replicated\/identity\/group\//, /^replicated\/identity\/entity-groups\//, /\/oidc\/config\//, /\/oidc\/key\//,
    /\/oidc\/role\//, /\/oidc\/scope\//, /\/oidc\/assignment\//, /\/oidc\/client\//, /\/oidc\/provider\//, /\/oidc\/grant\//
  ]
  for (const kind of kinds) {
    const state = JSON.parse(text)
    const { entries } = state.clusters[0].storage
    const path = Object.keys(entries).find((found) => kind.test(found)) ?? ''
    t.not(path, '', `there is ${String(kind)}`)
    entries[path] = { nonsense: true }
    t.throws(() => { loadWorld(world, state) }, { message: new RegExp(`${path.replaceAll('/', '.')}.*: expected`) })
  }
})
