// Whether the raft groups of a saved world can be: what always holds of a group must hold of them, too.
import { isInRaft } from '../cluster/node.js'
import type { FormProblem } from '../json/form-problems.js'
import { brokenInvariant, type Group } from '../raft/invariants.js'
import type { WorldState } from './world-state.js'

/** What is wrong with the groups and with who follows in them. */
export function groupProblems ({ nodes, clusters, nomad, network }: WorldState): FormProblem[] {
  const vault = clusters.flatMap(({ key, raft }, index) => {
    const isUp = (id: string): boolean => nodes.some((node) => node.cluster === key && node.id === id && isInRaft(node))
    return problemsOf({ ...raft, isUp }, `/clusters/${index}/raft`)
  })
  const views = nodes.flatMap(({ id, cluster, view }, index) => {
    const follows = clusters.find(({ key }) => key === cluster)?.raft.peers.get(id)?.inContact === true
    return view === undefined || !follows ? [] : [problem(`/nodes/${index}/view`, 'none of a node that follows the leader')]
  })
  if (nomad === undefined) return [...vault, ...views]
  const isUp = (id: string): boolean => nomad.servers.some((server) => {
    return server.id === id && server.process === 'running' && !network.down.includes(`nomad/${server.name}`)
  })
  return [...vault, ...views, ...problemsOf({ ...nomad.raft, isUp }, '/nomad/raft')]
}

function problemsOf (group: Group, path: string): FormProblem[] {
  const broken = brokenInvariant(group)
  return broken === undefined ? [] : [problem(path, `that ${broken}`)]
}

function problem (path: string, expected: string): FormProblem {
  return { path, expected, found: 'another' }
}
