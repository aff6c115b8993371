// What both ends of a link count of what goes over it.
import type { Cluster } from '../cluster/cluster.js'
import type { FollowAnswer, FollowRequest } from './messages.js'

/** The primary's end. @param changes what is sent; undefined: everything, for whoever cannot go on where it was */
export function noteShipped ({ telemetry }: Cluster, request: FollowRequest, changes: number | undefined): void {
  if (changes === 0) return
  if (changes !== undefined) {
    telemetry.note('vault.logshipper.streamWALs.guard_found')
    telemetry.note('vault.logshipper.streamWALs.scanned_entries', changes)
    telemetry.measure('vault.wal.loadWAL').addTimes(changes, 0, telemetry.nowMs)
    telemetry.note('vault.replication.rpc.server.stream_wals_request')
  } else if (request.epoch === '') {
    telemetry.note('vault.replication.rpc.server.bootstrap_request')
  } else {
    telemetry.note('vault.logshipper.streamWALs.missing_guard')
    if (request.kind === 'dr') telemetry.note('vault.replication.rpc.dr.server.fetch_keys_request')
  }
}

/** The secondary's end. */
export function noteApplied ({ telemetry }: Cluster, { everything, changes }: FollowAnswer): void {
  if (!everything) {
    if (changes.length > 0) telemetry.note('vault.replication.rpc.client.stream_wals')
    return
  }
  telemetry.note('vault.replication.rpc.client.fetch_keys')
  telemetry.note('vault.replication.fetchRemoteKeys')
  telemetry.note('vault.replication.merkleDiff')
  telemetry.note('vault.replication.merkleSync')
}
