// The addresses at which a joining node may find a leader: the one that it was given, and those that it discovers.
import { DiscoverConfigError } from '../go/discover-config.js'
import type { Node } from '../cluster/node.js'
import type { RetryJoin } from '../cluster/retry-join.js'

/** Where the leader is; what is discovered has the scheme `https` and the port 8200 where nothing else is said. */
type LeaderHint = Pick<RetryJoin, 'leaderApiAddr' | 'autoJoin' | 'autoJoinScheme' | 'autoJoinPort'>

export interface Candidates {
  readonly apiAddrs: readonly string[]
  /** why there are none, or fewer than there could be, in Vault's words */
  readonly problem?: string
}

const DEFAULT_PORT = 8200

/** @see Vault's `raftLeaderInfo`; `reference/observed.md`, "Join and TLS" */
export function leaderCandidates ({ cluster }: Node, hint: LeaderHint): Candidates {
  const { leaderApiAddr, autoJoin } = hint
  const given = leaderApiAddr === '' ? [] : [leaderApiAddr]
  if (autoJoin === '' && given.length === 0) {
    return { apiAddrs: [], problem: 'must provide leader address or auto-join metadata' }
  }
  if (autoJoin === '') return { apiAddrs: given }
  if (given.length > 0 && !cluster.profile.joinByBoth) {
    return { apiAddrs: [], problem: 'cannot provide both leader address and auto-join metadata' }
  }
  try {
    const found = cluster.surroundings.discover(autoJoin)
    const apiAddrs = [...given, ...found.map((address) => apiAddrOf(address, hint))]
    return found.length > 0 ? { apiAddrs } : { apiAddrs, problem: 'auto-join metadata meets no address' }
  } catch (error) {
    if (!(error instanceof DiscoverConfigError)) throw error
    return { apiAddrs: given, problem: `failed to parse addresses from auto-join metadata: ${error.message}` }
  }
}

function apiAddrOf (address: string, { autoJoinScheme, autoJoinPort }: LeaderHint): string {
  const scheme = autoJoinScheme === '' ? 'https' : autoJoinScheme
  return `${scheme}://${withPort(address, autoJoinPort === 0 ? DEFAULT_PORT : autoJoinPort)}`
}

/** @see Vault's `formatDiscoveredAddr` */
function withPort (address: string, port: number): string {
  if (!address.startsWith('[') && /:.*:/.test(address.split('/', 1)[0] ?? '')) return `[${address}]:${port}`
  return /:\d+(?:\/|$)/.test(address) ? address : `${address}:${port}`
}
