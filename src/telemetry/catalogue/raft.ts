// Metrics of raft, its storage, and autopilot.
import { counter, gauge, summary } from './tables.js'

const PER_PEER = { labels: ['peer_id'] }

export const raftMetrics = {
  'vault.raft.apply': counter('entries', 'entries that the leader applied'),
  'vault.raft.barrier': counter('barriers', 'barriers: one when a leader begins'),
  'vault.raft.candidate.electSelf': summary('ms', 'votes asked for'),
  'vault.raft.commitNumLogs': gauge('entries', 'entries of the latest commit: each is committed alone'),
  'vault.raft.commitTime': summary('ms', 'commits'),
  'vault.raft.fsm.apply': summary('entries', 'entries applied to the state'),
  'vault.raft.fsm.applyBatch': summary('ms', 'batches applied'),
  'vault.raft.fsm.applyBatchNum': summary('entries', 'entries of a batch'),
  'vault.raft.fsm.enqueue': summary('ms', 'batches queued'),
  'vault.raft.fsm.snapshot': summary('ms', 'the state recorded for a snapshot'),
  'vault.raft.fsm.restore': summary('ms', 'the state restored from a snapshot'),
  'vault.raft.get': summary('ms', "reads of raft's storage"),
  'vault.raft.put': summary('ms', "writes to raft's storage"),
  'vault.raft.delete': summary('ms', "deletions in raft's storage"),
  'vault.raft.list': summary('ms', "lists of raft's storage"),
  'vault.raft.leader.dispatchLog': summary('ms', 'entries that the leader wrote down'),
  'vault.raft.leader.dispatchNumLogs': gauge('entries', 'entries that it wrote down at once'),
  'vault.raft.leader.lastContact': summary('ms', "since a follower was heard of, at each check of the leader's lease"),
  'vault.raft.peers': gauge('peers', 'peers in the configuration'),
  'vault.raft.replication.appendEntries.rpc': summary('ms', 'entries sent to a follower', PER_PEER),
  'vault.raft.replication.appendEntries.log': counter('entries', 'the same, in entries', PER_PEER),
  'vault.raft.replication.heartbeat': summary('ms', 'heartbeats sent to a follower', PER_PEER),
  'vault.raft.restore': counter('restores', 'snapshots restored'),
  'vault.raft.restoreUserSnapshot': summary('ms', 'snapshots restored that a client brought'),
  'vault.raft.rpc.appendEntries': summary('ms', 'entries taken from the leader'),
  'vault.raft.rpc.appendEntries.processLogs': summary('ms', 'the same, processed'),
  'vault.raft.rpc.appendEntries.storeLogs': summary('ms', 'the same, stored'),
  'vault.raft.rpc.processHeartbeat': summary('ms', 'heartbeats of the leader'),
  'vault.raft.rpc.requestVote': summary('ms', 'votes given'),
  'vault.raft.snapshot.create': summary('ms', 'snapshots begun'),
  'vault.raft.snapshot.persist': summary('ms', 'snapshots written'),
  'vault.raft.snapshot.takeSnapshot': summary('ms', 'snapshots taken'),
  'vault.raft.state.candidate': counter('elections', 'elections begun'),
  'vault.raft.state.follower': counter('times', 'times a follower'),
  'vault.raft.state.leader': counter('times', 'times the leader'),
  'vault.raft.transition.heartbeat_timeout': counter('time-outs', 'elections for want of a heartbeat'),
  'vault.raft.transition.leader_lease_timeout': counter('time-outs', 'leads lost for want of a majority'),
  'vault.autopilot.healthy': gauge('boolean', 'all servers are healthy (active node)'),
  'vault.autopilot.failure_tolerance': gauge('servers', 'servers that may fail (active node)'),
  'vault.autopilot.node.healthy': gauge('boolean', 'a server is healthy (active node)', { labels: ['node_id'] })
}

export const raftStorageMetrics = {
  'vault.raft-storage.get': summary('ms', 'reads of a path'),
  'vault.raft-storage.put': summary('ms', 'writes of a path'),
  'vault.raft-storage.delete': summary('ms', 'deletions of a path'),
  'vault.raft-storage.list': summary('ms', 'lists of a prefix'),
  'vault.raft_storage.stats.applied_index': gauge('index', 'the last entry that the node applied'),
  'vault.raft_storage.stats.commit_index': gauge('index', 'the last entry that it knows to be committed'),
  'vault.raft_storage.stats.fsm_pending': gauge('entries', 'entries that wait to be applied'),
  'vault.raft_storage.follower.applied_index_delta': gauge('entries', 'entries that a follower lacks (active node)', PER_PEER),
  'vault.raft_storage.follower.last_heartbeat_ms': gauge('ms', 'since a follower was heard of (active node)', PER_PEER),
  'vault.raft_storage.bolt.write.count': gauge('writes', 'writes since the process began'),
  'vault.raft_storage.bolt.transaction.started_read_transactions': gauge('reads', 'reads since the process began'),
  'vault.raft_storage.bolt.cursor.count': gauge('cursors', 'lists since the process began')
}
