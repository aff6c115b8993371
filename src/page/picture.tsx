// The world as a picture: clusters as rings of nodes, what they say to each other, and what is cut.
import { signal, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { ClusterOverview, NodeOverview, ReplicationOverview } from '../control/overview.js'
import { cutCall, healCall } from './calls.js'
import { FEW, layoutOf, type Layout, type PlacedCluster, type Point } from './layout.js'
import { act, events, seen, type Seen } from './live.js'
import { describe, fullName, isCut, nameOf, roleOf, selected, type Role } from './selection.js'
import { remaining } from './words.js'

const GLYPHS: Readonly<Record<Role, string>> = {
  leader: '★', standby: '', candidate: '?', 'non-voter': '◌', sealed: '⚿', stopped: '✕', paused: 'Ⅱ', removed: '⊘', uninitialized: '∅'
}

/** A line being drawn from a node or a cluster, to cut or mend what it ends at. */
interface Drag { readonly from: string, readonly start: Point, readonly at: Point }

const drag = signal<Drag | undefined>(undefined)

export function Picture () {
  const svg = useRef<SVGSVGElement>(null)
  const world = seen.value
  if (world === undefined) return <div class='picture empty'>…</div>
  const layout = layoutOf(world.clusters)
  const { width, height } = layout
  const move = (event: PointerEvent): void => {
    const at = pointIn(svg.current, event)
    if (drag.value !== undefined && at !== undefined) drag.value = { ...drag.value, at }
  }
  const drop = (event: PointerEvent): void => {
    const target = document.elementFromPoint(event.clientX, event.clientY)?.closest('[data-end]')
    const from = drag.value?.from
    drag.value = undefined
    const to = target?.getAttribute('data-end')
    if (from !== undefined && to != null && to !== from) toggleLink(world, from, to)
  }
  return (
    <div class={`picture${world.clusters.some(({ nodes }) => nodes.length > FEW) ? ' many' : ''}`}>
      <svg
        ref={svg} viewBox={`0 0 ${width} ${height}`} role='group' aria-label='The clusters'
        onPointerMove={move} onPointerUp={drop} onPointerLeave={() => { drag.value = undefined }}
      >
        <defs>
          <marker id='arrow' viewBox='0 0 10 10' refX='9' refY='5' markerWidth='7' markerHeight='7' orient='auto-start-reverse'>
            <path d='M0 0 10 5 0 10z' fill='context-stroke' />
          </marker>
        </defs>
        <Arrows world={world} layout={layout} />
        {layout.clusters.map((placed) => <ClusterRing key={placed.cluster.key} placed={placed} world={world} />)}
        <CutsBetween world={world} layout={layout} />
        {drag.value !== undefined && <line class='drag' x1={drag.value.start.x} y1={drag.value.start.y} x2={drag.value.at.x} y2={drag.value.at.y} />}
      </svg>
      <p class='hint'>Drag from one node to another, or from one cluster’s name to another, to cut the link or mend it. Choose one for all it can do.</p>
    </div>
  )
}

function pointIn (svg: SVGSVGElement | null, { clientX, clientY }: PointerEvent): Point | undefined {
  const matrix = svg?.getScreenCTM()
  if (matrix == null) return undefined
  const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse())
  return { x, y }
}

/** Cuts what stands, mends what is cut. */
function toggleLink (world: Seen, from: string, to: string): void {
  act(isCut(world, from, to) ? healCall(from, to) : cutCall(from, to))
}

function ClusterRing ({ placed, world }: { readonly placed: PlacedCluster, readonly world: Seen }) {
  const { cluster, x, y, ring, nodes, size } = placed
  const leaderAt = nodes[cluster.nodes.findIndex(({ active }) => active)]
  const election = freshElection(cluster)
  return (
    <g class='cluster'>
      <circle class='orbit' cx={x} cy={y} r={ring} />
      {cluster.nodes.map((node, i) => {
        const at = nodes[i]
        if (at === undefined || leaderAt === undefined || node.active || node.process !== 'running') return null
        return <LinkLine key={node.id} from={leaderAt} to={at} node={node} voted={election?.grantedBy.includes(node.id) === true} />
      })}
      <InnerCuts placed={placed} world={world} />
      <ClusterName placed={placed} world={world} />
      {cluster.nodes.map((node, i) => {
        const at = nodes[i]
        return at && <NodeMark key={node.id} node={node} at={at} centre={placed} size={size} cluster={cluster} world={world} />
      })}
    </g>
  )
}

/** An election whose votes are still shown. */
function freshElection ({ election, label, leader }: ClusterOverview): ClusterOverview['election'] {
  if (election === null || election.leader !== leader) return null
  const told = events.value.findLast(({ kind, cluster }) => kind === 'leader-elected' && cluster === label)
  const nowMs = seen.value?.time.nowMs ?? 0
  return told !== undefined && nowMs - told.atMs < 15_000 ? election : null
}

/** Heartbeats of the leader; just after an election, the vote. */
function LinkLine ({ from, to, node, voted }: { readonly from: Point, readonly to: Point, readonly node: NodeOverview, readonly voted: boolean }) {
  const follows = !node.cutOff && !node.sealed
  return (
    <g class={`link${follows ? '' : ' silent'}${voted ? ' vote' : ''}`}>
      <line x1={from.x} y1={from.y} x2={to.x} y2={to.y} />
      {follows && <line class='beat' x1={from.x} y1={from.y} x2={to.x} y2={to.y} />}
    </g>
  )
}

function InnerCuts ({ placed: { cluster, nodes }, world }: { readonly placed: PlacedCluster, readonly world: Seen }) {
  const lines = cluster.nodes.flatMap((node, i) => cluster.nodes.slice(i + 1).map((other, k) => ({ node, other, a: nodes[i], b: nodes[i + 1 + k] })))
  return (
    <>
      {lines.map(({ node, other, a, b }) => {
        if (a === undefined || b === undefined || !isCut(world, fullName(node), fullName(other))) return null
        return <CutLine key={`${node.id} ${other.id}`} a={a} b={b} from={fullName(node)} to={fullName(other)} />
      })}
    </>
  )
}

function CutLine ({ a, b, from, to }: { readonly a: Point, readonly b: Point, readonly from: string, readonly to: string }) {
  const [x, y] = [(a.x + b.x) / 2, (a.y + b.y) / 2]
  const mend = (): void => { act(healCall(from, to)) }
  return (
    <g class='cut' role='button' tabindex={0} aria-label={`Mend the link between ${from} and ${to}`} onClick={mend} onKeyDown={pressed(mend)}>
      <line x1={a.x} y1={a.y} x2={b.x} y2={b.y} />
      <circle cx={x} cy={y} r='11' /><text x={x} y={y}>✂</text>
    </g>
  )
}

/** Links to nodes of other clusters, and between clusters as a whole where nothing replicates. */
function CutsBetween ({ world, layout: { clusters } }: { readonly world: Seen, readonly layout: Layout }) {
  const named = new Map(clusters.flatMap((placed) => [
    [placed.cluster.label, placed] as const,
    ...placed.cluster.nodes.map((node, i) => [fullName(node), placed.nodes[i] ?? placed] as const)
  ]))
  return (
    <>
      {world.links.cuts.map(({ from, to }) => {
        const [a, b] = [named.get(from), named.get(to)]
        const inside = from.split('/')[0] === to.split('/')[0]
        const arrow = world.replication.some((link) => [from, to].includes(link.from) && [from, to].includes(link.to))
        if (a === undefined || b === undefined || inside || arrow) return null
        return <CutLine key={`${from} ${to}`} a={a} b={b} from={from} to={to} />
      })}
    </>
  )
}

function ClusterName ({ placed: { cluster, x, y }, world }: { readonly placed: PlacedCluster, readonly world: Seen }) {
  const { label, key, term, lastIndex, leader, hasQuorum, initialized, election } = cluster
  const election2come = world.time.pending.find(({ kind }) => kind === 'raft.election')
  const trouble = !initialized ? 'not initialised' : leader !== null ? hasQuorum ? undefined : 'no majority' : election2come === undefined ? 'no leader' : `no leader · election in ${remaining(election2come.atMs - world.time.nowMs)}`
  const choose = (): void => { selected.value = { kind: 'cluster', name: key } }
  const parts = world.parts.filter((part) => part.cluster === label).map(({ kind, mode }) => `${kind === 'dr' ? 'DR' : 'performance'} ${mode}`)
  return (
    <g
      class={`name${selected.value?.kind === 'cluster' && selected.value.name === key ? ' chosen' : ''}`} data-end={label} role='button' tabindex={0}
      aria-label={`Cluster ${label}, term ${term}, ${leader === null ? 'no leader' : `led by ${leader}`}`}
      onClick={choose} onKeyDown={pressed(choose)}
      onPointerDown={() => { drag.value = { from: label, start: { x, y }, at: { x, y } } }}
    >
      <rect x={x - 62} y={y - 42} width='124' height={parts.length > 0 ? 96 : 76} rx='14' />
      <text class='label' x={x} y={y - 20}>{label}</text>
      <text class='facts' x={x} y={y}>term {term} · index {lastIndex}</text>
      {trouble !== undefined
        ? <text class='trouble' x={x} y={y + 18}>{trouble}</text>
        : election !== null && <text class='facts' x={x} y={y + 18}>{election.grantedBy.length} of {election.voters} votes</text>}
      {parts.length > 0 && <text class='part' x={x} y={y + 36}>{parts.join(', ')}</text>}
    </g>
  )
}

interface NodeMarkProps {
  readonly node: NodeOverview
  readonly at: Point & { readonly angle: number }
  readonly centre: Point
  readonly size: number
  readonly cluster: ClusterOverview
  readonly world: Seen
}

function NodeMark ({ node, at, size, cluster, world }: NodeMarkProps) {
  const role = roleOf(node)
  const name = fullName(node)
  const choose = (): void => { selected.value = { kind: 'node', name } }
  const behind = Math.max(0, cluster.lastIndex - node.appliedIndex)
  const round = 2 * Math.PI * (size + 5)
  const there = 1 - Math.min(1, Math.log2(1 + behind) / 8)
  const vote = freshElection(cluster)?.grantedBy.includes(node.id) === true
  return (
    <g
      class={`node ${role}${node.cutOff ? ' cutoff' : ''}${selected.value?.name === name ? ' chosen' : ''}`}
      data-end={name} data-node={nameOf(node, world)} data-role={role} role='button' tabindex={0} aria-label={describe(node)}
      onClick={choose} onKeyDown={pressed(choose)}
      onPointerDown={(event: PointerEvent) => { event.preventDefault(); drag.value = { from: name, start: at, at } }}
    >
      <title>{describe(node)}</title>
      <circle class='halo' cx={at.x} cy={at.y} r={size + 5} stroke-dasharray={`${round * there} ${round}`} transform={`rotate(-90 ${at.x} ${at.y})`} />
      <circle class='body' cx={at.x} cy={at.y} r={size} />
      <text class='glyph' x={at.x} y={at.y} font-size={size}>{GLYPHS[role] === '' ? `T${node.term}` : GLYPHS[role]}</text>
      {vote && <g class='ballot'><circle cx={at.x + size * 0.8} cy={at.y - size * 0.8} r='8' /><text x={at.x + size * 0.8} y={at.y - size * 0.8}>✓</text></g>}
      <NodeName node={node} at={at} size={size} behind={behind} />
    </g>
  )
}

/** Outside of the ring, where there is room. */
function NodeName ({ node, at, size, behind }: Pick<NodeMarkProps, 'node' | 'at' | 'size'> & { readonly behind: number }) {
  if (size < 20) return <SpokeName node={node} at={at} size={size} />
  const cos = Math.cos(at.angle)
  const isSide = Math.abs(cos) > 0.35
  const x = at.x + (isSide ? Math.sign(cos) * (size + 10) : 0)
  const y = at.y + (isSide ? 0 : Math.sign(Math.sin(at.angle)) * (size + (Math.sin(at.angle) > 0 ? 16 : 24)))
  const anchor = isSide ? cos > 0 ? 'start' : 'end' : 'middle'
  return (
    <g class='tag' text-anchor={anchor} font-size='13'>
      <text x={x} y={y}>{node.id}</text>
      <text class='facts' x={x} y={y + 14}>{behind > 0 ? `${behind} behind` : node.cutOff ? 'cut off' : `#${node.appliedIndex}`}</text>
    </g>
  )
}

/** Among many, names stand like spokes: so none is in the way of another. */
function SpokeName ({ node, at, size }: Pick<NodeMarkProps, 'node' | 'at' | 'size'>) {
  const isLeft = Math.cos(at.angle) < -0.01
  const degrees = at.angle * 180 / Math.PI + (isLeft ? 180 : 0)
  return (
    <g class='tag' text-anchor={isLeft ? 'end' : 'start'} font-size='12' transform={`rotate(${degrees} ${at.x} ${at.y})`}>
      <text x={at.x + (size + 9) * (isLeft ? -1 : 1)} y={at.y}>{node.id}</text>
    </g>
  )
}

/** Replication, from the primary to the secondary. */
function Arrows ({ world, layout: { clusters } }: { readonly world: Seen, readonly layout: Layout }) {
  const placed = new Map(clusters.map((each) => [each.cluster.label, each]))
  return (
    <>
      {world.replication.map((arrow) => {
        const [a, b] = [placed.get(arrow.from), placed.get(arrow.to)]
        return a !== undefined && b !== undefined && <Arrow key={`${arrow.kind} ${arrow.to}`} arrow={arrow} a={a} b={b} world={world} />
      })}
    </>
  )
}

interface ArrowProps { readonly arrow: ReplicationOverview, readonly a: PlacedCluster, readonly b: PlacedCluster, readonly world: Seen }

function Arrow ({ arrow, a, b, world }: ArrowProps) {
  const { from: primary, to: secondary, kind, lag, connected, state = 'connected' } = arrow
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1
  const along = (from: Point, far: number): Point => ({ x: from.x + (b.x - a.x) / length * far, y: from.y + (b.y - a.y) / length * far })
  const [start, end] = [along(a, a.ring + 48), along(b, -(b.ring + 48))]
  const [x, y] = [(start.x + end.x) / 2, (start.y + end.y) / 2]
  const cut = isCut(world, primary, secondary)
  const toggle = (): void => { toggleLink(world, primary, secondary) }
  const hovered = useSignal(false)
  const words = `${kind === 'dr' ? 'DR' : 'performance'}: ${lag === null ? state : lag === 0 ? 'in sync' : `${lag} behind`}`
  return (
    <g
      class={`arrow ${connected && !cut ? 'up' : 'down'}${lag !== null && lag > 0 ? ' lagging' : ''}`} role='button' tabindex={0} data-arrow={`${primary}-${secondary}`} data-lag={lag}
      aria-label={`${kind} replication from ${primary} to ${secondary}: ${words}. ${cut ? 'Mend' : 'Cut'} the link`}
      onClick={toggle} onKeyDown={pressed(toggle)} onPointerEnter={() => { hovered.value = true }} onPointerLeave={() => { hovered.value = false }}
    >
      <line x1={start.x} y1={start.y} x2={end.x} y2={end.y} marker-end='url(#arrow)' />
      {connected && !cut && <line class='beat' x1={start.x} y1={start.y} x2={end.x} y2={end.y} />}
      <rect x={x - 62} y={y - 32} width='124' height='44' rx='10' />
      <text class='facts' x={x} y={y - 14}>{words}</text>
      <text class='facts' x={x} y={y + 3}>{hovered.value ? cut ? 'click to mend ✚' : 'click to cut ✂' : cut ? '✂ cut' : state}</text>
    </g>
  )
}

/** As a button: Enter and the space bar. */
function pressed (act: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    act()
  }
}
