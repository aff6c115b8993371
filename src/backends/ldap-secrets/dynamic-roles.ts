// ldap/role: LDIF that makes entries of the directory, and takes them back.
// https://developer.hashicorp.com/vault/api-docs/secret/ldap#dynamic-roles
import { Type, type Static } from '@sinclair/typebox'
import { decodedBase64 } from '../../go/base64.js'
import { GoError } from '../../go/values.js'
import { goMap } from '../../json/index.js'
import { failure } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { listFolder } from '../plain-objects.js'
import { recordsBy, type TemplateData } from './creds.js'
import { storedDynamicRoles, type LdapDynamicRole } from './stored.js'

const fields = Type.Object({
  name: field.lowerCaseString({ default: '', description: 'Name of the role (lowercase)' }),
  creation_ldif: field.string({ description: 'LDIF string used to create new entities within the LDAP system.' }),
  deletion_ldif: field.string({ description: 'LDIF string used to delete entities created within the LDAP system.' }),
  rollback_ldif: field.string({ description: 'LDIF string used to rollback changes in the event of a failure.' }),
  username_template: field.string({ description: 'The template used to create a username' }),
  default_ttl: field.durationSeconds({ description: 'Default TTL for dynamic credentials' }),
  max_ttl: field.durationSeconds({ description: 'Max TTL a dynamic credential can be extended to' })
})
type RoleCall = Call<Static<typeof fields>>

const nameIn = (call: Call<unknown>): string => (call.params.name ?? '').toLowerCase()

export const dynamicRolePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/ldap#dynamic-roles', [
  definePath({
    path: 'role',
    summary: 'List all the dynamic roles Vault is currently managing in LDAP.',
    fields: Type.Object({}),
    operations: { list: (call) => listFolder(storedDynamicRoles(call), '') }
  }),
  definePath({
    path: 'role/:name',
    summary: 'Manage the dynamic roles that can be created with this backend.',
    fields,
    exists: (call) => storedDynamicRoles(call).get(nameIn(call)) !== undefined,
    operations: {
      read, create: write, update: write, delete: (call) => { storedDynamicRoles(call).delete(nameIn(call)) }
    }
  })
])

function read (call: Call<unknown>): LogicalResponse | undefined {
  const role = storedDynamicRoles(call).get(nameIn(call))
  return role && {
    data: goMap({
      creation_ldif: role.creation,
      default_ttl: role.defaultTtlSeconds,
      deletion_ldif: role.deletion,
      max_ttl: role.maxTtlSeconds,
      rollback_ldif: role.rollback,
      username_template: role.usernameTemplate
    })
  }
}

/** What a write leaves out stays. */
function write (call: RoleCall): void {
  const { fields: given } = call
  const old = storedDynamicRoles(call).get(nameIn(call))
  const role: LdapDynamicRole = {
    creation: decoded(given.creation_ldif) ?? old?.creation ?? '',
    deletion: decoded(given.deletion_ldif) ?? old?.deletion ?? '',
    rollback: decoded(given.rollback_ldif) ?? old?.rollback ?? '',
    usernameTemplate: given.username_template ?? old?.usernameTemplate ?? '',
    defaultTtlSeconds: given.default_ttl ?? old?.defaultTtlSeconds ?? 0,
    maxTtlSeconds: given.max_ttl ?? old?.maxTtlSeconds ?? 0
  }
  if (role.creation === '') throw failure('missing creation_ldif')
  if (role.deletion === '') throw failure('missing deletion_ldif')
  check(call, 'creation_ldif', role.creation)
  check(call, 'deletion_ldif', role.deletion)
  if (role.rollback !== '') check(call, 'rollback_ldif', role.rollback)
  storedDynamicRoles(call).put(nameIn(call), role)
}

/** What is no base64 is LDIF as it stands. */
function decoded (text: string | undefined): string | undefined {
  return text === undefined ? undefined : decodedBase64(text)?.toString() ?? text
}

const EXAMPLE: TemplateData = {
  Username: 'testuser',
  Password: 'testpass',
  DisplayName: 'testdisplayname',
  RoleName: 'testrolename',
  IssueTime: '2006-01-02T15:04:05Z',
  IssueTimeSeconds: '1136214245',
  ExpirationTime: '2006-01-03T15:04:05Z',
  ExpirationTimeSeconds: '1136300645'
}

/** Filled in with an example, it must be LDIF. */
function check (call: RoleCall, name: string, template: string): void {
  try {
    const records = recordsBy(call, template, EXAMPLE, { refusedTemplate: 'invalid template: ', refusedLdif: 'LDIF is invalid: ' })
    if (records.length === 0) throw new GoError('must specify at least one LDIF entry')
  } catch (error) {
    throw error instanceof GoError ? failure(`invalid ${name}: ${error.message}`) : error
  }
}
