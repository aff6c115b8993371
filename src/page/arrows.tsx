// Replication as arrows, from the primary to the secondary; each cuts its link, or mends it.
import { useSignal } from '@preact/signals'
import type { ReplicationOverview } from '../control/overview.js'
import { pressed, toggleLink } from './gestures.js'
import type { Layout, PlacedCluster, Point } from './layout.js'
import type { Seen } from './live.js'
import { isCut } from './selection.js'

export function Arrows ({ world, layout: { clusters } }: { readonly world: Seen, readonly layout: Layout }) {
  const placed = new Map(clusters.map((each) => [each.cluster.label, each]))
  return (
    <>
      {world.replication.map((arrow) => {
        const [a, b] = [placed.get(arrow.from), placed.get(arrow.to)]
        if (a === undefined || b === undefined) return null
        return <Arrow key={`${arrow.kind} ${arrow.to}`} arrow={arrow} a={a} b={b} world={world} />
      })}
    </>
  )
}

interface ArrowProps {
  readonly arrow: ReplicationOverview
  readonly a: PlacedCluster
  readonly b: PlacedCluster
  readonly world: Seen
}

function Arrow ({ arrow, a, b, world }: ArrowProps) {
  const { from: primary, to: secondary, kind, lag, connected, state = 'connected' } = arrow
  const [start, end] = endsOf(a, b)
  const [x, y] = [(start.x + end.x) / 2, (start.y + end.y) / 2]
  const cut = isCut(world, primary, secondary)
  const toggle = (): void => { toggleLink(world, primary, secondary) }
  const hovered = useSignal(false)
  const invitation = cut ? 'click to mend ✚' : 'click to cut ✂'
  const words = `${kind === 'dr' ? 'DR' : 'performance'}: ${progressOf(lag, state)}`
  return (
    <g
      class={`arrow ${connected && !cut ? 'up' : 'down'}${lag !== null && lag > 0 ? ' lagging' : ''}`}
      role='button' tabindex={0} data-arrow={`${primary}-${secondary}`} data-lag={lag}
      aria-label={`${kind} replication from ${primary} to ${secondary}: ${words}. ${cut ? 'Mend' : 'Cut'} the link`}
      onClick={toggle} onKeyDown={pressed(toggle)}
      onPointerEnter={() => { hovered.value = true }} onPointerLeave={() => { hovered.value = false }}
    >
      <line x1={start.x} y1={start.y} x2={end.x} y2={end.y} marker-end='url(#arrow)' />
      {connected && !cut && <line class='beat' x1={start.x} y1={start.y} x2={end.x} y2={end.y} />}
      <rect x={x - 62} y={y - 32} width='124' height='44' rx='10' />
      <text class='facts' x={x} y={y - 14}>{words}</text>
      <text class='facts' x={x} y={y + 3}>{hovered.value ? invitation : cut ? '✂ cut' : state}</text>
    </g>
  )
}

/** Where it starts and ends: outside of the rings. */
function endsOf (a: PlacedCluster, b: PlacedCluster): readonly [Point, Point] {
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1
  const along = (from: Point, far: number): Point => ({
    x: from.x + (b.x - a.x) / length * far,
    y: from.y + (b.y - a.y) / length * far
  })
  return [along(a, a.ring + 48), along(b, -(b.ring + 48))]
}

function progressOf (lag: ReplicationOverview['lag'], state: string): string {
  if (lag === null) return state
  return lag === 0 ? 'in sync' : `${lag} behind`
}
