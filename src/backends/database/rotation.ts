// Passwords that change: of static roles, by themselves as time passes and on demand, and of connections.
import { Type } from '@sinclair/typebox'
import { failure, invalid, VaultError } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { deleteAlarm, putAlarm } from '../../vault/alarms.js'
import { definePath, type Call, type MountCall } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { orFailure, refuseOtherRoles } from './connections.js'
import { makeCredential, passwordBy } from './credentials.js'
import { pluginNamed } from './plugins.js'
import { ask, DatabaseError, requireConnection, textIn } from './session.js'
import { connectionsIn, staticRolesIn, type Connection, type StaticRole } from './stored.js'

/** A rotation that fails is tried again. @see `rotation.go` */
const RETRY_MS = 10_000

const fields = Type.Object({ name: field.string({ description: 'Its name.' }) })

export const rotationPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/databases#rotate-root-credentials', [
  definePath({
    path: 'rotate-root/:name',
    summary: 'Changes the password of a connection; nobody but this server knows it then.',
    fields,
    operations: { update: rotateRoot }
  }),
  definePath({
    path: 'rotate-role/:name',
    summary: 'Changes the password of a static role now.',
    fields,
    operations: { update: rotateNow }
  })
])

async function rotateRoot (call: Call<unknown>): Promise<undefined> {
  const name = call.params.name ?? ''
  const connection = requireConnection(call, name)
  const username = textIn(connection.details, 'username')
  for (const detail of ['username', 'password']) {
    if (textIn(connection.details, detail) !== '') continue
    throw failure(`unable to rotate root credentials: no ${detail} in configuration`)
  }
  const password = passwordBy(call, connection.passwordPolicy)
  const own = connection.rootRotationStatements
  await orFailure(ask(call, connection, {
    purpose: 'change password',
    asked: `change the password of ${username}, who connects`,
    username,
    statements: own.length === 0 ? changeStatements(call, connection) : own,
    password
  }), 'failed to update user: ')
  connectionsIn(call).put(name, { ...connection, details: { ...connection.details, password } })
}

function changeStatements ({ cluster }: Pick<Call, 'cluster'>, { pluginName }: Connection): readonly string[] {
  return pluginNamed(pluginName, cluster.profile)?.defaults.changePassword ?? []
}

async function rotateNow (call: Call<unknown>): Promise<undefined> {
  const name = call.params.name ?? ''
  const role = staticRolesIn(call).get(name)
  if (role === undefined) throw invalid('no static role found for role name')
  try {
    await rotate(call, name, role)
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
    schedule(call, name, role, call.nowMs + RETRY_MS)
    throw failure('unable to finish rotating credentials; retries will continue in the background but it is also ' +
      `safe to retry manually: ${error.message}`)
  }
}

/**
 * Gives a static role another password, and lets the next follow in time.
 *
 * @throws VaultError `error setting credentials: …`; the role is as it was
 */
export async function rotate (call: MountCall, name: string, role: StaticRole): Promise<void> {
  const connection = requireConnection(call, role.dbName)
  refuseOtherRoles(connection, name)
  const types = pluginNamed(connection.pluginName, call.cluster.profile)?.credentialTypes ?? []
  if (!types.some((type) => type === role.credentialType)) {
    throw failure(`unsupported credential_type: ${JSON.stringify(role.credentialType)}`)
  }
  const { credentialType, credentialConfig, username } = role
  const made = await makeCredential(call, credentialType, credentialConfig, connection.passwordPolicy)
  const own = role.rotation.map((statement) => statement.replaceAll('{{public_key}}', made.publicKey))
  await orFailure(ask(call, connection, {
    purpose: 'change password',
    asked: `change the password of ${username}`,
    username,
    statements: own.length === 0 ? changeStatements(call, connection) : own,
    password: made.secret
  }), 'error setting credentials: ')
  schedule(call, name, { ...role, secret: made.secret, rotatedAtMs: call.nowMs }, nextAtMs(role, call.nowMs))
}

function nextAtMs ({ rotationPeriodSeconds }: StaticRole, fromMs: number): number {
  return fromMs + rotationPeriodSeconds * 1000
}

/** Stores a role with the instant of its next rotation, in place of the one it had. */
export function schedule (call: MountCall, name: string, role: StaticRole, atMs: number): void {
  const old = staticRolesIn(call).get(name)
  if (old !== undefined) deleteAlarm(call, old.rotatesAtMs, name)
  staticRolesIn(call).put(name, { ...role, rotatesAtMs: atMs })
  putAlarm(call, atMs, name)
}

/** A static role that is deleted is rotated no more; its user stays, with the last password. */
export function forget (call: MountCall, name: string): void {
  const role = staticRolesIn(call).get(name)
  if (role === undefined) return
  deleteAlarm(call, role.rotatesAtMs, name)
  staticRolesIn(call).delete(name)
}

/** The instant has come: the next one is put down first, as the database may take its time. */
export function rotateDue (call: MountCall, name: string): void {
  const role = staticRolesIn(call).get(name)
  if (role === undefined) return
  schedule(call, name, role, nextAtMs(role, call.nowMs))
  rotate(call, name, role).catch((error: unknown) => {
    if (!(error instanceof VaultError || error instanceof DatabaseError)) throw error
    const now = staticRolesIn(call).get(name)
    if (now !== undefined) schedule(call, name, now, call.cluster.timeline.nowMs + RETRY_MS)
  })
}
