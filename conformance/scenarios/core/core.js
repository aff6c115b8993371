// Mounts, KV 2, policies, tokens, wrapping, approle, userpass, leases, remount: what nearly every client touches.
import { activeNode, get, put, post, del, list } from '../steps.js'

const anon = { noToken: true }

export default {
  start: 'active',
  steps: [
    ...activeNode,
    // mounts
    get('mounts at first', '/v1/sys/mounts', { maskWith: (b) => Object.keys(b.data ?? {}).sort() }),
    get('auth at first', '/v1/sys/auth', { maskWith: (b) => Object.keys(b.data ?? {}).sort() }),
    post('enable kv 2', '/v1/sys/mounts/secret', { type: 'kv', options: { version: '2' }, description: 'my secrets' }),
    { pause: 1500 },
    get('mount read', '/v1/sys/mounts/secret'),
    get('mount tune read', '/v1/sys/mounts/secret/tune'),
    post('mount tune write', '/v1/sys/mounts/secret/tune', {
      default_lease_ttl: '1h', max_lease_ttl: 7200, description: 'new'
    }),
    get('mount tune read after', '/v1/sys/mounts/secret/tune'),
    post('enable on the same path', '/v1/sys/mounts/secret', { type: 'kv' }),
    post('enable below an existing path', '/v1/sys/mounts/secret/below', { type: 'kv' }),
    post('enable an unknown type', '/v1/sys/mounts/x', { type: 'nonsense' }),
    post('enable without type', '/v1/sys/mounts/x', {}),
    post('enable on sys', '/v1/sys/mounts/sys/x', { type: 'kv' }),
    get('mount read of nothing', '/v1/sys/mounts/none'),
    del('unmount of nothing', '/v1/sys/mounts/none'),
    get('internal ui mounts, path', '/v1/sys/internal/ui/mounts/secret/foo'),
    get('internal ui mounts, missing', '/v1/sys/internal/ui/mounts/none'),
    get('internal ui mounts', '/v1/sys/internal/ui/mounts', {
      maskWith: (b) => ({ auth: Object.keys(b.data?.auth ?? {}), secret: Object.keys(b.data?.secret ?? {}) })
    }),
    // kv 2
    put('kv2 write', '/v1/secret/data/a', { data: { x: 1, y: 'two' } }),
    put('kv2 write again, cas 1', '/v1/secret/data/a', { options: { cas: 1 }, data: { x: 2 } }),
    put('kv2 write, wrong cas', '/v1/secret/data/a', { options: { cas: 1 }, data: { x: 3 } }),
    put('kv2 write, cas 0 on an existing one', '/v1/secret/data/a', { options: { cas: 0 }, data: { x: 3 } }),
    put('kv2 write, no data', '/v1/secret/data/a', { x: 1 }),
    get('kv2 read', '/v1/secret/data/a'),
    get('kv2 read version 1', '/v1/secret/data/a?version=1'),
    get('kv2 read version 9', '/v1/secret/data/a?version=9'),
    get('kv2 read nothing', '/v1/secret/data/none'),
    get('kv2 metadata', '/v1/secret/metadata/a'),
    put('kv2 metadata write', '/v1/secret/metadata/a', {
      custom_metadata: { owner: 'me' }, max_versions: 3, delete_version_after: '3h25m19s'
    }),
    get('kv2 metadata after', '/v1/secret/metadata/a'),
    {
      id: 'kv2 patch',
      method: 'PATCH',
      path: '/v1/secret/data/a',
      body: { data: { z: 3, x: null } },
      headers: { 'Content-Type': 'application/merge-patch+json' }
    },
    get('kv2 read after the patch', '/v1/secret/data/a'),
    {
      id: 'kv2 patch of nothing',
      method: 'PATCH',
      path: '/v1/secret/data/none',
      body: { data: { z: 3 } },
      headers: { 'Content-Type': 'application/merge-patch+json' }
    },
    del('kv2 delete latest', '/v1/secret/data/a'),
    get('kv2 read a deleted one', '/v1/secret/data/a'),
    put('kv2 undelete', '/v1/secret/undelete/a', { versions: [3] }),
    put('kv2 delete versions', '/v1/secret/delete/a', { versions: [1, 2] }),
    put('kv2 destroy', '/v1/secret/destroy/a', { versions: [1] }),
    get('kv2 metadata after destroy', '/v1/secret/metadata/a'),
    get('kv2 read a destroyed one', '/v1/secret/data/a?version=1'),
    put('kv2 write b/c', '/v1/secret/data/b/c', { data: { q: 1 } }),
    list('kv2 list', '/v1/secret/metadata'),
    list('kv2 list folder', '/v1/secret/metadata/b'),
    list('kv2 list nothing', '/v1/secret/metadata/none'),
    get('kv2 subkeys', '/v1/secret/subkeys/b/c'),
    get('kv2 config', '/v1/secret/config'),
    post('kv2 config write', '/v1/secret/config', { max_versions: 5, cas_required: false }),
    get('kv2 config after', '/v1/secret/config'),
    get('kv2 wrong path', '/v1/secret/foo'),
    put('kv2 wrong path write', '/v1/secret/foo', { a: 1 }),
    del('kv2 metadata delete', '/v1/secret/metadata/a'),
    get('kv2 metadata of nothing', '/v1/secret/metadata/a'),
    // policies
    put('policy write', '/v1/sys/policies/acl/reader', {
      policy: [
        'path "secret/data/*" { capabilities = ["read"] }',
        'path "sys/storage/raft/configuration" { capabilities = ["read"] }'
      ].join('\n')
    }),
    get('policy read', '/v1/sys/policies/acl/reader'),
    get('policy read, old path', '/v1/sys/policy/reader'),
    put('policy write, bad hcl', '/v1/sys/policies/acl/bad', { policy: 'path "x" { capabilities = ["fly"] }' }),
    put('policy write, broken hcl', '/v1/sys/policies/acl/bad', { policy: 'path "x" {' }),
    put('policy write, empty', '/v1/sys/policies/acl/bad', { policy: '' }),
    put('policy write, root', '/v1/sys/policies/acl/root', { policy: 'path "x" {}' }),
    del('policy delete, default', '/v1/sys/policies/acl/default'),
    get('policy read, nothing', '/v1/sys/policies/acl/none'),
    del('policy delete, nothing', '/v1/sys/policies/acl/none'),
    list('policies list', '/v1/sys/policies/acl'),
    get('policies list, old path', '/v1/sys/policy'),
    // tokens
    post(
      'token create', '/v1/auth/token/create',
      { policies: ['reader'], ttl: '1h', meta: { who: 'me' }, display_name: 'mine' },
      { save: { reader: 'auth.client_token', readerAccessor: 'auth.accessor' } }
    ),
    post('token create, unknown policy', '/v1/auth/token/create', { policies: ['ghost'] }),
    post(
      'token create, no default policy, 2 uses', '/v1/auth/token/create',
      { policies: ['reader'], no_default_policy: true, num_uses: 2, ttl: '30m', renewable: false },
      { save: { two: 'auth.client_token' } }
    ),
    post('token create, period', '/v1/auth/token/create', { period: '24h', policies: 'reader' }),
    post('token create, id', '/v1/auth/token/create', { id: 'my-token', policies: ['reader'] }),
    post('token create, id again', '/v1/auth/token/create', { id: 'my-token', policies: ['reader'] }),
    post('token create, bad ttl', '/v1/auth/token/create', { ttl: 'soon' }),
    post('token create, batch', '/v1/auth/token/create', { type: 'batch', policies: ['reader'], ttl: '10m' }),
    get('lookup-self', '/v1/auth/token/lookup-self', { token: '{{reader}}' }),
    get('lookup-self, root', '/v1/auth/token/lookup-self'),
    post('lookup', '/v1/auth/token/lookup', { token: '{{reader}}' }),
    post('lookup, unknown', '/v1/auth/token/lookup', { token: 'nope' }),
    post('lookup-accessor', '/v1/auth/token/lookup-accessor', { accessor: '{{readerAccessor}}' }),
    post('lookup-accessor, unknown', '/v1/auth/token/lookup-accessor', { accessor: 'nope' }),
    post('renew-self', '/v1/auth/token/renew-self', { increment: '2h' }, { token: '{{reader}}' }),
    post('renew, root token', '/v1/auth/token/renew-self', {}),
    get('reader: allowed read', '/v1/secret/data/b/c', { token: '{{reader}}' }),
    get('reader: raft configuration', '/v1/sys/storage/raft/configuration', { token: '{{reader}}' }),
    put('reader: denied write', '/v1/secret/data/b/c', { data: {} }, { token: '{{reader}}' }),
    put('reader: denied remove-peer', '/v1/sys/storage/raft/remove-peer', { server_id: 'x' }, { token: '{{reader}}' }),
    get('reader: denied unknown path', '/v1/sys/nowhere', { token: '{{reader}}' }),
    put('reader: denied step-down (sudo)', '/v1/sys/step-down', undefined, { token: '{{reader}}' }),
    post(
      'capabilities-self', '/v1/sys/capabilities-self',
      { paths: ['secret/data/x', 'sys/storage/raft/configuration', 'sys/nowhere'] },
      { token: '{{reader}}' }
    ),
    post('capabilities', '/v1/sys/capabilities', { token: '{{reader}}', path: 'secret/data/x' }),
    get('two uses: first', '/v1/secret/data/b/c', { token: '{{two}}' }),
    get('two uses: second', '/v1/secret/data/b/c', { token: '{{two}}' }),
    get('two uses: third', '/v1/secret/data/b/c', { token: '{{two}}' }),
    post('revoke', '/v1/auth/token/revoke', { token: '{{reader}}' }),
    post('revoke, unknown', '/v1/auth/token/revoke', { token: 'nope' }),
    get('revoked token', '/v1/auth/token/lookup-self', { token: '{{reader}}' }),
    post('revoke-accessor, unknown', '/v1/auth/token/revoke-accessor', { accessor: 'nope' }),
    post('token role write', '/v1/auth/token/roles/nomad', {
      allowed_policies: 'reader', orphan: true, renewable: true, token_period: '1h'
    }),
    get('token role read', '/v1/auth/token/roles/nomad'),
    list('token roles', '/v1/auth/token/roles'),
    post('token create by role', '/v1/auth/token/create/nomad', {}),
    post('token create by an unknown role', '/v1/auth/token/create/none', {}),
    // wrapping
    post('wrap', '/v1/sys/wrapping/wrap', { secret: 'x' }, {
      headers: { 'X-Vault-Wrap-TTL': '120' }, save: { wrapped: 'wrap_info.token' }
    }),
    post('wrap without a ttl', '/v1/sys/wrapping/wrap', { secret: 'x' }),
    post('wrapping lookup', '/v1/sys/wrapping/lookup', { token: '{{wrapped}}' }),
    post('wrapping lookup, no token', '/v1/sys/wrapping/lookup', { token: '{{wrapped}}' }, anon),
    post('rewrap', '/v1/sys/wrapping/rewrap', { token: '{{wrapped}}' }, { save: { wrapped2: 'wrap_info.token' } }),
    post('unwrap the old one', '/v1/sys/wrapping/unwrap', { token: '{{wrapped}}' }),
    post('unwrap', '/v1/sys/wrapping/unwrap', {}, { token: '{{wrapped2}}' }),
    post('unwrap again', '/v1/sys/wrapping/unwrap', {}, { token: '{{wrapped2}}' }),
    post('unwrap nonsense', '/v1/sys/wrapping/unwrap', { token: 'nope' }),
    // cubbyhole
    put('cubbyhole write', '/v1/cubbyhole/x', { a: 1 }),
    get('cubbyhole read', '/v1/cubbyhole/x'),
    list('cubbyhole list', '/v1/cubbyhole'),
    // auth methods
    post('enable approle', '/v1/sys/auth/approle', { type: 'approle' }),
    post('approle role', '/v1/auth/approle/role/app', {
      token_policies: 'reader', token_ttl: '20m', secret_id_num_uses: 2
    }),
    get('approle role read', '/v1/auth/approle/role/app'),
    list('approle roles', '/v1/auth/approle/role'),
    get('approle role-id', '/v1/auth/approle/role/app/role-id', { save: { roleId: 'data.role_id' } }),
    post('approle secret-id', '/v1/auth/approle/role/app/secret-id', {}, { save: { secretId: 'data.secret_id' } }),
    post(
      'approle login', '/v1/auth/approle/login', { role_id: '{{roleId}}', secret_id: '{{secretId}}' },
      { ...anon, save: { appToken: 'auth.client_token' } }
    ),
    get('approle token lookup', '/v1/auth/token/lookup-self', { token: '{{appToken}}' }),
    post('approle login, wrong secret', '/v1/auth/approle/login', { role_id: '{{roleId}}', secret_id: 'x' }, anon),
    post('approle login, wrong role', '/v1/auth/approle/login', { role_id: 'x', secret_id: 'x' }, anon),
    post('approle login, nothing', '/v1/auth/approle/login', {}, anon),
    post('approle secret-id of an unknown role', '/v1/auth/approle/role/none/secret-id', {}),
    post('enable userpass', '/v1/sys/auth/userpass', { type: 'userpass' }),
    post('userpass user', '/v1/auth/userpass/users/Ann', { password: 'pw', token_policies: ['reader'] }),
    get('userpass user read', '/v1/auth/userpass/users/ann'),
    list('userpass users', '/v1/auth/userpass/users'),
    post('userpass login', '/v1/auth/userpass/login/ann', { password: 'pw' }, anon),
    post('userpass login, wrong password', '/v1/auth/userpass/login/ann', { password: 'no' }, anon),
    post('userpass login, unknown user', '/v1/auth/userpass/login/bob', { password: 'no' }, anon),
    post('enable an auth path twice', '/v1/sys/auth/approle', { type: 'approle' }),
    post('enable an unknown auth type', '/v1/sys/auth/x', { type: 'nonsense' }),
    get('auth tune', '/v1/sys/auth/approle/tune'),
    del('disable auth', '/v1/sys/auth/userpass'),
    // leases
    put('lease lookup, unknown', '/v1/sys/leases/lookup', { lease_id: 'none' }),
    put('lease renew, unknown', '/v1/sys/leases/renew', { lease_id: 'none' }),
    put('lease revoke, unknown', '/v1/sys/leases/revoke', { lease_id: 'none' }),
    put('lease revoke-prefix', '/v1/sys/leases/revoke-prefix/auth/approle', {}),
    // audit, tools, remount
    get('audit list', '/v1/sys/audit'),
    put('remount', '/v1/sys/remount', { from: 'secret', to: 'renamed' }, { save: { migration: 'data.migration_id' } }),
    { pause: 1500 },
    get('remount status', '/v1/sys/remount/status/{{migration}}'),
    get('kv2 read after the remount', '/v1/renamed/data/b/c'),
    post('random', '/v1/sys/tools/random/8', {}, { maskWith: (b) => Object.keys(b.data ?? b) }),
    post('hash', '/v1/sys/tools/hash/sha2-256', { input: 'YWJj' }),
    get('config ui headers', '/v1/sys/config/ui/headers'),
    get('config cors', '/v1/sys/config/cors'),
    get('plugins catalog', '/v1/sys/plugins/catalog', { maskWith: (b) => Object.keys(b.data ?? b) }),
    get('rotate config', '/v1/sys/rotate/config'),
    get('internal counters tokens', '/v1/sys/internal/counters/tokens'),
    get('leases count', '/v1/sys/internal/counters/entities')
  ]
}
