// Token roles: what a token made by `auth/token/create/<role>` may be.
import type { Storage } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import { stored } from '../stored.js'

/** As stored at `replicated/token-role/<name>`; seconds, 0: not set. */
export type TokenRole = JsonObject & {
  readonly name: string
  readonly allowedPolicies: readonly string[]
  readonly disallowedPolicies: readonly string[]
  readonly allowedPoliciesGlob: readonly string[]
  readonly disallowedPoliciesGlob: readonly string[]
  readonly allowedEntityAliases: readonly string[] | null
  readonly orphan: boolean
  readonly renewable: boolean
  readonly pathSuffix: string
  readonly periodSeconds: number
  /** set through the deprecated `period`, and so shown under both names */
  readonly oldPeriod: boolean
  readonly explicitMaxTtlSeconds: number
  readonly oldExplicitMaxTtl: boolean
  readonly numUses: number
  readonly noDefaultPolicy: boolean
  readonly tokenType: 'default-service' | 'default-batch' | 'service' | 'batch'
  readonly boundCidrs: readonly string[]
  readonly oldBoundCidrs?: boolean
}

export function roleOf (storage: Storage, name: string): TokenRole | undefined {
  return stored.tokenRoles(storage).get(name)
}
