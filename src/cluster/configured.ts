// What a server's configuration says about its world: lease TTLs, the name of its cluster, whom its nodes join.
import { Type } from '@sinclair/typebox'
import { closed, count, type State } from '../sim/declared.js'
import { RetryJoinForm, wholeRetryJoin, type RetryJoin } from './retry-join.js'

/** Absent: not said. */
export const ConfiguredForm = Type.Object({
  defaultLeaseTtlSeconds: Type.Optional(count),
  maxLeaseTtlSeconds: Type.Optional(count),
  clusterName: Type.Optional(Type.String()),
  retryJoin: Type.Optional(Type.Array(RetryJoinForm))
}, closed)

export type Configured = State<typeof ConfiguredForm>

/** The same as options have it. */
export interface ConfiguredOptions {
  /** how long a lease runs that nothing else limits; 2,764,800 by default, 768 h */
  readonly defaultLeaseTtlSeconds?: number | undefined
  /** how long it runs at most; must not be less, 768 h by default, too */
  readonly maxLeaseTtlSeconds?: number | undefined
  /** what the first cluster is called once it is initialized; drawn if absent: `vault-cluster-1a2b3c4d` */
  readonly clusterName?: string | undefined
  /** `retry_join`: whom nodes join that are not initialized when they start; each is tried every two seconds */
  readonly retryJoin?: ReadonlyArray<Partial<RetryJoin>> | undefined
}

/** Default and maximum of all leases that nothing else limits, where nothing was said: 768 h. */
const USUAL_TTL_SECONDS = 2764800

/** A configuration that no server starts with, in Vault's words. */
export class ConfiguredError extends Error {
  override readonly name = 'ConfiguredError'
}

/** Default and maximum of leases. */
export interface LeaseTtls {
  readonly defaultSeconds: number
  readonly maxSeconds: number
}

/** The system's: in force where a mount has none of its own. */
export function leaseTtlsIn ({ defaultLeaseTtlSeconds, maxLeaseTtlSeconds }: Configured): LeaseTtls {
  return {
    defaultSeconds: defaultLeaseTtlSeconds || USUAL_TTL_SECONDS,
    maxSeconds: maxLeaseTtlSeconds || USUAL_TTL_SECONDS
  }
}

/**
 * What was said, and undefined where that is nothing: equal worlds are equal states.
 *
 * @throws {ConfiguredError} for a default above the maximum, as `CreateCore` has it
 */
export function configuredIn (options: ConfiguredOptions): Configured | undefined {
  const { defaultLeaseTtlSeconds, maxLeaseTtlSeconds, clusterName, retryJoin = [] } = options
  const said: Configured = {
    ...(defaultLeaseTtlSeconds !== undefined && { defaultLeaseTtlSeconds }),
    ...(maxLeaseTtlSeconds !== undefined && { maxLeaseTtlSeconds }),
    ...(clusterName !== undefined && clusterName !== '' && { clusterName }),
    ...(retryJoin.length > 0 && { retryJoin: retryJoin.map(wholeRetryJoin) })
  }
  const { defaultSeconds, maxSeconds } = leaseTtlsIn(said)
  if (defaultSeconds > maxSeconds) throw new ConfiguredError('cannot have DefaultLeaseTTL larger than MaxLeaseTTL')
  return Object.keys(said).length === 0 ? undefined : said
}
