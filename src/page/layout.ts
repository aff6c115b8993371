// Where clusters and nodes stand in the picture: nodes on a ring, clusters in rows.
import type { ClusterOverview } from '../control/overview.js'

export interface Point { readonly x: number, readonly y: number }

export interface PlacedNode extends Point {
  readonly angle: number
}

export interface PlacedCluster extends Point {
  readonly cluster: ClusterOverview
  /** of the ring on which its nodes stand */
  readonly ring: number
  /** of a node */
  readonly size: number
  readonly nodes: readonly PlacedNode[]
  /** how far it reaches around its centre, its names included */
  readonly reach: number
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly clusters: readonly PlacedCluster[]
}

const NAME_ROOM = 64
const GAP = 130
/** More of them stand closer. */
export const FEW = 12

/** @param wide how many clusters stand side by side */
export function layoutOf (clusters: readonly ClusterOverview[], wide = clusters.length > 3 ? 2 : 3): Layout {
  const sizes = clusters.map(sizeOf)
  const rows: number[][] = []
  for (const [i] of clusters.entries()) {
    const last = rows.at(-1)
    if (last === undefined || last.length === wide) rows.push([i])
    else last.push(i)
  }
  const reachOf = (i: number): number => sizes[i]?.reach ?? 0
  const widthOf = (row: readonly number[]): number => {
    return row.reduce((sum, i) => sum + 2 * reachOf(i), 0) + GAP * (row.length - 1)
  }
  const width = Math.max(320, ...rows.map(widthOf))
  const placed: PlacedCluster[] = []
  let y = 0
  for (const row of rows) {
    const height = Math.max(...row.map(reachOf)) * 2
    let x = (width - widthOf(row)) / 2
    for (const i of row) {
      const cluster = clusters[i]
      const size = sizes[i]
      if (cluster === undefined || size === undefined) continue
      const at = { x: x + size.reach, y: y + height / 2 }
      placed.push({ ...at, ...size, cluster, nodes: ringOf(at, size.ring, cluster.nodes.length) })
      x += 2 * size.reach + GAP
    }
    y += height + 40
  }
  return { width, height: Math.max(240, y - 40), clusters: placed }
}

function sizeOf ({ nodes: { length } }: ClusterOverview): { ring: number, size: number, reach: number } {
  const size = length > FEW ? 15 : 26
  const least = length > FEW ? 200 : length === 1 ? 92 : 112
  const ring = Math.max(least, length * (size * 2 + 14) / (2 * Math.PI))
  return { ring, size, reach: ring + size + NAME_ROOM }
}

/** From the top on, clockwise; two stand side by side, one at the top. */
function ringOf ({ x, y }: Point, ring: number, count: number): PlacedNode[] {
  const first = count === 2 ? Math.PI : -Math.PI / 2
  return Array.from({ length: count }, (_none, i) => {
    const angle = first + 2 * Math.PI * i / count
    return { angle, x: x + ring * Math.cos(angle), y: y + ring * Math.sin(angle) }
  })
}
