// What AppRole stores below its mount: roles, their ids, and secret ids with their accessors.
import { createHash } from 'node:crypto'
import type { JsonObject } from '../../json/index.js'
import { deleteDeadline, putDeadline } from '../../vault/tokens/deadlines.js'
import { entryDeadline } from '../../vault/tokens/expiry.js'
import type { Call } from '../../vault/paths.js'
import type { TokenParameters } from '../../vault/tokens/token-parameters.js'

/** `role/<name>`; seconds, 0: not set. */
export type AppRole = JsonObject & {
  readonly name: string
  readonly roleId: string
  readonly bindSecretId: boolean
  readonly localSecretIds: boolean
  /** null until set */
  readonly secretIdBoundCidrs: readonly string[] | null
  readonly secretIdNumUses: number
  readonly secretIdTtlSeconds: number
  /** set through the deprecated `policies`, and so shown under both names */
  readonly oldPolicies: boolean
  /** the same with `period` */
  readonly oldPeriod: boolean
  readonly parameters: TokenParameters
}

/** `secret-id/<role>/<accessor>`. */
export type SecretId = JsonObject & {
  readonly secretId: string
  readonly accessor: string
  readonly roleName: string
  readonly metadata: JsonObject
  readonly cidrList: readonly string[]
  readonly tokenBoundCidrs: readonly string[]
  /** uses left; 0: any number */
  readonly numUses: number
  readonly ttlSeconds: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** 0: never */
  readonly expiresAtMs: number
}

type MountCall = Call<unknown>

export function roleNamed (call: MountCall, name: string): AppRole | undefined {
  return call.storage.get(rolePath(call, name)) as AppRole | undefined
}

export function roleWithId (call: MountCall, roleId: string): AppRole | undefined {
  const name = call.storage.get(roleIdPath(call, roleId))
  return typeof name === 'string' ? roleNamed(call, name) : undefined
}

export function roleNames (call: MountCall): string[] {
  return [...call.storage.children(`${call.mountPrefix}role/`)]
}

/** Writes a role; a role id it had before leads nowhere then. */
export function putRole (call: MountCall, role: AppRole): void {
  const old = roleNamed(call, role.name)
  if (old !== undefined) call.storage.delete(roleIdPath(call, old.roleId))
  call.storage.put(rolePath(call, role.name), role)
  call.storage.put(roleIdPath(call, role.roleId), role.name)
}

/** Deletes a role with its secret ids. */
export function deleteRole (call: MountCall, role: AppRole): void {
  for (const accessor of secretIdAccessors(call, role.name)) {
    const secretId = secretIdByAccessor(call, role.name, accessor)
    if (secretId !== undefined) deleteSecretId(call, secretId)
  }
  call.storage.delete(roleIdPath(call, role.roleId))
  call.storage.delete(rolePath(call, role.name))
}

export function secretIdAccessors (call: MountCall, roleName: string): string[] {
  return [...call.storage.children(`${call.mountPrefix}secret-id/${roleName}/`)]
}

/** Undefined also once it has expired. */
export function secretIdByAccessor (call: MountCall, roleName: string, accessor: string): SecretId | undefined {
  const found = call.storage.get(accessorPath(call, roleName, accessor)) as SecretId | undefined
  return found === undefined || (found.expiresAtMs !== 0 && found.expiresAtMs <= call.nowMs) ? undefined : found
}

export function secretIdOf (call: MountCall, roleName: string, secretId: string): SecretId | undefined {
  const accessor = call.storage.get(secretPath(call, roleName, secretId))
  return typeof accessor === 'string' ? secretIdByAccessor(call, roleName, accessor) : undefined
}

export function putSecretId (call: MountCall, secretId: SecretId): void {
  const { roleName, accessor, expiresAtMs } = secretId
  call.storage.put(accessorPath(call, roleName, accessor), secretId)
  call.storage.put(secretPath(call, roleName, secretId.secretId), accessor)
  if (expiresAtMs !== 0) for (const path of pathsOf(call, secretId)) putDeadline(call, expiresAtMs, entryDeadline(path))
}

export function deleteSecretId (call: MountCall, secretId: SecretId): void {
  for (const path of pathsOf(call, secretId)) {
    call.storage.delete(path)
    if (secretId.expiresAtMs !== 0) deleteDeadline(call, secretId.expiresAtMs, entryDeadline(path))
  }
}

function pathsOf (call: MountCall, { roleName, accessor, secretId }: SecretId): string[] {
  return [accessorPath(call, roleName, accessor), secretPath(call, roleName, secretId)]
}

function rolePath (call: MountCall, name: string): string {
  return `${call.mountPrefix}role/${name}`
}

function roleIdPath (call: MountCall, roleId: string): string {
  return `${call.mountPrefix}role-id/${roleId}`
}

function accessorPath (call: MountCall, roleName: string, accessor: string): string {
  return `${call.mountPrefix}secret-id/${roleName}/${accessor}`
}

function secretPath (call: MountCall, roleName: string, secretId: string): string {
  return `${call.mountPrefix}secret-id-of/${roleName}/${createHash('sha256').update(secretId).digest('hex')}`
}
