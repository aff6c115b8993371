// The middle of a ring: the cluster's name, how far it is, and what troubles it.
import type { ClusterOverview } from '../control/overview.js'
import { drag, pressed } from './gestures.js'
import type { PlacedCluster } from './layout.js'
import type { Seen } from './live.js'
import { selected } from './selection.js'
import { remaining } from './words.js'

interface ClusterNameProps {
  readonly placed: PlacedCluster
  readonly world: Seen
}

export function ClusterName ({ placed: { cluster, x, y }, world }: ClusterNameProps) {
  const { label, key, term, lastIndex, leader, election } = cluster
  const trouble = troubleOf(cluster, world)
  const choose = (): void => { selected.value = { kind: 'cluster', name: key } }
  const isChosen = selected.value?.kind === 'cluster' && selected.value.name === key
  const parts = world.parts
    .filter((part) => part.cluster === label)
    .map(({ kind, mode }) => `${kind === 'dr' ? 'DR' : 'performance'} ${mode}`)
  return (
    <g
      class={`name${isChosen ? ' chosen' : ''}`} data-end={label} role='button' tabindex={0}
      aria-label={`Cluster ${label}, term ${term}, ${leader === null ? 'no leader' : `led by ${leader}`}`}
      onClick={choose} onKeyDown={pressed(choose)}
      onPointerDown={() => { drag.value = { from: label, start: { x, y }, at: { x, y } } }}
    >
      <rect x={x - 62} y={y - 42} width='124' height={parts.length > 0 ? 96 : 76} rx='14' />
      <text class='label' x={x} y={y - 20}>{label}</text>
      <text class='facts' x={x} y={y}>term {term} · index {lastIndex}</text>
      {trouble !== undefined
        ? <text class='trouble' x={x} y={y + 18}>{trouble}</text>
        : election !== null && (
          <text class='facts' x={x} y={y + 18}>{election.grantedBy.length} of {election.voters} votes</text>
        )}
      {parts.length > 0 && <text class='part' x={x} y={y + 36}>{parts.join(', ')}</text>}
    </g>
  )
}

function troubleOf ({ initialized, leader, hasQuorum }: ClusterOverview, { time }: Seen): string | undefined {
  if (!initialized) return 'not initialised'
  if (leader !== null) return hasQuorum ? undefined : 'no majority'
  const election = time.pending.find(({ kind }) => kind === 'raft.election')
  return election === undefined ? 'no leader' : `no leader · election in ${remaining(election.atMs - time.nowMs)}`
}
