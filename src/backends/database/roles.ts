// database/roles: users who come and go.
import { Type, type Static } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { checkConfig, checkType, configIn } from './credentials.js'
import { rolesIn, staticRolesIn, type Role } from './stored.js'

/** A text is one statement, whatever is in it. */
const statements = (description: string) => field.list({ description })

const fields = Type.Object({
  name: field.string({ description: 'Name of the role.' }),
  db_name: field.string({ description: 'The connection.' }),
  creation_statements: statements('What makes a user.'),
  revocation_statements: statements('What takes a user away.'),
  rollback_statements: statements('What is run where a user could not be made.'),
  renew_statements: statements('What lets a user stay longer.'),
  default_ttl: field.durationSeconds({ description: 'How long users stay.' }),
  max_ttl: field.durationSeconds({ description: 'How long they stay at most.' }),
  credential_type: field.string({ description: 'password, rsa_private_key or client_certificate.' }),
  credential_config: field.map({ description: 'How credentials are made.' })
})
type RoleCall = Call<Static<typeof fields>>

const NEW_ROLE: Role = {
  dbName: '',
  creation: [],
  revocation: [],
  rollback: [],
  renewal: [],
  defaultTtlSeconds: 0,
  maxTtlSeconds: 0,
  credentialType: 'password',
  credentialConfig: {}
}

const nameIn = ({ params }: Call<unknown>): string => params.name ?? ''

export const rolePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/databases#create-role', [
  definePath({
    path: 'roles',
    summary: 'Lists the roles.',
    fields: Type.Object({}),
    operations: { list: (call) => ({ data: goMap({ keys: rolesIn(call).children() }) }) }
  }),
  definePath({
    path: 'roles/:name',
    summary: 'A role.',
    fields,
    exists: (call) => rolesIn(call).get(nameIn(call)) !== undefined,
    operations: { read, create: write, update: write, delete: remove }
  })
])

/** @see recorded: `database`, role read */
function read (call: RoleCall): LogicalResponse | undefined {
  const role = rolesIn(call).get(nameIn(call))
  return role && {
    data: goMap({
      creation_statements: role.creation,
      credential_type: role.credentialType,
      ...shownConfig(role.credentialConfig),
      db_name: role.dbName,
      default_ttl: role.defaultTtlSeconds,
      max_ttl: role.maxTtlSeconds,
      renew_statements: role.renewal,
      revocation_statements: role.revocation,
      rollback_statements: role.rollback
    })
  }
}

/** Only where there is something to show. */
export function shownConfig (config: JsonObject): { readonly credential_config?: JsonObject } {
  return Object.keys(config).length === 0 ? {} : { credential_config: goMap(config) }
}

function remove (call: RoleCall): undefined {
  rolesIn(call).delete(nameIn(call))
}

function write (call: RoleCall): undefined {
  const { fields: given } = call
  if (staticRolesIn(call).get(nameIn(call)) !== undefined) throw invalid('Role and Static Role names must be unique')
  const old = rolesIn(call).get(nameIn(call)) ?? NEW_ROLE
  const dbName = given.db_name ?? old.dbName
  if (dbName === '') throw invalid('database name is required')
  const credentialType = given.credential_type === undefined ? old.credentialType : checkType(given.credential_type)
  const config = given.credential_config === undefined ? old.credentialConfig : configIn(given.credential_config)
  rolesIn(call).put(nameIn(call), {
    dbName,
    creation: textsIn(given.creation_statements) ?? old.creation,
    revocation: (textsIn(given.revocation_statements) ?? old.revocation).filter((text) => text !== ''),
    rollback: textsIn(given.rollback_statements) ?? old.rollback,
    renewal: textsIn(given.renew_statements) ?? old.renewal,
    defaultTtlSeconds: given.default_ttl ?? old.defaultTtlSeconds,
    maxTtlSeconds: given.max_ttl ?? old.maxTtlSeconds,
    credentialType,
    credentialConfig: checkConfig(credentialType, config)
  })
}

export function textsIn (list: readonly unknown[] | undefined): readonly string[] | undefined {
  return list?.map(String)
}
