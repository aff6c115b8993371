// Who serves a logical request that arrives at a standby: the active node, or a redirect to it.
import type { Node } from '../cluster/node.js'
import { removedFromCluster, VaultError } from '../refusal/index.js'

/** The node that serves a request, or the one to whose API address the client is sent. */
export type Decision = { readonly node: Node } | { readonly redirectTo: Node }

/** What the client said of how it wants to be served. */
export interface Wishes {
  /** it asked for a redirect in place of forwarding */
  readonly forwardingRefused: boolean
  /** it has no token: OpenBao's standby, which serves snapshots itself, sends it on all the same (recorded) */
  readonly anonymous?: boolean
}

const REDIRECTED = 'sys/storage/raft/snapshot'
/** What each node says of itself (`http/handler.go`). */
const ANSWERED_LOCALLY = /^sys\/(?:monitor|host-info|pprof(?:\/.*)?|in-flight-req|config\/state\/.*)$/
/** A standby that serves nothing sends who asks to the active node, without a word (as documented: no output). */
const METRICS = 'sys/metrics'
const FORWARDED_ALL_THE_SAME = [
  'sys/storage/raft/snapshot-auto/config', 'sys/storage/raft/snapshot-auto/snapshot-load', 'sys/storage/raft/snapshot-load/'
]

/**
 * The node that serves a request sent to `node`.
 *
 * @param path without `/v1/`
 * @throws {VaultError} `sealed`; `standby` or `unavailable` when no active node is known
 * @see `reference/raft.md` §1.9, `reference/observed.md`; recordings `raft-cluster`
 */
export function servingNode (node: Node, path: string, wishes: Wishes): Decision {
  if (node.isActive) return { node }
  refuseClosed(node)
  if (isItsOwnAffair(node, path, wishes)) return { node }
  const active = node.cluster.activeNodeSeenFrom(node)
  if (active === undefined) throw noActiveNode(path, wishes)
  if (wantsRedirect(node, path, wishes) || !active.isActive || !canForward(node, active)) return { redirectTo: active }
  return { node: active }
}

function refuseClosed ({ sealed, initialized, removed, cluster: { profile } }: Node): void {
  if (removed && profile.removedLeader === 'says-so') throw removedFromCluster()
  if (sealed || !initialized) throw new VaultError('sealed', 'Vault is sealed')
}

/** What a node says of itself; and everything where the product answers on the spot if it may not forward. */
function isItsOwnAffair (
  { cluster: { profile, surroundings } }: Node, path: string, { forwardingRefused }: Wishes
): boolean {
  if (path === METRICS) return surroundings.performanceStandbys || !profile.standbyRedirects
  if (path.startsWith('sys/') && ANSWERED_LOCALLY.test(path)) return true
  return forwardingRefused && !profile.standbyRedirects
}

function wantsRedirect ({ cluster: { profile } }: Node, path: string, wishes: Wishes): boolean {
  const { forwardingRefused, anonymous = false } = wishes
  if (path === METRICS) return profile.standbyRedirects
  if (isRedirected(path)) return profile.standbyRedirects || anonymous
  return forwardingRefused && profile.standbyRedirects
}

function noActiveNode (path: string, { forwardingRefused }: Wishes): VaultError {
  return forwardingRefused || isRedirected(path)
    ? new VaultError('unavailable', 'no active Vault instance found')
    : new VaultError('standby', 'local node not active but active cluster node not found')
}

function isRedirected (path: string): boolean {
  return path.startsWith(REDIRECTED) && !FORWARDED_ALL_THE_SAME.some((prefix) => path.startsWith(prefix))
}

function canForward (node: Node, active: Node): boolean {
  return node.cluster.surroundings.network.canReach(node.networkName, active.networkName)
}
