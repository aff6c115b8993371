// What the database engine stores below its mount: connections, roles, static roles and when these are rotated next.
import type { Area } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import type { Call } from '../../vault/paths.js'

/** A database, and how to get in. */
export type Connection = JsonObject & {
  readonly pluginName: string
  readonly pluginVersion: string
  readonly allowedRoles: readonly string[]
  readonly rootRotationStatements: readonly string[]
  readonly passwordPolicy: string
  /** as it was last asked for */
  readonly isVerified: boolean
  /** all that is the plugin's own, password included, as it was given */
  readonly details: JsonObject
}

/** What makes users who come and go. Seconds, 0: not set. */
export type Role = JsonObject & {
  readonly dbName: string
  readonly creation: readonly string[]
  readonly revocation: readonly string[]
  readonly rollback: readonly string[]
  readonly renewal: readonly string[]
  readonly defaultTtlSeconds: number
  readonly maxTtlSeconds: number
  readonly credentialType: string
  readonly credentialConfig: JsonObject
}

/** A user who stays, and whose password changes. */
export type StaticRole = JsonObject & {
  readonly dbName: string
  readonly username: string
  readonly rotationPeriodSeconds: number
  readonly rotation: readonly string[]
  readonly credentialType: string
  readonly credentialConfig: JsonObject
  /** the password, or the private key */
  readonly secret: string
  readonly rotatedAtMs: number
  /** when it is rotated next */
  readonly rotatesAtMs: number
}

export type Mounted = Pick<Call<unknown>, 'storage' | 'mountPrefix' | 'mount' | 'cluster' | 'nowMs'>

type Stored = Pick<Mounted, 'storage' | 'mountPrefix'>

export function connectionsIn ({ storage, mountPrefix }: Stored): Area<Connection> {
  return storage.area(`${mountPrefix}config/`)
}

export function rolesIn ({ storage, mountPrefix }: Stored): Area<Role> {
  return storage.area(`${mountPrefix}role/`)
}

export function staticRolesIn ({ storage, mountPrefix }: Stored): Area<StaticRole> {
  return storage.area(`${mountPrefix}static-role/`)
}
