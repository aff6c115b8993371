// The listeners of a world with controls: they follow their nodes, but somewhere the controls must stay within reach.
import type { Node } from '../cluster/node.js'
import type { Listener, ListenerBehaviour } from '../http/listeners.js'

export class NodeListeners {
  readonly #listeners = new Map<Node, Listener>()

  /** Lets a listener refuse connections while its node is stopped, unless it is the last that serves the controls. */
  follow (node: Node, listener: Listener): void {
    this.#listeners.set(node, listener)
    node.onProcessChange = () => { this.#arrange() }
  }

  /** Resolves once all are open or shut as their nodes are. */
  async settled (): Promise<void> {
    await Promise.all([...this.#listeners.values()].map(({ settled }) => settled))
  }

  /** A paused node holds its requests back by itself; the controls are served all the same. */
  #arrange (): void {
    const keeper = this.#keeper()
    for (const [node, listener] of this.#listeners) {
      const behaviour: ListenerBehaviour = node.process === 'stopped' && node !== keeper ? 'refusing' : 'serving'
      if (listener.behaviour !== behaviour) listener.setBehaviour(behaviour)
    }
  }

  #keeper (): Node | undefined {
    const nodes = [...this.#listeners.keys()]
    return nodes.find(({ process }) => process !== 'stopped') ??
      nodes.find((node) => this.#listeners.get(node)?.behaviour === 'serving') ?? nodes[0]
  }
}
