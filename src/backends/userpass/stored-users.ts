// What userpass stores below its mount: users, by name.
import type { Area } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import type { Call } from '../../vault/paths.js'
import type { TokenParameters } from '../../vault/tokens/token-parameters.js'

/** A user; its name is the key. */
export type User = JsonObject & {
  readonly passwordHash: string
  /** set through the deprecated names, and so shown under both */
  readonly oldPolicies: boolean
  readonly oldTtl: boolean
  readonly oldMaxTtl: boolean
  readonly parameters: TokenParameters
}

/** The users of the mount that a call is for. */
export function storedUsers ({ storage, mountPrefix }: Call<unknown>): Area<User> {
  return storage.area(`${mountPrefix}user/`)
}
