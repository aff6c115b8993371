// The paths that clients can't do without: each is there, for the verb they use.
import t, { type Test } from 'tap'
import type { ProfileName } from '../../src/index.js'
import { vault } from '../vault-server.js'

/** Answered by each node itself, or by the ceremonies of the key shares. */
const LIFECYCLE = [
  'GET sys/init', 'PUT sys/init', 'GET sys/seal-status', 'PUT sys/unseal', 'GET sys/leader', 'GET sys/ha-status',
  'GET sys/health', 'HEAD sys/health', 'GET sys/key-status', 'PUT sys/rotate', 'GET sys/rotate/config', 'PUT sys/rotate/config'
]
const CEREMONIES = [
  'GET sys/generate-root/attempt', 'PUT sys/generate-root/attempt', 'DELETE sys/generate-root/attempt', 'PUT sys/generate-root/update',
  'PUT sys/decode-token', 'GET sys/rekey/init', 'PUT sys/rekey/init', 'DELETE sys/rekey/init', 'PUT sys/rekey/update',
  'GET sys/rekey/verify', 'PUT sys/rekey/verify', 'GET sys/rekey/backup'
]
const SYSTEM = [
  'GET sys/mounts', 'POST sys/mounts/one', 'GET sys/mounts/one', 'GET sys/mounts/one/tune', 'POST sys/mounts/one/tune', 'POST sys/remount',
  'DELETE sys/mounts/one', 'GET sys/remount/status/none', 'GET sys/internal/ui/mounts/secret', 'GET sys/internal/ui/mounts',
  'GET sys/internal/ui/resultant-acl', 'GET sys/internal/ui/feature-flags', 'GET sys/auth', 'POST sys/auth/two', 'GET sys/auth/two',
  'GET sys/auth/token/tune', 'POST sys/auth/token/tune', 'DELETE sys/auth/two', 'GET sys/audit', 'PUT sys/audit/file', 'DELETE sys/audit/file',
  'POST sys/audit-hash/file', 'POST sys/capabilities', 'POST sys/capabilities-self', 'POST sys/capabilities-accessor',
  'POST sys/tools/random', 'POST sys/tools/random/4', 'POST sys/tools/random/platform/4', 'POST sys/tools/hash', 'POST sys/tools/hash/sha2-256',
  'LIST sys/version-history', 'GET sys/config/state/sanitized', 'GET sys/config/cors', 'DELETE sys/config/cors', 'PUT sys/config/cors',
  'LIST sys/config/ui/headers', 'GET sys/config/auditing/request-headers', 'GET sys/host-info', 'GET sys/internal/specs/openapi',
  'GET sys/plugins/catalog', 'LIST sys/plugins/catalog/auth', 'GET sys/metrics', 'GET sys/in-flight-req', 'GET sys/monitor',
  'GET sys/pprof', 'GET sys/quotas/config', 'LIST sys/quotas/rate-limit', 'POST sys/quotas/rate-limit/q', 'DELETE sys/quotas/rate-limit/q'
]
const POLICIES = [
  'GET sys/policy', 'LIST sys/policy', 'GET sys/policy/default', 'PUT sys/policy/p', 'DELETE sys/policy/p', 'LIST sys/policies/acl',
  'GET sys/policies/acl/default', 'PUT sys/policies/acl/p', 'DELETE sys/policies/acl/p', 'LIST sys/policies/password', 'PUT sys/policies/password/p'
]
const TOKENS = [
  'POST auth/token/create', 'POST auth/token/create-orphan', 'POST auth/token/create/none', 'POST auth/token/lookup', 'GET auth/token/lookup',
  'GET auth/token/lookup-self', 'POST auth/token/lookup-self', 'POST auth/token/lookup-accessor', 'POST auth/token/renew', 'POST auth/token/renew-self',
  'POST auth/token/renew-accessor', 'POST auth/token/revoke', 'POST auth/token/revoke-orphan', 'POST auth/token/revoke-accessor',
  'LIST auth/token/accessors', 'LIST auth/token/roles', 'POST auth/token/roles/r', 'GET auth/token/roles/r', 'DELETE auth/token/roles/r', 'POST auth/token/tidy'
]
const WRAPPING_AND_LEASES = [
  'POST sys/wrapping/wrap', 'POST sys/wrapping/unwrap', 'POST sys/wrapping/lookup', 'GET sys/wrapping/lookup', 'POST sys/wrapping/rewrap',
  'POST cubbyhole/a', 'GET cubbyhole/a', 'LIST cubbyhole', 'DELETE cubbyhole/a', 'PUT sys/leases/lookup', 'LIST sys/leases/lookup/auth',
  'PUT sys/leases/renew', 'PUT sys/renew', 'PUT sys/leases/revoke', 'PUT sys/revoke', 'PUT sys/leases/revoke-prefix/none',
  'PUT sys/leases/revoke-force/none', 'PUT sys/revoke-prefix/none', 'PUT sys/revoke-force/none'
]
const SECRETS = [
  'POST kv1/a', 'GET kv1/a', 'LIST kv1', 'DELETE kv1/a', 'POST secret/data/a', 'GET secret/data/a', 'DELETE secret/data/a', 'POST secret/undelete/a',
  'POST secret/delete/a', 'POST secret/destroy/a', 'GET secret/metadata/a', 'LIST secret/metadata', 'POST secret/metadata/a',
  'GET secret/subkeys/a', 'GET secret/config', 'POST secret/config', 'DELETE secret/metadata/a'
]
const LOGINS = [
  'LIST auth/approle/role', 'POST auth/approle/role/r', 'GET auth/approle/role/r', 'GET auth/approle/role/r/role-id', 'POST auth/approle/role/r/role-id',
  'POST auth/approle/role/r/secret-id', 'LIST auth/approle/role/r/secret-id', 'POST auth/approle/role/r/custom-secret-id',
  'POST auth/approle/role/r/secret-id/lookup', 'POST auth/approle/role/r/secret-id/destroy', 'POST auth/approle/role/r/secret-id-accessor/lookup',
  'POST auth/approle/role/r/secret-id-accessor/destroy', 'GET auth/approle/role/r/policies', 'GET auth/approle/role/r/token-ttl',
  'POST auth/approle/login', 'POST auth/approle/tidy/secret-id', 'DELETE auth/approle/role/r', 'LIST auth/userpass/users', 'POST auth/userpass/users/u',
  'GET auth/userpass/users/u', 'POST auth/userpass/users/u/password', 'POST auth/userpass/users/u/policies', 'POST auth/userpass/login/u',
  'DELETE auth/userpass/users/u', 'LIST identity/entity/id', 'LIST identity/entity/name'
]
/** What a request needs in order to get as far as its handler; the others go without a body. */
const BODIES: Readonly<Record<string, object>> = {
  'POST sys/mounts/one': { type: 'kv' },
  'POST sys/auth/two': { type: 'userpass' },
  'POST kv1/a': { a: 1 },
  'POST cubbyhole/a': { a: 1 },
  'POST secret/data/a': { data: { a: 1 } },
  'POST auth/userpass/users/u': { password: 'x' },
  'PUT sys/config/cors': { allowed_origins: '*' }
}

async function walk (t: Test, profile: ProfileName, requests: readonly string[]): Promise<void> {
  const { send } = vault(t, { profile })
  await send('POST', 'sys/mounts/kv1', { type: 'kv', options: { version: '1' } })
  for (const type of ['approle', 'userpass']) await send('POST', `sys/auth/${type}`, { type })
  for (const request of requests) {
    const [method = '', path = ''] = request.split(' ')
    const { status, text } = await send(method, path, BODIES[request])
    t.ok(status !== 405 && !/unsupported (?:path|operation)|no handler/.test(text) && text !== '{"errors":["internal error"]}\n', `${request}: ${status} ${text.slice(0, 120)}`)
  }
}

const EVERYWHERE = [...LIFECYCLE, ...SYSTEM, ...POLICIES, ...TOKENS, ...WRAPPING_AND_LEASES, ...SECRETS, ...LOGINS]

t.test('as documented', async (t) => { await walk(t, 'documented', [...EVERYWHERE, ...CEREMONIES]) })
t.test('Vault 1.14', async (t) => { await walk(t, 'vault-1.14', [...EVERYWHERE, ...CEREMONIES]) })
t.test('Vault 1.21', async (t) => { await walk(t, 'vault-1.21', [...EVERYWHERE, ...CEREMONIES]) })
t.test('OpenBao 2.5, which has switched the ceremonies off', async (t) => { await walk(t, 'openbao-2.5', EVERYWHERE) })

t.test('sealing and stepping down', async (t) => {
  const { send } = vault(t)
  t.equal((await send('PUT', 'sys/step-down')).status, 204)
  t.equal((await send('PUT', 'sys/seal')).status, 204)
})
