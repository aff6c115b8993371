// O3: node-vault 0.12.0 beyond raft: tokens, policies, mounts, KV v1 and v2, AppRole, userpass, wrapping, audit and
// leases; TOTP and SSH.
import nodeVault from 'node-vault'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { equal, ok, rejects, run, until } from './checks.js'
import { servers } from './server.js'

const { main } = servers()
const vault = nodeVault({ endpoint: main.url, token: main.token })
const READER = 'path "kv1/*" { capabilities = ["read", "list"] }'

const withToken = (token) => nodeVault({ endpoint: main.url, token })

/** Calls as root that answer with another token, which this client would take for its own from then on. */
const asRoot = () => withToken(main.token)

/** That a call rejects with this status and, where given, this text. */
async function refused (promise, status, text, name) {
  const error = await rejects(promise, name)
  equal(error.response?.statusCode, status, `${name}: ${status}`)
  if (text !== undefined) equal(error.message, text, `${name}: the text`)
}

async function policies () {
  await vault.addPolicy({ name: 'reader', rules: READER })
  equal((await vault.getPolicy({ name: 'reader' })).rules, READER, 'addPolicy by the old name `rules`, getPolicy')
  equal((await vault.policies()).policies, ['default', 'reader', 'root'], 'policies')
  await vault.addPolicy({ name: 'gone', policy: READER })
  await vault.removePolicy({ name: 'gone' })
  await refused(vault.getPolicy({ name: 'gone' }), 404, 'Status 404', 'getPolicy of what is gone')
}

async function tokens () {
  const { auth } = await asRoot().tokenCreate({ policies: ['reader'], ttl: '1h', meta: { team: 'a' } })
  equal([auth.policies, auth.lease_duration], [['default', 'reader'], 3600], 'tokenCreate')
  const own = withToken(auth.client_token)
  equal((await own.tokenLookupSelf()).data.meta, { team: 'a' }, 'tokenLookupSelf')
  equal((await own.tokenRenewSelf({ increment: '30m' })).auth.lease_duration, 1800, 'tokenRenewSelf')
  equal((await asRoot().tokenRenew({ token: auth.client_token, increment: 600 })).auth.lease_duration, 600, 'tokenRenew')
  equal((await vault.tokenLookup({ token: auth.client_token })).data.accessor, auth.accessor, 'tokenLookup')
  equal((await vault.tokenLookupAccessor({ accessor: auth.accessor })).data.id, '', 'tokenLookupAccessor')
  ok((await vault.tokenAccessors()).data.keys.includes(auth.accessor), 'tokenAccessors')
  await vault.tokenRevoke({ token: auth.client_token })
  await refused(own.tokenLookupSelf(), 403, 'permission denied', 'a revoked token')
  await refused(vault.tokenLookup({ token: auth.client_token }), 403, 'bad token', 'tokenLookup of it')
  await vault.addTokenRole({ role_name: 'job', allowed_policies: 'reader', orphan: true })
  equal((await vault.tokenRoles()).data.keys, ['job'], 'tokenRoles, by GET with list=true')
  equal((await asRoot().tokenCreateRole({ role_name: 'job' })).auth.orphan, true, 'tokenCreateRole')
  await vault.removeTokenRole({ role_name: 'job' })
  await refused(vault.getTokenRole({ role_name: 'job' }), 404, undefined, 'getTokenRole of what is gone')
  const orphan = (await asRoot().tokenCreateOrphan({ policies: ['default'] })).auth
  await vault.tokenRevokeAccessor({ accessor: orphan.accessor })
  await refused(withToken(orphan.client_token).tokenRevokeSelf(), 403, 'permission denied', 'tokenRevokeAccessor')
}

async function mounts () {
  await vault.mount({ mount_point: 'kv1', type: 'kv', description: 'one', options: { version: 1 } })
  equal((await vault.mounts())['kv1/'].options, { version: '1' }, 'mount, mounts: at the top')
  await refused(vault.mount({ mount_point: 'kv1', type: 'kv' }), 400, 'path is already in use at kv1/', 'a path in use')
  await vault.write('sys/mounts/kv1/tune', { max_lease_ttl: '2h' })
  equal((await vault.read('sys/mounts/kv1/tune')).data.max_lease_ttl, 7200, 'tune')
  await vault.mount({ mount_point: 'moving', type: 'kv-v1' })
  await vault.remount({ from: 'moving', to: 'moved' })
  await until(async () => 'moved/' in (await vault.mounts()).data, 'remount')
  await vault.unmount({ mount_point: 'moved' })
  await refused(vault.read('moved/a'), 404, 'no handler for route "moved/a". route entry not found.', 'unmount')
}

async function keyValueVersion1 () {
  await vault.write('kv1/team/a', { user: 'u' })
  equal((await vault.read('kv1/team/a')).data, { user: 'u' }, 'kv v1: write, read')
  equal((await vault.list('kv1/team')).data.keys, ['a'], 'kv v1: list')
  const reader = withToken((await asRoot().tokenCreate({ policies: ['reader'] })).auth.client_token)
  equal((await reader.read('kv1/team/a')).data, { user: 'u' }, 'kv v1: the policy lets read')
  await refused(reader.write('kv1/team/a', { user: 'v' }), 403, '1 error occurred:\n\t* permission denied\n\n', 'kv v1: but not write')
  equal((await reader.write('sys/capabilities-self', { paths: ['kv1/x'] })).capabilities, ['list', 'read'], 'capabilities-self')
  await vault.delete('kv1/team/a')
  await refused(vault.read('kv1/team/a'), 404, 'Status 404', 'kv v1: delete')
}

async function keyValueVersion2 () {
  equal((await vault.write('secret/data/a', { data: { x: 1 }, options: { cas: 0 } })).data.version, 1, 'kv v2: write')
  await refused(vault.write('secret/data/a', { data: { x: 2 }, options: { cas: 0 } }), 400, 'check-and-set parameter did not match the current version', 'kv v2: a late cas')
  equal((await vault.update('secret/data/a', { data: { y: 2 } })).data.version, 2, 'kv v2: update is a merge patch')
  equal((await vault.read('secret/data/a')).data.data, { x: 1, y: 2 }, 'kv v2: read')
  await vault.delete('secret/data/a')
  const error = await rejects(vault.read('secret/data/a'), 'kv v2: a deleted version rejects')
  equal([error.response?.statusCode, error.response?.body?.data?.data], [404, null], 'kv v2: 404 with its metadata')
  await vault.write('secret/undelete/a', { versions: [2] })
  await vault.destroySecretVersions({ path: 'a', versions: [1] })
  const { versions } = (await vault.read('secret/metadata/a')).data
  equal([versions['1'].destroyed, versions['2'].deletion_time], [true, ''], 'kv v2: undelete, destroySecretVersions')
  equal((await vault.list('secret/metadata')).data.keys, ['a'], 'kv v2: list')
}

async function appRole () {
  await vault.enableAuth({ mount_point: 'approle', type: 'approle' })
  await vault.addApproleRole({ role_name: 'app', policies: 'reader', token_ttl: 1200 })
  equal((await vault.approleRoles()).data.keys, ['app'], 'approleRoles')
  equal((await vault.getApproleRole({ role_name: 'app' })).data.token_ttl, 1200, 'getApproleRole')
  const { role_id: roleId } = (await vault.getApproleRoleId({ role_name: 'app' })).data
  const { secret_id: secretId, secret_id_accessor: accessor } = (await vault.getApproleRoleSecret({ role_name: 'app' })).data
  const robot = withToken('')
  const { auth } = await robot.approleLogin({ role_id: roleId, secret_id: secretId })
  equal([auth.policies, robot.token], [['default', 'reader'], auth.client_token], 'approleLogin: the client takes the token')
  equal((await vault.approleSecretAccessors({ role_name: 'app' })).data.keys, [accessor], 'approleSecretAccessors')
  equal((await vault.approleSecretLookup({ role_name: 'app', secret_id: secretId })).data.secret_id_accessor, accessor, 'approleSecretLookup')
  await vault.approleSecretDestroy({ role_name: 'app', secret_id: secretId })
  await refused(robot.approleLogin({ role_id: roleId, secret_id: secretId }), 400, 'invalid role or secret ID', 'approleSecretDestroy')
  await vault.deleteApproleRole({ role_name: 'app' })
  await vault.disableAuth({ mount_point: 'approle' })
  ok(!('approle/' in (await vault.auths()).data), 'disableAuth, auths')
}

async function userPass () {
  await vault.enableAuth({ mount_point: 'userpass', type: 'userpass' })
  await vault.write('auth/userpass/users/bob', { password: 'pw', policies: 'reader' })
  const person = withToken('')
  const { auth } = await person.userpassLogin({ username: 'bob', password: 'pw' })
  equal([auth.metadata, auth.policies], [{ username: 'bob' }, ['default', 'reader']], 'userpassLogin')
  await refused(person.userpassLogin({ username: 'bob', password: 'no' }), 400, 'invalid username or password', 'userpassLogin, a wrong password')
}

async function wrapping () {
  const { wrap_info: wrapped } = await vault.write('sys/wrapping/wrap', { a: 'b' }, { headers: { 'X-Vault-Wrap-TTL': '2m' } })
  equal([wrapped.ttl, wrapped.creation_path], [120, 'sys/wrapping/wrap'], 'wrap')
  equal((await withToken(wrapped.token).unwrap()).data, { a: 'b' }, 'unwrap with the wrapping token as the token')
  await refused(vault.unwrap({ token: wrapped.token }), 400, 'wrapping token is not valid or does not exist', 'a second unwrap')
}

async function auditAndLeases () {
  const log = join(mkdtempSync(join(tmpdir(), 'vault-mock-audit-')), 'audit.log')
  await vault.enableAudit({ name: 'file', type: 'file', options: { file_path: log } })
  equal(Object.keys((await vault.audits()).data), ['file/'], 'enableAudit, audits')
  await vault.write('cubbyhole/mine', { password: 'geheim' })
  await vault.disableAudit({ name: 'file' })
  const lines = readFileSync(log, 'utf8').trim().split('\n').map((line) => JSON.parse(line))
  ok(lines.length >= 4 && lines.every(({ type }) => ['request', 'response'].includes(type)), 'disableAudit: the file holds requests and responses')
  ok(!JSON.stringify(lines).includes('geheim'), 'no secret is in it')
  await refused(vault.renew({ lease_id: 'nothing' }), 400, 'lease not found', 'renew of nothing')
  await vault.revoke({ lease_id: 'nothing' })
  ok(true, 'revoke of nothing')
  await vault.revokePrefix({ path_prefix: 'nothing' })
  ok(true, 'revokePrefix, by the old path')
}

async function totpAndSsh () {
  await vault.mount({ mount_point: 'totp', type: 'totp' })
  await vault.write('totp/keys/ann', { generate: true, issuer: 'Acme', account_name: 'ann' })
  const { data: { code } } = await vault.read('totp/code/ann')
  equal((await vault.write('totp/code/ann', { code })).data, { valid: true }, 'totp: a code is right')
  await refused(vault.write('totp/code/ann', { code }), 400, 'code already used; wait until the next time period', 'totp: once')
  await vault.mount({ mount_point: 'ssh', type: 'ssh' })
  await vault.write('ssh/config/ca', { key_type: 'ed25519' })
  const ann = { allowed_users: 'ann', default_user: 'ann' }
  await vault.write('ssh/roles/ops', { key_type: 'ca', allow_user_certificates: true, ...ann })
  const { data } = await vault.write('ssh/issue/ops', { key_type: 'ed25519' })
  ok(data.signed_key.startsWith('ssh-ed25519-cert-v01@openssh.com '), 'ssh: a key is issued with its certificate')
}

await run(
  totpAndSsh, policies, tokens, mounts, keyValueVersion1, keyValueVersion2, appRole, userPass, wrapping, auditAndLeases
)
