// What the nodes of a cluster count of elections and of the work on their storage.
import type { LeaderLoss } from '../raft/raft.js'
import type { Telemetry } from '../telemetry/telemetry.js'
import type { Cluster } from './cluster.js'
import type { Node } from './node.js'

/** Somebody waited in vain for the leader, as opposed to a lead that was given up or handed over. */
const UNHEARD: readonly (LeaderLoss | undefined)[] = ['down', 'quorum']

/** @param lost why there was no leader; undefined: there never was one, as far as is known */
export function noteElection ({ raft, nodes }: Cluster, winner: Node, lost: LeaderLoss | undefined): void {
  const { telemetry } = winner
  telemetry.note('vault.raft.state.candidate')
  telemetry.note('vault.raft.candidate.electSelf')
  telemetry.note('vault.raft.state.leader')
  telemetry.note('vault.raft.barrier')
  telemetry.note('vault.core.post_unseal')
  if (UNHEARD.includes(lost)) telemetry.note('vault.raft.transition.heartbeat_timeout')
  for (const other of nodes.values()) {
    if (other === winner || !raft.inContact(other.id)) continue
    other.telemetry.note('vault.raft.rpc.requestVote')
    other.telemetry.note('vault.raft.state.follower')
  }
}

/** While the node still shows since when it was active. */
export function noteLeaderLost ({ timeline }: Cluster, node: Node | undefined, reason: LeaderLoss): void {
  if (node === undefined || node.process === 'stopped') return
  const { telemetry, activeSinceAtMs } = node
  if (activeSinceAtMs !== 0) telemetry.note('vault.core.leadership_lost', timeline.nowMs - activeSinceAtMs)
  telemetry.note('vault.core.pre_seal')
  if (reason === 'stepDown') telemetry.note('vault.core.step_down')
  if (reason === 'quorum') telemetry.note('vault.raft.transition.leader_lease_timeout')
}

/**
 * Counts what was done with a node's storage since it was last looked: by a request that the node has served, or
 * beside requests.
 */
export function noteStorageWork (node: Node): void {
  const { telemetry, cluster, storage } = node
  const done = telemetry.storageWorkSince(storage.work)
  if (done === undefined) return
  const { nowMs } = cluster.timeline
  const { storageMeasures: measures } = telemetry
  measures.reads.addTimes(done.reads, 0, nowMs)
  measures.lists.addTimes(done.lists, 0, nowMs)
  measures.puts.addTimes(done.puts, 0, nowMs)
  measures.deletions.addTimes(done.deletions, 0, nowMs)
  const writes = done.puts + done.deletions
  if (writes > 0 && node.isActive) noteCommits(cluster, telemetry, writes, nowMs)
}

function noteCommits (cluster: Cluster, telemetry: Telemetry, writes: number, nowMs: number): void {
  if (cluster.surroundings.raftUse !== 'storage') return
  telemetry.storageMeasures.commits.addTimes(writes, 0, nowMs)
  telemetry.storageMeasures.entries.addTimes(writes, 1, nowMs)
  for (const { id } of cluster.raft.servers) {
    const follower = cluster.nodes.get(id)
    if (follower === undefined || follower.isActive || !cluster.raft.inContact(id)) continue
    const labels = { peer_id: id }
    telemetry.measure('vault.raft.replication.appendEntries.rpc', labels).addTimes(writes, 0, nowMs)
    telemetry.measure('vault.raft.replication.appendEntries.log', labels).addTimes(writes, 1, nowMs)
    follower.telemetry.storageMeasures.received.addTimes(writes, 0, nowMs)
  }
}
