// Metrics of standbys, of the write-ahead log and the merkle tree, and of replication between clusters.
import { counter, gauge, summary } from './tables.js'

const ENTERPRISE = { enterprise: true }

export const haMetrics = {
  'vault.ha.rpc.client.forward': summary('ms', 'requests that a standby forwarded'),
  'vault.ha.rpc.client.forward.errors': counter('errors', 'requests that a standby could not forward'),
  'vault.ha.rpc.client.echo': summary('ms', 'heartbeats of a standby to the active node')
}

export const walMetrics = {
  'vault.merkle.flushDirty': summary('ms', 'dirty pages flushed', ENTERPRISE),
  'vault.merkle.flushDirty.outstanding_pages': gauge('pages', 'pages yet to be flushed: none ever wait', ENTERPRISE),
  'vault.merkle.saveCheckpoint': summary('ms', 'checkpoints saved', ENTERPRISE),
  'vault.wal.persistWALs': summary('ms', 'log entries persisted', ENTERPRISE),
  'vault.wal.flushReady': summary('ms', 'log entries flushed', ENTERPRISE),
  'vault.wal.loadWAL': summary('ms', 'log entries read for a secondary', ENTERPRISE),
  'vault.wal.gc.total': gauge('entries', 'log entries that are kept', ENTERPRISE),
  'vault.logshipper.buffer.length': gauge('entries', 'log entries at hand for secondaries', ENTERPRISE),
  'vault.logshipper.streamWALs.guard_found': counter('requests', 'secondaries that could go on where they were', ENTERPRISE),
  'vault.logshipper.streamWALs.missing_guard': counter('requests', 'secondaries that had to compare', ENTERPRISE),
  'vault.logshipper.streamWALs.scanned_entries': summary('entries', 'entries looked at to find where they were', ENTERPRISE)
}

export const replicationMetrics = {
  'vault.replication.fetchRemoteKeys': summary('ms', "the primary's keys fetched to compare", ENTERPRISE),
  'vault.replication.merkleDiff': summary('ms', 'trees compared', ENTERPRISE),
  'vault.replication.merkleSync': summary('ms', 'what differed taken over', ENTERPRISE),
  'vault.replication.merkle.commit_index': gauge('index', 'the last entry in the merkle tree', ENTERPRISE),
  'vault.replication.wal.last_wal': gauge('index', 'the last log entry', ENTERPRISE),
  'vault.replication.wal.last_dr_wal': gauge('index', 'the last one of DR replication', ENTERPRISE),
  'vault.replication.wal.last_performance_wal': gauge('index', 'the last one of performance replication', ENTERPRISE),
  'vault.replication.fsm.last_remote_wal': gauge('index', 'the last one taken from the primary', ENTERPRISE),
  'vault.replication.rpc.client.stream_wals': summary('ms', 'log entries asked for', ENTERPRISE),
  'vault.replication.rpc.client.fetch_keys': summary('ms', 'keys asked for', ENTERPRISE),
  'vault.replication.rpc.client.forward': summary('ms', 'writes sent to the primary', ENTERPRISE),
  'vault.replication.rpc.server.bootstrap_request': summary('ms', 'new secondaries provided', ENTERPRISE),
  'vault.replication.rpc.server.stream_wals_request': summary('ms', 'log entries given', ENTERPRISE),
  'vault.replication.rpc.server.forwarding_request': summary('ms', 'writes done for secondaries', ENTERPRISE),
  'vault.replication.rpc.server.echo': summary('ms', 'heartbeats of performance secondaries', ENTERPRISE),
  'vault.replication.rpc.dr.server.echo': summary('ms', 'heartbeats of DR secondaries', ENTERPRISE),
  'vault.replication.rpc.dr.server.fetch_keys_request': summary('ms', 'keys given to DR secondaries', ENTERPRISE)
}
