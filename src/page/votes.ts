// The votes of an election, for as long as they are shown.
import type { ClusterOverview } from '../control/overview.js'
import { events, seen } from './live.js'

/** An election whose votes are still shown. */
export function freshElection ({ election, label, leader }: ClusterOverview): ClusterOverview['election'] {
  if (election === null || election.leader !== leader) return null
  const told = events.value.findLast(({ kind, cluster }) => kind === 'leader-elected' && cluster === label)
  const nowMs = seen.value?.time.nowMs ?? 0
  return told !== undefined && nowMs - told.atMs < 15_000 ? election : null
}
