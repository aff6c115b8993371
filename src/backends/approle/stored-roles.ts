// The roles that AppRole stores below its mount, and how their ids lead to them.
import type { Area } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import type { Call } from '../../vault/paths.js'
import type { TokenParameters } from '../../vault/tokens/token-parameters.js'
import { deleteSecretIds } from './stored-secret-ids.js'

/** A role; seconds, 0: not set. */
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

type MountCall = Call<unknown>

/** By name. */
function roles ({ storage, mountPrefix }: MountCall): Area<AppRole> {
  return storage.area(`${mountPrefix}role/`)
}

/** Names of roles, by role id. */
function namesById ({ storage, mountPrefix }: MountCall): Area<string> {
  return storage.area(`${mountPrefix}role-id/`)
}

/** @param name in lower case */
export function roleNamed (call: MountCall, name: string): AppRole | undefined {
  return roles(call).get(name)
}

/** The role that a login names. */
export function roleWithId (call: MountCall, roleId: string): AppRole | undefined {
  const name = namesById(call).get(roleId)
  return name === undefined ? undefined : roleNamed(call, name)
}

export function roleNames (call: MountCall): string[] {
  return roles(call).children()
}

/** Writes a role; a role id it had before leads nowhere then. */
export function putRole (call: MountCall, role: AppRole): void {
  const old = roleNamed(call, role.name)
  if (old !== undefined) namesById(call).delete(old.roleId)
  roles(call).put(role.name, role)
  namesById(call).put(role.roleId, role.name)
}

/** Deletes a role with its secret ids. */
export function deleteRole (call: MountCall, role: AppRole): void {
  deleteSecretIds(call, role.name)
  namesById(call).delete(role.roleId)
  roles(call).delete(role.name)
}
