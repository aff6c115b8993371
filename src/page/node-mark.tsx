// A node of the picture: its role as a glyph, how far it has come as a ring, and its name.
import type { ClusterOverview, NodeOverview } from '../control/overview.js'
import { drag, pressed } from './gestures.js'
import type { Point } from './layout.js'
import type { Seen } from './live.js'
import { describe, fullName, nameOf, roleOf, selected, type Role } from './selection.js'
import { freshElection } from './votes.js'

const GLYPHS: Readonly<Record<Role, string>> = {
  leader: '★',
  standby: '',
  candidate: '?',
  'non-voter': '◌',
  sealed: '⚿',
  stopped: '✕',
  paused: 'Ⅱ',
  removed: '⊘',
  uninitialized: '∅'
}

interface NodeMarkProps {
  readonly node: NodeOverview
  readonly at: Point & { readonly angle: number }
  readonly size: number
  readonly cluster: ClusterOverview
  readonly world: Seen
}

export function NodeMark ({ node, at, size, cluster, world }: NodeMarkProps) {
  const role = roleOf(node)
  const name = fullName(node)
  const choose = (): void => { selected.value = { kind: 'node', name } }
  const behind = Math.max(0, cluster.lastIndex - node.appliedIndex)
  const round = 2 * Math.PI * (size + 5)
  const there = 1 - Math.min(1, Math.log2(1 + behind) / 8)
  const voted = freshElection(cluster)?.grantedBy.includes(node.id) === true
  return (
    <g
      class={`node ${role}${node.cutOff ? ' cutoff' : ''}${selected.value?.name === name ? ' chosen' : ''}`}
      data-end={name} data-node={nameOf(node, world)} data-role={role}
      role='button' tabindex={0} aria-label={describe(node)}
      onClick={choose} onKeyDown={pressed(choose)}
      onPointerDown={(event: PointerEvent) => { event.preventDefault(); drag.value = { from: name, start: at, at } }}
    >
      <title>{describe(node)}</title>
      <circle
        class='halo' cx={at.x} cy={at.y} r={size + 5}
        stroke-dasharray={`${round * there} ${round}`} transform={`rotate(-90 ${at.x} ${at.y})`}
      />
      <circle class='body' cx={at.x} cy={at.y} r={size} />
      <text class='glyph' x={at.x} y={at.y} font-size={size}>{GLYPHS[role] || `T${node.term}`}</text>
      {voted && <Ballot x={at.x + size * 0.8} y={at.y - size * 0.8} />}
      <NodeName node={node} at={at} size={size} behind={behind} />
    </g>
  )
}

/** The vote that it gave. */
function Ballot ({ x, y }: Point) {
  return (
    <g class='ballot'>
      <circle cx={x} cy={y} r='8' />
      <text x={x} y={y}>✓</text>
    </g>
  )
}

type NameProps = Pick<NodeMarkProps, 'node' | 'at' | 'size'>

/** Outside of the ring, where there is room. */
function NodeName ({ node, at, size, behind }: NameProps & { readonly behind: number }) {
  if (size < 20) return <SpokeName node={node} at={at} size={size} />
  const cos = Math.cos(at.angle)
  const isSide = Math.abs(cos) > 0.35
  const x = at.x + (isSide ? Math.sign(cos) * (size + 10) : 0)
  const y = at.y + (isSide ? 0 : Math.sign(Math.sin(at.angle)) * (size + (Math.sin(at.angle) > 0 ? 16 : 24)))
  const anchor = isSide ? cos > 0 ? 'start' : 'end' : 'middle'
  return (
    <g class='tag' text-anchor={anchor} font-size='13'>
      <text x={x} y={y}>{node.id}</text>
      <text class='facts' x={x} y={y + 14}>{progressOf(node, behind)}</text>
    </g>
  )
}

function progressOf ({ cutOff, appliedIndex }: NodeOverview, behind: number): string {
  if (behind > 0) return `${behind} behind`
  return cutOff ? 'cut off' : `#${appliedIndex}`
}

/** Among many, names stand like spokes: so none is in the way of another. */
function SpokeName ({ node, at, size }: NameProps) {
  const isLeft = Math.cos(at.angle) < -0.01
  const degrees = at.angle * 180 / Math.PI + (isLeft ? 180 : 0)
  const turned = `rotate(${degrees} ${at.x} ${at.y})`
  return (
    <g class='tag' text-anchor={isLeft ? 'end' : 'start'} font-size='12' transform={turned}>
      <text x={at.x + (size + 9) * (isLeft ? -1 : 1)} y={at.y}>{node.id}</text>
    </g>
  )
}
