// Whether a scenario can be played at the servers that were named, and if not, why.
import type { Stage } from './player.js'
import { CHANGES, type Scenario } from './scenario.js'
import { jsonIn, send, type Trust } from './send.js'

/** The servers that were named and what may be done to them. */
export interface Target {
  /** nodes of one cluster, or to become one; without a slash at their ends */
  readonly nodes: readonly string[]
  /** a node of a second cluster, for replication */
  readonly secondary?: string
  /** a server of a Nomad region */
  readonly nomad?: string
  readonly token?: string
  readonly nomadToken?: string
  readonly mayChange: boolean
  readonly trust?: Trust
  /** brings all of them back to their beginning */
  readonly renew?: () => Promise<void>
}

export type Readiness = { readonly stage: Stage } | { readonly reason: string }

/** @throws {Error} where a node does not answer at all */
export async function stageFor (scenario: Scenario, target: Target): Promise<Readiness> {
  const { mayChange, trust } = target
  if (scenario.server === 'nomad') {
    if (target.nomad === undefined) return { reason: 'no Nomad server was named (--nomad-url)' }
    return { stage: { nodes: [target.nomad], token: target.nomadToken, fresh: false, mayChange, trust } }
  }
  if (scenario.start !== 'running' && !mayChange) return { reason: CHANGES }
  const nodes = nodesFor(scenario, target)
  const wanted = scenario.nodes ?? 1
  if (scenario.start !== 'running' && nodes.length < wanted) return { reason: `it wants ${nodesInWords(scenario)}` }
  const states = await Promise.all(nodes.map((node) => stateOf(node, trust)))
  if (scenario.highAvailabilityOnly && states[0]?.storageType === 'raft') {
    return { reason: 'it wants raft for ha_storage alone' }
  }
  return stageAt(scenario, target, nodes, states.every(({ initialized }) => !initialized))
}

function stageAt (scenario: Scenario, target: Target, nodes: readonly string[], fresh: boolean): Readiness {
  const { token, mayChange, trust } = target
  if (scenario.start === 'uninitialized' && !fresh) {
    const way = 'start the server anew (--fresh-nodes COMMAND does it between scenarios)'
    return { reason: `it wants ${nodesInWords(scenario)}: ${way}` }
  }
  if (scenario.start === 'active' && !fresh && token === undefined) {
    return { reason: 'the server is initialised: it wants a root token (--token), or a fresh node' }
  }
  return { stage: { nodes, fresh, mayChange, trust, token: fresh ? undefined : token } }
}

function nodesFor (scenario: Scenario, { nodes, secondary }: Target): readonly string[] {
  if (!scenario.apart) return nodes.slice(0, scenario.nodes ?? 1)
  return [...nodes.slice(0, 1), ...(secondary === undefined ? [] : [secondary])]
}

function nodesInWords ({ start, nodes = 1, apart }: Scenario): string {
  const kind = start === 'uninitialized' ? 'fresh, uninitialised ' : ''
  if (apart) return `two ${kind}clusters (--secondary-url)`
  return nodes === 1 ? `a ${kind}node` : `${nodes} ${kind}nodes`
}

interface NodeState {
  readonly initialized: boolean
  readonly storageType: string | undefined
}

async function stateOf (node: string, trust: Trust | undefined): Promise<NodeState> {
  const { status, raw } = await send(node, '/v1/sys/seal-status', {}, trust)
  const answer = jsonIn<{ initialized?: boolean, storage_type?: string }>(raw)
  if (status !== 200 || answer?.initialized === undefined) {
    throw new Error(`${node} does not answer as Vault does: ${status} to sys/seal-status`)
  }
  return { initialized: answer.initialized, storageType: answer.storage_type }
}
