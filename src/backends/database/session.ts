// Asking a database: who connects, what is run there, which users it has afterwards.
import { dialError, type EntryOf } from '../../cluster/outside.js'
import { JsonSyntaxError, parseJson, type JsonObject, type JsonValue } from '../../json/index.js'
import { failure } from '../../refusal/index.js'
import type { Call } from '../../vault/paths.js'
import { pluginNamed, type Place, type Plugin, type Purpose } from './plugins.js'
import { connectionsIn, type Connection } from './stored.js'

type Asking = Pick<Call<unknown>, 'cluster' | 'storage' | 'mountPrefix'>

/** A database that cannot be reached, or does not do what it is asked; its message is the plugin's. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
}

/** What is to be done in a database. */
export interface Work {
  readonly purpose: Purpose
  /** in words, for whoever looks */
  readonly asked: string
  /** whom it is about: `{{name}}` and `{{username}}` */
  readonly username?: string
  /** until when: `{{expiration}}` */
  readonly expiresAtMs?: number
  /** where a role says nothing, what the plugin would run */
  readonly statements?: readonly string[]
  /** the user's from now on, `null`: there is no such user any more */
  readonly password?: string | null
}

type Users = EntryOf<'database'>['users']

/**
 * Connects and does it, or says why not.
 *
 * @throws {DatabaseError}
 */
export async function ask ({ cluster }: Asking, connection: Connection, work: Work): Promise<void> {
  const plugin = requirePlugin(cluster, connection)
  const place = placeOf(connection, plugin)
  const address = `${place.host}:${place.port}`
  const { asked } = work
  const statements = runStatements(plugin, work)
  const met = await cluster.outside.ask({
    system: 'database', address, asked, ...(statements.length > 0 && { statements })
  })
  const ping = work.purpose === 'verify' && plugin.pings ? cluster.profile.database.pingText : ''
  const refuse = (error: string): never => { throw new DatabaseError(plugin.wrapped(work.purpose, ping + error)) }
  if (met.reach === 'nothing') {
    return refuse(plugin.unreachable(dialError(place.host, place.port, met.reason), place, cluster.profile))
  }
  if (met.reach !== 'known') return
  const { users } = met.entry
  const refusal = refusalBy(users, connection, place, plugin) ?? missing(users, work, plugin)
  if (refusal !== undefined) refuse(refusal)
  cluster.outside.change('database', address, (entry) => ({ ...entry, users: usersAfter(entry.users, work) }))
}

function refusalBy (users: Users, { details }: Connection, place: Place, plugin: Plugin): string | undefined {
  const known = Object.hasOwn(users, place.username) ? users[place.username] : undefined
  return known !== undefined && known.password === textIn(details, 'password') ? undefined : plugin.refused(place)
}

function missing (users: Users, { purpose, username = '' }: Work, plugin: Plugin): string | undefined {
  const isThere = Object.hasOwn(users, username)
  return purpose === 'change password' && !isThere ? plugin.unknownUser(username) : undefined
}

function usersAfter (users: Users, { username, password }: Work): Users {
  if (username === undefined || password === undefined) return users
  const { [username]: _old, ...others } = users
  return password === null ? others : { ...others, [username]: { password } }
}

/** @throws VaultError where the connection's plugin is none of this server */
function requirePlugin ({ profile }: Asking['cluster'], { pluginName }: Connection): Plugin {
  const plugin = pluginNamed(pluginName, profile)
  if (plugin === undefined) throw failure(`plugin not found in the catalog: ${pluginName}`)
  return plugin
}

/** @throws VaultError `failed to find entry for connection with name: "x"` */
export function requireConnection (call: Asking, name: string): Connection {
  const connection = connectionsIn(call).get(name)
  if (connection === undefined) throw failure(`failed to find entry for connection with name: ${JSON.stringify(name)}`)
  return connection
}

/** Where a connection leads, as its URL or its fields say; without a host it is this machine. */
export function placeOf ({ details }: Pick<Connection, 'details'>, { defaultPort }: Plugin): Place {
  const url = textIn(details, 'connection_url') || textIn(details, 'url')
  const username = textIn(details, 'username')
  const filled = url.replaceAll('{{username}}', encodeURIComponent(username)).replaceAll('{{password}}', '')
  const [, authority = '', path = ''] = /^(?:[\w+.-]+:\/\/)?([^/?]*)\/?([^?]*)/.exec(filled) ?? []
  const [, inTcp] = /\((.*)\)/.exec(filled) ?? []
  const hosts = textIn(details, 'host') || textIn(details, 'hosts')
  const [first = ''] = (inTcp ?? (authority.slice(authority.lastIndexOf('@') + 1) || hosts)).split(',')
  const [, host = '', port] = /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(first) ?? []
  const [owner = ''] = authority.includes('@') ? authority.split(':') : ['']
  return {
    host: host || '127.0.0.1',
    port: port ?? (textIn(details, 'port') || defaultPort),
    username: username || decodeURIComponent(owner),
    database: path
  }
}

export function textIn (details: JsonObject, name: string): string {
  const value = details[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** One by one, filled in but for the password. */
function runStatements ({ splits }: Plugin, { statements = [], username = '', expiresAtMs }: Work): string[] {
  const expiration = expiresAtMs === undefined ? '' : expirationText(expiresAtMs)
  const filled = statements.map((statement) => statement
    .replaceAll('{{name}}', username)
    .replaceAll('{{username}}', username)
    .replaceAll('{{expiration}}', expiration))
  return splits ? filled.flatMap(splitStatement) : filled
}

/** Those with a body of their own are run as they are; a list may be JSON. @see `containsMultilineStatement` */
function splitStatement (statement: string): string[] {
  if (/\$\$|\bBEGIN\b[^;]*;/i.test(statement)) return [statement]
  const listed = listIn(statement)
  return (listed ?? statement.split(';')).map((query) => query.trim()).filter((query) => query !== '')
}

function listIn (statement: string): string[] | undefined {
  if (!statement.trimStart().startsWith('[')) return undefined
  try {
    const list: JsonValue = parseJson(statement)
    return Array.isArray(list) ? list.map(String) : undefined
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined
    throw error
  }
}

/** `2006-01-02 15:04:05-0700`, of a server that lives in UTC. */
function expirationText (atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')}+0000`
}
