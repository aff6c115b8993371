// The secret ids that AppRole stores below its mount, by role and accessor, and how they themselves lead there.
import { createHash } from 'node:crypto'
import type { Area } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import type { Call } from '../../vault/paths.js'
import { deleteDeadline, putDeadline } from '../../vault/tokens/deadlines.js'
import { entryDeadline } from '../../vault/tokens/expiry.js'

/** What proves that a machine may use a role. */
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

/** Of one role, by accessor. */
function secretIds ({ storage, mountPrefix }: MountCall, roleName: string): Area<SecretId> {
  return storage.area(`${mountPrefix}secret-id/${roleName}/`)
}

/** Accessors of one role, by the hash of the secret id. */
function accessors ({ storage, mountPrefix }: MountCall, roleName: string): Area<string> {
  return storage.area(`${mountPrefix}secret-id-of/${roleName}/`)
}

export function secretIdAccessors (call: MountCall, roleName: string): string[] {
  return secretIds(call, roleName).children()
}

/** Undefined also once it has expired. */
export function secretIdByAccessor (call: MountCall, roleName: string, accessor: string): SecretId | undefined {
  const found = secretIds(call, roleName).get(accessor)
  const isExpired = found !== undefined && found.expiresAtMs !== 0 && found.expiresAtMs <= call.nowMs
  return isExpired ? undefined : found
}

/** The secret id that a machine presents; undefined also once it has expired. */
export function secretIdOf (call: MountCall, roleName: string, secretId: string): SecretId | undefined {
  const accessor = accessors(call, roleName).get(hash(secretId))
  return accessor === undefined ? undefined : secretIdByAccessor(call, roleName, accessor)
}

/** Stores a secret id in place of what it was before, and lets it end when it expires. */
export function putSecretId (call: MountCall, secretId: SecretId): void {
  const { roleName, accessor, expiresAtMs } = secretId
  secretIds(call, roleName).put(accessor, secretId)
  accessors(call, roleName).put(hash(secretId.secretId), accessor)
  if (expiresAtMs === 0) return
  for (const path of pathsOf(call, secretId)) putDeadline(call, expiresAtMs, entryDeadline(path))
}

/** Forgets a secret id, and that it would have expired. */
export function deleteSecretId (call: MountCall, secretId: SecretId): void {
  for (const path of pathsOf(call, secretId)) {
    call.storage.delete(path)
    if (secretId.expiresAtMs !== 0) deleteDeadline(call, secretId.expiresAtMs, entryDeadline(path))
  }
}

/** All that a role has. */
export function deleteSecretIds (call: MountCall, roleName: string): void {
  for (const accessor of secretIdAccessors(call, roleName)) {
    const secretId = secretIdByAccessor(call, roleName, accessor)
    if (secretId !== undefined) deleteSecretId(call, secretId)
  }
}

/** The two entries of a secret id, which come and go together. */
function pathsOf (call: MountCall, { roleName, accessor, secretId }: SecretId): string[] {
  return [secretIds(call, roleName).prefix + accessor, accessors(call, roleName).prefix + hash(secretId)]
}

function hash (secretId: string): string {
  return createHash('sha256').update(secretId).digest('hex')
}
