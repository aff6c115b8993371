// Passwords of the directory that change: of static roles, as time passes and on demand, and of who binds.
// https://developer.hashicorp.com/vault/api-docs/secret/ldap#rotate-root and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { GoError } from '../../go/values.js'
import { failure, invalid, VaultError } from '../../refusal/index.js'
import { deleteAlarm, putAlarm } from '../../vault/alarms.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type MountCall } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { newPassword, requireConfig } from './config.js'
import { refused, setOwnPassword, setPassword } from './directory.js'
import { storedConfig, storedStaticRoles, type LdapStaticRole } from './stored.js'

/** A rotation that fails is tried again. @see `path_rotate.go` */
const RETRY_MS = 10_000

const fields = Type.Object({ name: field.string({ default: '', description: 'Name of the static role' }) })

export const rotationPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/ldap#rotate-root', [
  definePath({
    path: 'rotate-root',
    summary: 'Request to rotate the root credentials Vault uses for the LDAP administrator account.',
    fields: Type.Object({}),
    operations: { update: rotateRoot }
  }),
  definePath({
    path: 'rotate-role/:name',
    summary: 'Request to rotate the credentials for a static user account.',
    fields,
    operations: { update: rotateNow }
  })
])

async function rotateRoot (call: Call<unknown>): Promise<void> {
  const config = requireConfig(call)
  const password = newPassword(call, config)
  try {
    await setOwnPassword(call, config, password)
  } catch (error) {
    throw refused(error)
  }
  const { directory, ...others } = requireConfig(call)
  storedConfig(call).put({ ...others, directory: { ...directory, bindpass: password }, rotatedAtMs: call.nowMs })
}

async function rotateNow (call: Call<Static<typeof fields>>): Promise<void> {
  const { name } = call.fields
  const role = storedStaticRoles(call).get(name)
  if (role === undefined) throw invalid(`role doesn't exist: ${name}`)
  try {
    await rotate(call, name, role)
  } catch (error) {
    if (!(error instanceof GoError || error instanceof VaultError)) throw error
    schedule(call, name, role, call.nowMs + RETRY_MS)
    throw failure('unable to finish rotating credentials; retries will continue in the background but it is also ' +
      `safe to retry manually: ${error.message}`)
  }
}

/**
 * Gives a static role another password, and lets the next follow in time.
 *
 * @throws {GoError} what the directory has against it; the role is as it was
 * @throws VaultError before the directory was told
 */
export async function rotate (call: MountCall, name: string, role: LdapStaticRole): Promise<void> {
  const config = requireConfig(call)
  const password = newPassword(call, config)
  await setPassword(call, config, role, password)
  const rotated = { ...role, password, lastPassword: role.password, rotatedAtMs: call.nowMs }
  schedule(call, name, rotated, call.nowMs + role.rotationPeriodSeconds * 1000)
}

/** Stores a role with the instant of its next rotation, in place of the one it had. */
export function schedule (call: MountCall, name: string, role: LdapStaticRole, atMs: number): void {
  const old = storedStaticRoles(call).get(name)
  if (old !== undefined) deleteAlarm(call, old.rotatesAtMs, name)
  storedStaticRoles(call).put(name, { ...role, rotatesAtMs: atMs })
  putAlarm(call, atMs, name)
}

/** A static role that is deleted is rotated no more; its entry stays, with the last password. */
export function forget (call: MountCall, name: string): void {
  const role = storedStaticRoles(call).get(name)
  if (role === undefined) return
  deleteAlarm(call, role.rotatesAtMs, name)
  storedStaticRoles(call).delete(name)
}

/** The instant has come: the next one is put down first, as the directory may take its time. */
export function rotateDue (call: MountCall, name: string): void {
  const role = storedStaticRoles(call).get(name)
  if (role === undefined) return
  schedule(call, name, role, call.nowMs + role.rotationPeriodSeconds * 1000)
  rotate(call, name, role).catch((error: unknown) => {
    if (!(error instanceof VaultError || error instanceof GoError)) throw error
    const now = storedStaticRoles(call).get(name)
    if (now !== undefined) schedule(call, name, now, call.cluster.timeline.nowMs + RETRY_MS)
  })
}
