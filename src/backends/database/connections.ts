// database/config, database/reset: databases, and how to get in.
import { Type, type Static } from '@sinclair/typebox'
import { isLike } from '../../go/glob.js'
import { multiError } from '../../go/multierror.js'
import { GoError, goQuote } from '../../go/values.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { editionOf } from '../../profiles/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { laterFields, refuseLater } from '../later-fields.js'
import { pluginNamed, type Plugin } from './plugins.js'
import { ask, DatabaseError, requireConnection, textIn } from './session.js'
import { connectionsIn, type Connection } from './stored.js'
import { usernameBy } from './usernames.js'

/** What is not the plugin's. */
const own = {
  name: field.string({ description: 'Name of the connection.' }),
  plugin_name: field.string({ description: 'Name of the plugin, e.g. postgresql-database-plugin.' }),
  plugin_version: field.string({ description: 'Version of the plugin; the built-in one has none.' }),
  verify_connection: field.bool({ description: 'Whether the database is connected to at once; as a rule it is.' }),
  allowed_roles: field.stringList({ description: 'Roles that may use it, with stars; none at first.' }),
  root_rotation_statements: field.stringList({ description: 'What rotates the password of the connection itself.' }),
  password_policy: field.string({ description: 'The policy that passwords are made by.' })
}
const fields = Type.Object(own)
type ConfigCall = Call<Static<typeof fields>>

const nameIn = ({ params }: Call<unknown>): string => params.name ?? ''

const exists = (call: Call<unknown>): boolean => connectionsIn(call).get(nameIn(call)) !== undefined

export const connectionPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/databases#configure-connection', [
  definePath({
    path: 'config',
    summary: 'Lists the connections.',
    fields: Type.Object({}),
    operations: { list: (call) => ({ data: goMap({ keys: connectionsIn(call).children() }) }) }
  }),
  definePath({
    path: 'config/:name',
    summary: 'A connection: fields of its own, and whatever the plugin takes.',
    fields,
    exists,
    operations: { read, create: write, update: write, delete: remove }
  }),
  definePath({
    path: 'reset/:name',
    summary: 'Connects anew.',
    fields: Type.Object({ name: own.name }),
    operations: { update: reset }
  })
])

/** @see recorded: `database`, connection read */
function read (call: ConfigCall): LogicalResponse | undefined {
  const connection = connectionsIn(call).get(nameIn(call))
  if (connection === undefined) return undefined
  const { password: _password, private_key: _key, ...shown } = connection.details
  const url = textIn(shown, 'connection_url')
  return {
    data: goMap({
      allowed_roles: connection.allowedRoles,
      connection_details: goMap({ ...shown, ...(url !== '' && { connection_url: withoutPassword(url) }) }),
      password_policy: connection.passwordPolicy,
      plugin_name: connection.pluginName,
      plugin_version: connection.pluginVersion,
      root_credentials_rotate_statements: connection.rootRotationStatements,
      ...laterFields(call, 'connections'),
      ...(call.cluster.profile.database.showsVerification && { verify_connection: connection.isVerified })
    })
  }
}

/** @throws VaultError in the community edition's words; the enterprise edition's rotation is not simulated */
function refuseRotation (call: ConfigCall): void {
  const { cluster, request } = call
  const wanted = Object.keys(laterFields(call, 'connections')).some((name) => {
    return name.startsWith('rotation_') && ![undefined, null, 0, '', '0'].some((nothing) => request.data[name] === nothing)
  })
  if (wanted && editionOf(cluster.profile, cluster.edition) === 'ce') {
    throw invalid('error registering rotation job: rotation manager capabilities not supported in Vault community edition')
  }
  refuseLater(call, 'connections')
}

/** A password that stands in the URL itself. */
const PASSWORD_IN_URL = /^([\w+.-]+:\/\/[^:/@]*:)(?!\{\{)([^@/]+)(@)/

function withoutPassword (url: string): string {
  return url.replace(PASSWORD_IN_URL, '$1*****$3')
}

function remove (call: ConfigCall): undefined {
  connectionsIn(call).delete(nameIn(call))
}

/** What is left out stays. */
async function write (call: ConfigCall): Promise<LogicalResponse | undefined> {
  const connection = changed(call, connectionsIn(call).get(nameIn(call)))
  if (connection.pluginName === '') throw invalid('empty plugin name')
  const plugin = pluginNamed(connection.pluginName, call.cluster.profile)
  if (plugin === undefined) throw unusable(`invalid database version: ${twice(connection.pluginName)}`)
  refuseIncomplete(connection, plugin)
  if (isVerified(call, connection)) await verify(call, connection)
  refuseRotation(call)
  refuseTemplate(call, connection.details)
  connectionsIn(call).put(nameIn(call), connection)
  return PASSWORD_IN_URL.test(textIn(connection.details, 'connection_url')) ? { warnings: [PASSWORD_WARNING] } : undefined
}

const PASSWORD_WARNING = 'Password found in connection_url, use a templated url to enable root rotation and prevent ' +
  'read access to password information.'

function unusable (reason: string): Error {
  return invalid(`error creating database object: ${reason}`)
}

function twice (plugin: string): string {
  const text = `plugin not found in the catalog: ${plugin}`
  return multiError([text, text])
}

function changed ({ fields, request, cluster }: ConfigCall, old: Connection | undefined): Connection {
  const later = laterFields({ cluster }, 'connections')
  const details = Object.entries(request.data)
    .filter(([name]) => !Object.hasOwn(own, name) && !Object.hasOwn(later, name))
  return {
    pluginName: fields.plugin_name ?? old?.pluginName ?? '',
    pluginVersion: fields.plugin_version ?? old?.pluginVersion ?? '',
    allowedRoles: fields.allowed_roles ?? old?.allowedRoles ?? [],
    rootRotationStatements: fields.root_rotation_statements ?? old?.rootRotationStatements ?? [],
    passwordPolicy: fields.password_policy ?? old?.passwordPolicy ?? '',
    isVerified: fields.verify_connection ?? old?.isVerified ?? true,
    details: { ...old?.details, ...Object.fromEntries(details) }
  }
}

function refuseIncomplete ({ details }: Connection, { required }: Plugin): void {
  const missing = required.find((name) => textIn(details, name) === '' && !Array.isArray(details[name]))
  if (missing !== undefined) throw unusable(`${missing} cannot be empty`)
}

/** As a rule; where it is kept, not to be asked stays until it is asked for again. */
function isVerified ({ fields, cluster }: ConfigCall, connection: Connection): boolean {
  return cluster.profile.database.showsVerification ? connection.isVerified : fields.verify_connection ?? true
}

async function verify (call: ConfigCall, connection: Connection): Promise<void> {
  try {
    await ask(call, connection, { purpose: 'verify', asked: 'connect' })
  } catch (error) {
    throw error instanceof DatabaseError ? unusable(error.message) : error
  }
}

/** @throws VaultError `unable to initialize username template: …` */
function refuseTemplate ({ cluster, nowMs }: ConfigCall, details: JsonObject): void {
  const template = textIn(details, 'username_template')
  try {
    const random = cluster.random.stream('database')
    usernameBy(template, { displayName: '', roleName: '', nowMs, random })
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    const isUnparsed = error.message.startsWith('template: ') && !error.message.includes('executing')
    throw unusable(isUnparsed
      ? `unable to initialize username template: unable to parse template: ${error.message}`
      : `invalid username template: unable to apply template: ${error.message}`)
  }
}

async function reset (call: Call<unknown>): Promise<undefined> {
  const connection = requireConnection(call, nameIn(call))
  if (!call.cluster.profile.database.resetConnects) return
  await orFailure(ask(call, connection, { purpose: 'verify', asked: 'connect' }))
}

/** What a database says is an error of ours, too. */
export async function orFailure<T> (asked: Promise<T>, before = ''): Promise<T> {
  try {
    return await asked
  } catch (error) {
    throw error instanceof DatabaseError ? failure(`${before}${error.message}`) : error
  }
}

/** @throws VaultError `"app" is not an allowed role` */
export function refuseOtherRoles ({ allowedRoles }: Connection, name: string): void {
  if (allowedRoles.some((pattern) => isLike(pattern, name))) return
  throw failure(`${goQuote(name)} is not an allowed role`)
}
