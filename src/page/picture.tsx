// The world as a picture: clusters as rings of nodes, what they say to each other, and what is cut.
import { useRef } from 'preact/hooks'
import type { NodeOverview } from '../control/overview.js'
import { Arrows } from './arrows.js'
import { ClusterName } from './cluster-name.js'
import { CutsBetween, InnerCuts } from './cuts.js'
import { drag, toggleLink, type Drag } from './gestures.js'
import { FEW, layoutOf, type PlacedCluster, type Point } from './layout.js'
import { seen, type Seen } from './live.js'
import { NodeMark } from './node-mark.js'
import { freshElection } from './votes.js'

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
          <marker
            id='arrow' viewBox='0 0 10 10' refX='9' refY='5' markerWidth='7' markerHeight='7'
            orient='auto-start-reverse'
          >
            <path d='M0 0 10 5 0 10z' fill='context-stroke' />
          </marker>
        </defs>
        <Arrows world={world} layout={layout} />
        {layout.clusters.map((placed) => <ClusterRing key={placed.cluster.key} placed={placed} world={world} />)}
        <CutsBetween world={world} layout={layout} />
        {drag.value !== undefined && <DragLine drag={drag.value} />}
      </svg>
      <p class='hint'>
        Drag from one node to another, or from one cluster’s name to another, to cut the link or mend it.
        Choose one for all it can do.
      </p>
    </div>
  )
}

function DragLine ({ drag: { start, at } }: { readonly drag: Drag }) {
  return <line class='drag' x1={start.x} y1={start.y} x2={at.x} y2={at.y} />
}

function pointIn (svg: SVGSVGElement | null, { clientX, clientY }: PointerEvent): Point | undefined {
  const matrix = svg?.getScreenCTM()
  if (matrix == null) return undefined
  const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse())
  return { x, y }
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
        const voted = election?.grantedBy.includes(node.id) === true
        return <LinkLine key={node.id} from={leaderAt} to={at} node={node} voted={voted} />
      })}
      <InnerCuts placed={placed} world={world} />
      <ClusterName placed={placed} world={world} />
      {cluster.nodes.map((node, i) => {
        const at = nodes[i]
        return at && <NodeMark key={node.id} node={node} at={at} size={size} cluster={cluster} world={world} />
      })}
    </g>
  )
}

interface LinkLineProps {
  readonly from: Point
  readonly to: Point
  readonly node: NodeOverview
  readonly voted: boolean
}

/** Heartbeats of the leader; just after an election, the vote. */
function LinkLine ({ from, to, node, voted }: LinkLineProps) {
  const follows = !node.cutOff && !node.sealed
  return (
    <g class={`link${follows ? '' : ' silent'}${voted ? ' vote' : ''}`}>
      <line x1={from.x} y1={from.y} x2={to.x} y2={to.y} />
      {follows && <line class='beat' x1={from.x} y1={from.y} x2={to.x} y2={to.y} />}
    </g>
  )
}
