// database/static-roles, database/static-creds: users who stay, and whose passwords change.
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid, VaultError } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { decodeFields, field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { laterFields, refuseLater } from '../later-fields.js'
import { refuseOtherRoles } from './connections.js'
import { checkConfig, checkType, configIn } from './credentials.js'
import { forget, rotate, schedule } from './rotation.js'
import { shownConfig, textsIn } from './roles.js'
import { requireConnection } from './session.js'
import { rolesIn, staticRolesIn, type StaticRole } from './stored.js'

const SHORTEST_PERIOD_SECONDS = 5

const fields = Type.Object({
  name: field.string({ description: 'Name of the role.' }),
  db_name: field.string({ description: 'The connection.' }),
  username: field.string({ description: 'The user in the database.', default: '' }),
  rotation_period: field.durationSeconds({ description: 'How often the password changes.' }),
  rotation_statements: field.list({ description: 'What changes it.' }),
  credential_type: field.string({ description: 'password or rsa_private_key.' }),
  credential_config: field.map({ description: 'How credentials are made.' })
})
const Period = Type.Object({ rotation_period: fields.properties.rotation_period })
type RoleCall = Call<Static<typeof fields>>

const NEW_ROLE: StaticRole = {
  dbName: '',
  username: '',
  rotationPeriodSeconds: 0,
  rotation: [],
  credentialType: 'password',
  credentialConfig: {},
  secret: '',
  rotatedAtMs: 0,
  rotatesAtMs: 0
}

const nameIn = ({ params }: Call<unknown>): string => params.name ?? ''

export const staticRolePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/databases#create-static-role', [
  definePath({
    path: 'static-roles',
    summary: 'Lists the static roles.',
    fields: Type.Object({}),
    operations: { list: (call) => ({ data: goMap({ keys: staticRolesIn(call).children() }) }) }
  }),
  definePath({
    path: 'static-roles/:name',
    summary: 'A static role.',
    fields,
    exists,
    operations: { read, create: write, update: write, delete: (call) => { forget(call, nameIn(call)) } }
  }),
  definePath({
    path: 'static-creds/:name',
    summary: 'The password as it now is.',
    fields: Type.Object({ name: fields.properties.name }),
    operations: { read: creds }
  })
])

/** A period that is none is noticed here, before the fields are looked at, and said without their words (recorded). */
function exists (call: Call<unknown>): boolean {
  const { rotation_period: period } = call.request.data
  try {
    decodeFields(Period, { rotation_period: period }, call.cluster.profile)
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
    throw invalid(error.message.replace('Field validation failed: ', ''))
  }
  return staticRolesIn(call).get(nameIn(call)) !== undefined
}

function read (call: RoleCall): LogicalResponse | undefined {
  const role = staticRolesIn(call).get(nameIn(call))
  return role && {
    data: goMap({
      ...shownConfig(role.credentialConfig),
      credential_type: role.credentialType,
      db_name: role.dbName,
      last_vault_rotation: rfc3339Nano(role.rotatedAtMs),
      rotation_period: role.rotationPeriodSeconds,
      rotation_statements: role.rotation,
      username: role.username,
      ...laterFields(call, 'static roles')
    })
  }
}

function creds (call: Call<unknown>): LogicalResponse {
  const name = nameIn(call)
  const role = staticRolesIn(call).get(name)
  if (role === undefined) throw invalid(`unknown role: ${name}`)
  refuseOtherRoles(requireConnection(call, role.dbName), name)
  const leftMs = role.rotatedAtMs + role.rotationPeriodSeconds * 1000 - call.nowMs
  return {
    data: goMap({
      last_vault_rotation: rfc3339Nano(role.rotatedAtMs),
      [role.credentialType]: role.secret,
      rotation_period: role.rotationPeriodSeconds,
      ttl: Math.max(0, Math.round(leftMs / 1000)),
      username: role.username
    })
  }
}

/** @see recorded: `database`, static roles, for the order of the checks; the first rotation decides of a new role */
async function write (call: RoleCall): Promise<undefined> {
  const name = nameIn(call)
  if (rolesIn(call).get(name) !== undefined) throw invalid('Role and Static Role names must be unique')
  refuseLater(call, 'static roles', ['rotation_schedule', 'rotation_window'])
  const old = staticRolesIn(call).get(name)
  const role = changed(call, old)
  if (old === undefined) await rotate(call, name, role)
  else schedule(call, name, role, role.rotatedAtMs + role.rotationPeriodSeconds * 1000)
}

function changed ({ fields: given, cluster }: RoleCall, old: StaticRole | undefined): StaticRole {
  const before = old ?? NEW_ROLE
  const dbName = given.db_name ?? before.dbName
  if (dbName === '') throw invalid('database name is a required field')
  refuseUser(given.username, old)
  const period = given.rotation_period
  if (period === undefined && old === undefined) throw invalid(cluster.profile.database.noPeriodText)
  if (period !== undefined && period < SHORTEST_PERIOD_SECONDS) {
    throw invalid(`rotation_period must be ${SHORTEST_PERIOD_SECONDS} seconds or more`)
  }
  const credentialType = given.credential_type === undefined ? before.credentialType : checkType(given.credential_type)
  const config = given.credential_config === undefined ? before.credentialConfig : configIn(given.credential_config)
  return {
    ...before,
    dbName,
    username: given.username,
    rotationPeriodSeconds: period ?? before.rotationPeriodSeconds,
    rotation: textsIn(given.rotation_statements) ?? before.rotation,
    credentialType,
    credentialConfig: checkConfig(credentialType, config)
  }
}

function refuseUser (username: string, old: StaticRole | undefined): void {
  if (username === '' && old === undefined) throw invalid('username is a required field to create a static account')
  if (old !== undefined && old.username !== username) throw invalid('cannot update static account username')
}
