// Identity: entities, aliases, groups, tokens, the OIDC provider.
import { activeNode, get, put, post, del, list } from '../steps.js'

const I = '/v1/identity'
const anon = { noToken: true }
const jwks = { hide: { 'keys.*.n': 'modulus', 'keys.*.kid': 'key id', 'keys.*.x': 'x', 'keys.*.y': 'y' } }
const seen = { keep: ['ttl', 'access_token_ttl', 'id_token_ttl'] }
const secrets = { hide: { 'data.client_id': '32 letters', 'data.client_secret': 'secret' } }
// names come in no fixed order
const sorted = { maskWith: (b) => ({ ...b, data: { keys: b.data.keys.sort() } }) }
const values = (b) => (b.data?.key_info ? { keys: b.data.keys.length, info: b.data.key_info } : b)

// what a browser would bring along, with the order of parameters kept: the recording has it
const authorize = (scope, back, nonce = '') => `${I}/oidc/provider/mine/authorize?${scope}&response_type=code` +
  `&redirect_uri=http://127.0.0.1:9/${back}&state=s${nonce}&client_id={{clientId}}`

export default {
  start: 'active',
  steps: [
    ...activeNode,
    post('enable userpass', '/v1/sys/auth/userpass', { type: 'userpass' }),
    {
      path: '/v1/sys/auth',
      save: { accessor: (j) => j.data['userpass/'].accessor, tokenAccessor: (j) => j.data['token/'].accessor }
    },
    post('user', '/v1/auth/userpass/users/ann', { password: 'pw', token_policies: 'own' }),
    put('policy', '/v1/sys/policies/acl/own', { policy: 'path "identity/oidc/token/*" { capabilities = ["read"] }' }),
    // entities
    list('entities, none', `${I}/entity/id`),
    post(
      'entity', `${I}/entity`,
      { name: 'ann', metadata: { team: 'blue' }, policies: 'extra' },
      { save: { ann: 'data.id' } }
    ),
    get('entity by id', `${I}/entity/id/{{ann}}`),
    get('entity by name', `${I}/entity/name/ann`),
    get('entity unknown', `${I}/entity/id/none`),
    get('entity by name, unknown', `${I}/entity/name/none`),
    post('entity again', `${I}/entity`, { name: 'ann', policies: ['extra', 'more'] }),
    post('entity by name, new', `${I}/entity/name/bob`, { metadata: ['a=b', 'c=d'] }, { save: { bob: 'data.id' } }),
    post('entity by name, update', `${I}/entity/name/bob`, { disabled: true }),
    post('entity without name', `${I}/entity`, {}, { save: { unnamed: 'data.id' } }),
    post('entity by id, rename', `${I}/entity/id/{{unnamed}}`, { name: 'cid' }),
    post('entity by id, name taken', `${I}/entity/id/{{unnamed}}`, { name: 'ann' }),
    post('entity by id, unknown', `${I}/entity/id/none`, { name: 'x' }),
    post('entity, root policy', `${I}/entity`, { name: 'x', policies: 'root' }),
    list('entities', `${I}/entity/id`, { maskWith: values }),
    list('entities by name', `${I}/entity/name`, sorted),
    // aliases
    post(
      'alias', `${I}/entity-alias`,
      { name: 'ann', canonical_id: '{{ann}}', mount_accessor: '{{accessor}}', custom_metadata: { k: 'v' } },
      { save: { alias: 'data.id' } }
    ),
    get('alias read', `${I}/entity-alias/id/{{alias}}`),
    post('alias again', `${I}/entity-alias`, { name: 'ann', canonical_id: '{{ann}}', mount_accessor: '{{accessor}}' }),
    post('alias of a second name on the same mount', `${I}/entity-alias`, {
      name: 'ann2', canonical_id: '{{ann}}', mount_accessor: '{{accessor}}'
    }),
    post('alias without name', `${I}/entity-alias`, { canonical_id: '{{ann}}', mount_accessor: '{{accessor}}' }),
    post('alias without mount', `${I}/entity-alias`, { name: 'x', canonical_id: '{{ann}}' }),
    post('alias, unknown mount', `${I}/entity-alias`, { name: 'x', canonical_id: '{{ann}}', mount_accessor: 'none' }),
    post('alias, token mount', `${I}/entity-alias`, {
      name: 'x', canonical_id: '{{ann}}', mount_accessor: '{{tokenAccessor}}'
    }),
    post('alias, unknown entity', `${I}/entity-alias`, {
      name: 'x', canonical_id: 'none', mount_accessor: '{{accessor}}'
    }),
    get('alias unknown', `${I}/entity-alias/id/none`),
    list('aliases', `${I}/entity-alias/id`, { maskWith: values }),
    get('entity with its alias', `${I}/entity/name/ann`),
    post('login', '/v1/auth/userpass/login/ann', { password: 'pw' }, { ...anon, save: { token: 'auth.client_token' } }),
    get('token', '/v1/auth/token/lookup-self', { token: '{{token}}' }),
    // groups
    post(
      'group', `${I}/group`,
      { name: 'devs', policies: 'devs', member_entity_ids: ['{{ann}}'], metadata: { floor: '2' } },
      { save: { devs: 'data.id' } }
    ),
    get('group by id', `${I}/group/id/{{devs}}`),
    get('group by name', `${I}/group/name/devs`),
    post(
      'group of a group', `${I}/group`,
      { name: 'all', member_group_ids: ['{{devs}}'], policies: ['everyone'] },
      { save: { all: 'data.id' } }
    ),
    get('group of a group, read', `${I}/group/name/all`),
    post('group, circle', `${I}/group/id/{{devs}}`, { name: 'devs', member_group_ids: ['{{all}}'] }),
    post('group, unknown entity', `${I}/group`, { name: 'x', member_entity_ids: ['none'] }),
    post('group, unknown group', `${I}/group`, { name: 'x', member_group_ids: ['none'] }),
    post('group, bad type', `${I}/group`, { name: 'x', type: 'magic' }),
    post('group, external with members', `${I}/group`, { name: 'x', type: 'external', member_entity_ids: ['{{ann}}'] }),
    post(
      'group, external', `${I}/group`, { name: 'outside', type: 'external', policies: 'guests' },
      { save: { outside: 'data.id' } }
    ),
    post('group, type changed', `${I}/group/name/outside`, { type: 'internal' }),
    get('group, external, read', `${I}/group/name/outside`),
    get('group unknown', `${I}/group/id/none`),
    list('groups', `${I}/group/id`, { maskWith: values }),
    list('groups by name', `${I}/group/name`, sorted),
    get('entity in groups', `${I}/entity/name/ann`),
    post('login with groups', '/v1/auth/userpass/login/ann', { password: 'pw' }, anon),
    // aliases of groups
    post(
      'group alias', `${I}/group-alias`,
      { name: 'ldap-devs', mount_accessor: '{{accessor}}', canonical_id: '{{outside}}' },
      { save: { groupAlias: 'data.id' } }
    ),
    get('group alias read', `${I}/group-alias/id/{{groupAlias}}`),
    post('group alias of an internal group', `${I}/group-alias`, {
      name: 'y', mount_accessor: '{{accessor}}', canonical_id: '{{devs}}'
    }),
    post('group alias, unknown mount', `${I}/group-alias`, {
      name: 'y', mount_accessor: 'none', canonical_id: '{{outside}}'
    }),
    post('group alias, no mount', `${I}/group-alias`, { name: 'y', canonical_id: '{{outside}}' }),
    post('group alias, no group', `${I}/group-alias`, { name: 'y', mount_accessor: '{{accessor}}' }),
    list('group aliases', `${I}/group-alias/id`, { maskWith: values }),
    get('group with its alias', `${I}/group/id/{{outside}}`),
    del('group alias delete', `${I}/group-alias/id/{{groupAlias}}`),
    // lookups
    post('lookup entity by name', `${I}/lookup/entity`, { name: 'ann' }),
    post('lookup entity by alias', `${I}/lookup/entity`, { alias_name: 'ann', alias_mount_accessor: '{{accessor}}' }),
    post('lookup entity, unknown', `${I}/lookup/entity`, { name: 'none' }),
    post('lookup entity, nothing asked', `${I}/lookup/entity`, {}),
    post('lookup entity, two things asked', `${I}/lookup/entity`, { name: 'ann', id: '{{ann}}' }),
    post('lookup entity, half an alias', `${I}/lookup/entity`, { alias_name: 'ann' }),
    post('lookup group', `${I}/lookup/group`, { name: 'devs' }),
    post('lookup group, nothing asked', `${I}/lookup/group`, {}),
    // merging
    post('merge', `${I}/entity/merge`, { from_entity_ids: ['{{bob}}'], to_entity_id: '{{ann}}' }),
    get('merged entity', `${I}/entity/id/{{ann}}`),
    get('entity that went', `${I}/entity/id/{{bob}}`),
    post('merge into an unknown one', `${I}/entity/merge`, { from_entity_ids: ['{{ann}}'], to_entity_id: 'none' }),
    post('merge an unknown one', `${I}/entity/merge`, { from_entity_ids: ['none'], to_entity_id: '{{ann}}' }),
    post('merge with itself', `${I}/entity/merge`, { from_entity_ids: ['{{ann}}'], to_entity_id: '{{ann}}' }),
    // identity tokens
    get('oidc config at first', `${I}/oidc/config`),
    post('oidc config', `${I}/oidc/config`, { issuer: 'https://vault.test:8200' }),
    get('oidc config after', `${I}/oidc/config`),
    post('oidc config, bad', `${I}/oidc/config`, { issuer: 'x' }),
    list('oidc keys at first', `${I}/oidc/key`),
    get('oidc default key', `${I}/oidc/key/default`),
    post('oidc key', `${I}/oidc/key/main`, {
      rotation_period: '2h', verification_ttl: '1h', allowed_client_ids: '*', algorithm: 'ES256'
    }),
    get('oidc key read', `${I}/oidc/key/main`),
    post('oidc key, bad algorithm', `${I}/oidc/key/x`, { algorithm: 'HS256' }),
    post('oidc key, verification too long', `${I}/oidc/key/x`, { rotation_period: '1h', verification_ttl: '24h' }),
    get('oidc key unknown', `${I}/oidc/key/none`),
    post('oidc key rotate', `${I}/oidc/key/main/rotate`, {}),
    post('oidc key rotate, unknown', `${I}/oidc/key/none/rotate`, {}),
    post('oidc role', `${I}/oidc/role/app`, {
      key: 'main',
      ttl: '30m',
      client_id: 'my-client',
      template: Buffer.from('{"groups": "x", "name": "fixed"}').toString('base64')
    }),
    get('oidc role read', `${I}/oidc/role/app`, seen),
    post('oidc role without key', `${I}/oidc/role/x`, {}),
    post('oidc role, unknown key', `${I}/oidc/role/ghost`, { key: 'none' }),
    post('oidc role, bad template', `${I}/oidc/role/x`, { key: 'main', template: '{' }),
    post('oidc role, reserved claim', `${I}/oidc/role/x`, { key: 'main', template: '{"iss": "x"}' }),
    post('oidc role, ttl beyond the key', `${I}/oidc/role/x`, { key: 'main', ttl: '24h' }),
    list('oidc roles', `${I}/oidc/role`),
    get('oidc token', `${I}/oidc/token/app`, { token: '{{token}}', save: { jwt: 'data.token' }, ...seen }),
    get('oidc token of root', `${I}/oidc/token/app`),
    get('oidc token, unknown role', `${I}/oidc/token/none`, { token: '{{token}}' }),
    post('introspect', `${I}/oidc/introspect`, { token: '{{jwt}}' }),
    post('introspect for a client', `${I}/oidc/introspect`, { token: '{{jwt}}', client_id: 'other' }),
    post('introspect nonsense', `${I}/oidc/introspect`, { token: 'abc' }),
    get('discovery', `${I}/oidc/.well-known/openid-configuration`, anon),
    get('discovery keys', `${I}/oidc/.well-known/keys`, {
      ...anon,
      ...jwks,
      maskWith: (b) => ({ keys: b.keys.length, kinds: [...new Set(b.keys.map((k) => JSON.stringify(k)))].sort() })
    }),
    del('oidc key delete, in use', `${I}/oidc/key/main`),
    // provider
    get('provider default', `${I}/oidc/provider/default`),
    post('scope', `${I}/oidc/scope/team`, { template: '{"team": "blue"}', description: 'the team' }),
    get('scope read', `${I}/oidc/scope/team`),
    post('scope, reserved', `${I}/oidc/scope/openid`, { template: '{}' }),
    list('scopes', `${I}/oidc/scope`),
    post('assignment', `${I}/oidc/assignment/a`, { entity_ids: ['{{ann}}'], group_ids: ['{{devs}}'] }),
    get('assignment read', `${I}/oidc/assignment/a`),
    get('assignment allow_all', `${I}/oidc/assignment/allow_all`),
    post('client', `${I}/oidc/client/web`, {
      redirect_uris: ['http://127.0.0.1:9/cb'],
      assignments: ['a'],
      key: 'main',
      id_token_ttl: '30m',
      access_token_ttl: '1h'
    }),
    get('client read', `${I}/oidc/client/web`, {
      ...secrets,
      ...seen,
      save: {
        clientId: 'data.client_id',
        basic: (j) => 'Basic ' + Buffer.from(`${j.data.client_id}:${j.data.client_secret}`).toString('base64')
      }
    }),
    post('client, unknown key', `${I}/oidc/client/x`, { key: 'none' }),
    post('client, unknown assignment', `${I}/oidc/client/x`, { assignments: ['none'] }),
    post('client, key changed', `${I}/oidc/client/web`, { key: 'default' }),
    list('clients', `${I}/oidc/client`, { hide: { 'data.key_info.*.client_id': '32 letters' } }),
    post('provider', `${I}/oidc/provider/mine`, {
      allowed_client_ids: '*', scopes_supported: ['team'], issuer: 'https://vault.test:8200'
    }),
    get('provider read', `${I}/oidc/provider/mine`),
    post('provider, unknown scope', `${I}/oidc/provider/x`, { scopes_supported: ['none'] }),
    post('provider, bad issuer', `${I}/oidc/provider/x`, { issuer: 'x' }),
    list('providers', `${I}/oidc/provider`, {
      maskWith: (b) => ({ ...b, data: { ...b.data, keys: b.data.keys.sort() } })
    }),
    get('provider discovery', `${I}/oidc/provider/mine/.well-known/openid-configuration`, anon),
    get('provider keys', `${I}/oidc/provider/mine/.well-known/keys`, {
      ...anon,
      ...jwks,
      maskWith: (b) => ({ keys: b.keys.length, kinds: [...new Set(b.keys.map((k) => JSON.stringify(k)))].sort() })
    }),
    get(
      'authorize without a client',
      `${I}/oidc/provider/mine/authorize?scope=openid&response_type=code&redirect_uri=http://127.0.0.1:9/cb&state=s`,
      { token: '{{token}}' }
    ),
    get(
      'authorize, redirect not allowed',
      authorize('scope=openid', 'other'),
      { token: '{{token}}' }
    ),
    get(
      'authorize without openid',
      authorize('scope=team', 'cb'),
      { token: '{{token}}' }
    ),
    get(
      'authorize',
      authorize('scope=openid%20team', 'cb', '&nonce=n'),
      { token: '{{token}}', save: { code: 'code' }, hide: { code: 'code' } }
    ),
    post(
      'token without a client', `${I}/oidc/provider/mine/token`,
      { grant_type: 'authorization_code', code: '{{code}}', redirect_uri: 'http://127.0.0.1:9/cb' },
      anon
    ),
    post(
      'token, bad code', `${I}/oidc/provider/mine/token`,
      { grant_type: 'authorization_code', code: 'x', redirect_uri: 'http://127.0.0.1:9/cb' },
      { ...anon, headers: { Authorization: '{{basic}}' } }
    ),
    post(
      'tokens for the code', `${I}/oidc/provider/mine/token`,
      { grant_type: 'authorization_code', code: '{{code}}', redirect_uri: 'http://127.0.0.1:9/cb' },
      {
        ...anon,
        headers: { Authorization: '{{basic}}' },
        save: { access: 'access_token' },
        maskWith: (b) => (b.id_token
          ? {
              ...b,
              id_token: { ...b.id_token, claims: { ...b.id_token.claims, aud: '<client>' } }
            }
          : b)
      }
    ),
    get('userinfo', `${I}/oidc/provider/mine/userinfo`, { ...anon, headers: { Authorization: 'Bearer {{access}}' } }),
    get('userinfo without a token', `${I}/oidc/provider/mine/userinfo`, anon),
    del('scope delete, in use', `${I}/oidc/scope/team`),
    del('assignment delete, in use', `${I}/oidc/assignment/a`),
    del('client delete', `${I}/oidc/client/web`),
    del('provider delete', `${I}/oidc/provider/mine`),
    del('provider default delete', `${I}/oidc/provider/default`),
    del('scope delete', `${I}/oidc/scope/team`),
    // deleting
    post('batch delete', `${I}/entity/batch-delete`, { entity_ids: ['{{unnamed}}', 'none'] }),
    del('alias delete', `${I}/entity-alias/id/{{alias}}`),
    del('group delete', `${I}/group/id/{{all}}`),
    del('group by name delete', `${I}/group/name/outside`),
    del('entity delete', `${I}/entity/id/{{ann}}`),
    del('entity delete again', `${I}/entity/id/{{ann}}`),
    get('token of a deleted entity', '/v1/auth/token/lookup-self', { token: '{{token}}' }),
    get('group after its member went', `${I}/group/name/devs`),
    get('mfa methods', `${I}/mfa/method?list=true`),
    get('unknown path', `${I}/nowhere`)
  ]
}
