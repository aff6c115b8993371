// Listeners that follow their nodes, in a world with controls: somewhere the controls must stay within reach.
import type { Node } from './cluster/node.js'
import { worldOf } from './control/names.js'
import type { Listener, ListenerBehaviour } from './http/listeners.js'
import type { World } from './world.js'

const listenersOf = new WeakMap<World, Map<Node, Listener>>()

/** Lets a listener refuse connections while its node is stopped, unless it is the last that serves the controls. */
export function followNode (node: Node, listener: Listener): void {
  const world = worldOf(node)
  const listeners = listenersOf.get(world) ?? new Map<Node, Listener>()
  listenersOf.set(world, listeners.set(node, listener))
  node.onProcessChange = () => { arrange(listeners) }
}

/** Resolves once the world's listeners are open or shut as its nodes are. */
export async function listenersSettled (world: World): Promise<void> {
  const listeners = [...listenersOf.get(world)?.values() ?? []]
  await Promise.all(listeners.map(({ settled }) => settled))
}

/** A paused node's door holds its requests back by itself; the controls are served all the same. */
function arrange (listeners: ReadonlyMap<Node, Listener>): void {
  const nodes = [...listeners.keys()]
  const keeper = nodes.find(({ process }) => process !== 'stopped') ?? nodes.find((node) => listeners.get(node)?.behaviour === 'serving') ?? nodes[0]
  for (const [node, listener] of listeners) {
    const behaviour: ListenerBehaviour = node.process === 'stopped' && node !== keeper ? 'refusing' : 'serving'
    if (listener.behaviour !== behaviour) listener.setBehaviour(behaviour)
  }
}
