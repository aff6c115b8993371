// Giving up leadership on request.
import type { Node } from './node.js'

/**
 * The active node steps down and sits out; another voter takes over. The only voter leads again.
 *
 * @see `sys/step-down`
 */
export function stepDown (node: Node, sitsOutMs: number): void {
  if (!node.isActive) return
  node.change({ activeSinceAtMs: 0 })
  node.cluster.raft.stepDown(sitsOutMs)
}
