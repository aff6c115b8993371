// Demoting a primary: what it has written goes to its secondaries before it is one no more.
import type { Cluster } from '../../cluster/cluster.js'
import type { ReplicationKind } from '../../replication/records.js'
import { replicationOf } from '../../replication/replication.js'
import { demotePrimary, requirePrimary } from '../../replication/transitions.js'
import { wallClockMs, armTimer } from '../../sim/wall-clock.js'
import type { Eventually } from '../eventually.js'

/** Longer than a secondary takes for its next question; who has not asked by then does without. */
const LONGEST_WAIT_MS = 5000
const LOOK_AGAIN_MS = 200

/**
 * Makes a primary a secondary that looks for no primary. Meanwhile it serves no request, and secondaries in other
 * processes are waited for, so that a planned failover loses nothing.
 *
 * @throws {VaultError} `invalid` where this is no primary
 */
export function demote (cluster: Cluster, kind: ReplicationKind): Eventually<void> {
  requirePrimary(cluster, kind)
  if (replicationOf(cluster).hasShippedAll(kind)) return demotePrimary(cluster, kind)
  return demoteOnceShipped(cluster, kind)
}

async function demoteOnceShipped (cluster: Cluster, kind: ReplicationKind): Promise<void> {
  const replication = replicationOf(cluster)
  const endWallMs = wallClockMs() + LONGEST_WAIT_MS
  replication.draining = true
  try {
    while (!replication.hasShippedAll(kind) && wallClockMs() < endWallMs) await nextQuestion(cluster)
  } finally {
    replication.draining = false
  }
  demotePrimary(cluster, kind)
}

/** Long polls end; whoever asks next, wakes this one, too. */
async function nextQuestion (cluster: Cluster): Promise<void> {
  const replication = replicationOf(cluster)
  replication.wake()
  await new Promise<void>((resolve) => {
    const cancel = armTimer(LOOK_AGAIN_MS, () => { wake() })
    const wake = (): void => {
      replication.waiting.delete(wake)
      cancel()
      resolve()
    }
    replication.waiting.add(wake)
  })
}
