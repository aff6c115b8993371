// ldap/static-role and ldap/static-cred: entries of the directory that stay, and whose passwords change.
// https://developer.hashicorp.com/vault/api-docs/secret/ldap#static-roles
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { listFolder } from '../plain-objects.js'
import { refused } from './directory.js'
import { forget, rotate, schedule } from './rotation.js'
import { storedConfig, storedStaticRoles, type LdapStaticRole } from './stored.js'

const SHORTEST_PERIOD_SECONDS = 5

const name = field.lowerCaseString({ default: '', description: 'Name of the role' })
const fields = Type.Object({
  name,
  username: field.string({ description: 'The name of the entry with which this role will be associated.' }),
  dn: field.string({ description: 'The distinguished name of the entry to manage.' }),
  rotation_period: field.durationSeconds({ description: 'Period for automatic credential rotation of the given entry.' }),
  skip_import_rotation: field.bool({ description: 'Whether the entry keeps the password that it had, for now.' })
})
type RoleCall = Call<Static<typeof fields>>

const NEW_ROLE: LdapStaticRole = {
  username: '', dn: '', rotationPeriodSeconds: 0, password: '', lastPassword: '', rotatedAtMs: 0, rotatesAtMs: 0
}

export const staticRolePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/ldap#static-roles', [
  definePath({
    path: 'static-role',
    summary: 'This path lists all the static roles Vault is currently managing within the LDAP system.',
    fields: Type.Object({}),
    operations: { list: (call) => listFolder(storedStaticRoles(call), '') }
  }),
  definePath({
    path: 'static-role/:name',
    summary: 'Manage the static roles that can be created with this backend.',
    fields,
    exists: (call) => roleOf(call) !== undefined,
    operations: { read, create: write, update: write, delete: (call) => { forget(call, call.fields.name) } }
  }),
  definePath({
    path: 'static-cred/:name',
    summary: 'Request LDAP credentials for a certain static role.',
    fields: Type.Object({ name }),
    operations: { read: credentials }
  })
])

function roleOf (call: Call<unknown>): LdapStaticRole | undefined {
  return storedStaticRoles(call).get((call.params.name ?? '').toLowerCase())
}

function read (call: RoleCall): LogicalResponse | undefined {
  const role = roleOf(call)
  return role && {
    data: goMap({
      dn: role.dn,
      last_vault_rotation: role.rotatedAtMs === 0 ? undefined : rfc3339Nano(role.rotatedAtMs),
      rotation_period: role.rotationPeriodSeconds,
      username: role.username
    })
  }
}

/** @see recorded: `ldap: static role, not there`: the first rotation decides of a new role */
async function write (call: RoleCall): Promise<void> {
  const old = roleOf(call)
  const { name } = call.fields
  const role = changed(call, old)
  const nextAtMs = (old?.rotatedAtMs || call.nowMs) + role.rotationPeriodSeconds * 1000
  if (old !== undefined || keepsPassword(call)) return schedule(call, name, role, nextAtMs)
  try {
    await rotate(call, name, role)
  } catch (error) {
    throw refused(error)
  }
}

function keepsPassword (call: RoleCall): boolean {
  if (!call.cluster.profile.ldapRolesMaySkipRotation) return false
  return call.fields.skip_import_rotation ?? storedConfig(call).value?.skipsRotation ?? false
}

function changed (call: RoleCall, old: LdapStaticRole | undefined): LdapStaticRole {
  const { username, dn, rotation_period: period } = call.fields
  const before = old ?? NEW_ROLE
  refuseUser(call, old)
  if (old !== undefined && dn !== undefined && dn !== '' && dn !== old.dn) {
    throw invalid('cannot update static account distinguished name (dn)')
  }
  if (period === undefined && old === undefined) throw invalid('rotation_period is required to create static accounts')
  if (period !== undefined && period < SHORTEST_PERIOD_SECONDS) {
    throw invalid(`rotation_period must be ${SHORTEST_PERIOD_SECONDS} seconds or more`)
  }
  return {
    ...before,
    username: username ?? before.username,
    dn: dn ?? before.dn,
    rotationPeriodSeconds: period ?? before.rotationPeriodSeconds
  }
}

function refuseUser (call: RoleCall, old: LdapStaticRole | undefined): void {
  const { username } = call.fields
  if (username === undefined && old === undefined) {
    throw invalid('username is a required field to manage a static account')
  }
  if (username === '') throw invalid('username must not be empty')
  if (old !== undefined) {
    if (username !== undefined && username !== old.username) throw invalid('cannot update static account username')
    return
  }
  for (const [, other] of storedStaticRoles(call).entries()) {
    if (other.username !== username) continue
    throw invalid(`${JSON.stringify(username)} is already managed by the secrets engine`)
  }
}

function credentials (call: Call<unknown>): LogicalResponse {
  const role = roleOf(call)
  if (role === undefined) throw invalid(`unknown role: ${(call.params.name ?? '').toLowerCase()}`)
  const { dn, username, password, lastPassword, rotationPeriodSeconds, rotatedAtMs, rotatesAtMs } = role
  return {
    data: goMap({
      dn,
      last_password: lastPassword,
      last_vault_rotation: rotatedAtMs === 0 ? '0001-01-01T00:00:00Z' : rfc3339Nano(rotatedAtMs),
      password,
      rotation_period: rotationPeriodSeconds,
      ttl: Math.max(0, Math.round((rotatesAtMs - call.nowMs) / 1000)),
      username
    })
  }
}
