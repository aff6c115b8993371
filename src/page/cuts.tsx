// What is cut, each as a line that can be mended.
import { healCall } from './calls.js'
import { pressed } from './gestures.js'
import type { Layout, PlacedCluster, Point } from './layout.js'
import { act, type Seen } from './live.js'
import { fullName, isCut } from './selection.js'

/** Links between the nodes of one cluster. */
export function InnerCuts ({ placed, world }: { readonly placed: PlacedCluster, readonly world: Seen }) {
  const nodes = placed.cluster.nodes.map((node, i) => ({ node, at: placed.nodes[i] }))
  const pairs = nodes.flatMap((one, i) => nodes.slice(i + 1).map((other) => [one, other] as const))
  return (
    <>
      {pairs.map(([{ node, at: a }, { node: other, at: b }]) => {
        if (a === undefined || b === undefined || !isCut(world, fullName(node), fullName(other))) return null
        return <CutLine key={`${node.id} ${other.id}`} a={a} b={b} from={fullName(node)} to={fullName(other)} />
      })}
    </>
  )
}

/** Links to nodes of other clusters, and between clusters as a whole where nothing replicates. */
export function CutsBetween ({ world, layout: { clusters } }: { readonly world: Seen, readonly layout: Layout }) {
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

interface CutLineProps {
  readonly a: Point
  readonly b: Point
  readonly from: string
  readonly to: string
}

function CutLine ({ a, b, from, to }: CutLineProps) {
  const [x, y] = [(a.x + b.x) / 2, (a.y + b.y) / 2]
  const mend = (): void => { act(healCall(from, to)) }
  return (
    <g
      class='cut' role='button' tabindex={0} aria-label={`Mend the link between ${from} and ${to}`}
      onClick={mend} onKeyDown={pressed(mend)}
    >
      <line x1={a.x} y1={a.y} x2={b.x} y2={b.y} />
      <circle cx={x} cy={y} r='11' /><text x={x} y={y}>✂</text>
    </g>
  )
}
