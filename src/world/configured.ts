// What a server's configuration says about a world as a whole: the lease TTLs of the system, the name of its cluster.
import { Type } from '@sinclair/typebox'
import { closed, count, type State } from '../sim/declared.js'

/** Absent: not said. */
export const ConfiguredForm = Type.Object({
  defaultLeaseTtlSeconds: Type.Optional(count),
  maxLeaseTtlSeconds: Type.Optional(count),
  clusterName: Type.Optional(Type.String())
}, closed)

export type Configured = State<typeof ConfiguredForm>

/** Default and maximum of all leases that nothing else limits, where nothing was said: 768 h. */
const USUAL_TTL_SECONDS = 2764800

/** A configuration that no server starts with, in Vault's words. */
export class ConfiguredError extends Error {
  override readonly name = 'ConfiguredError'
}

/** The lease TTLs in force where a mount has none of its own; 0 is not said. */
export function leaseTtlsIn ({ defaultLeaseTtlSeconds, maxLeaseTtlSeconds }: Configured) {
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
export function configuredIn (options: { readonly [Name in keyof Configured]: Configured[Name] | undefined }): Configured | undefined {
  const { defaultLeaseTtlSeconds, maxLeaseTtlSeconds, clusterName } = options
  const said: Configured = {
    ...(defaultLeaseTtlSeconds !== undefined && { defaultLeaseTtlSeconds }),
    ...(maxLeaseTtlSeconds !== undefined && { maxLeaseTtlSeconds }),
    ...(clusterName !== undefined && clusterName !== '' && { clusterName })
  }
  const { defaultSeconds, maxSeconds } = leaseTtlsIn(said)
  if (defaultSeconds > maxSeconds) throw new ConfiguredError('cannot have DefaultLeaseTTL larger than MaxLeaseTTL')
  return Object.keys(said).length === 0 ? undefined : said
}
