// Who serves a logical request that arrives at a standby: the active node, or a redirect to it.
import type { Node } from '../cluster/node.js'
import { VaultError } from '../refusal/index.js'

/** Sends the client on to another node's API address. */
export interface Redirect {
  readonly redirectTo: string
}

const REDIRECTED = 'sys/storage/raft/snapshot'
/** What each node says of itself (`http/handler.go`). */
const ANSWERED_LOCALLY = /^sys\/(?:monitor|host-info|metrics|pprof(?:\/.*)?|in-flight-req|config\/state\/.*)$/
const FORWARDED_ALL_THE_SAME = ['sys/storage/raft/snapshot-auto/config', 'sys/storage/raft/snapshot-auto/snapshot-load', 'sys/storage/raft/snapshot-load/']

/**
 * The node that serves a request sent to `node`.
 *
 * @param path without `/v1/`
 * @param request `forwardingRefused`: the client asked for a redirect; `anonymous`: it has no token, so that OpenBao's
 *   standby, which serves snapshots itself, sends it on, too (recorded)
 * @throws {VaultError} `sealed`; `standby` when no active node is known
 * @see `reference/raft.md` §1.9, `reference/observed.md`; recordings `raft-cluster`
 */
export function servingNode (node: Node, path: string, { forwardingRefused, anonymous = false }: { forwardingRefused: boolean, anonymous?: boolean }): Node | Redirect {
  if (node.isActive) return node
  if (node.sealed || !node.initialized) throw new VaultError('sealed', 'Vault is sealed')
  if (path.startsWith('sys/') && ANSWERED_LOCALLY.test(path)) return node
  const { profile } = node.cluster
  if (forwardingRefused && !profile.standbyRedirects) return node
  const active = node.cluster.activeNodeSeenFrom(node)
  if (active === undefined) throw noActiveNode(path, forwardingRefused)
  if (isRedirected(path) && (profile.standbyRedirects || anonymous)) return { redirectTo: active.apiAddr }
  if (profile.standbyRedirects && forwardingRefused) return { redirectTo: active.apiAddr }
  if (active.isActive && canForward(node, active)) return active
  return { redirectTo: active.apiAddr }
}

function noActiveNode (path: string, forwardingRefused: boolean): VaultError {
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
