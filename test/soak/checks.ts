// What must be so whenever all is quiet.
import { field, PATIENT_MS, until, type Clusters } from './clusters.js'
import { NOMAD_KEY, valueAt } from './load.js'
import type { Model } from './model.js'

/** elections and unsealing take a while, in scaled time; the machine may be busy */
const QUIET_WITHIN_MS = 120_000
const SUFFICES = new Set([200, 429, 472, 473])

/** undefined: every node is up and open, every cluster has an active node. */
export async function unrest (clusters: Clusters): Promise<string | undefined> {
  let wrong = ''
  const quiet = await until(async () => {
    wrong = await upset(clusters)
    return wrong === ''
  }, QUIET_WITHIN_MS)
  return quiet ? undefined : wrong
}

async function upset (clusters: Clusters): Promise<string> {
  for (const { url, name } of clusters.nodes) {
    const { status } = await clusters.ask(`${url}/v1/sys/health`, 'GET', undefined, PATIENT_MS)
    if (!SUFFICES.has(status)) return `${name} answers sys/health ${status}`
  }
  for (const cluster of new Set(clusters.nodes.map((node) => node.cluster))) {
    if (await clusters.active(cluster) === undefined) return `${cluster} has no active node`
  }
  const { status } = await clusters.ask(`${clusters.nomad[0]}/v1/status/leader`, 'GET', undefined, PATIENT_MS)
  return status === 200 ? '' : `Nomad has no leader (${status})`
}

/** Every key that a client wrote, read at the primary and at the secondary. */
export async function * lostWrites (
  clusters: Clusters,
  model: Model,
  nomad: Model
): AsyncGenerator<string | undefined> {
  for (const cluster of ['primary', 'secondary']) {
    const { url } = (await clusters.active(cluster)) ?? clusters.of(cluster)[0]!
    const before = model.copy()
    for (const key of model.keys) {
      const read = await valueAt(clusters, url, key)
      if ('unread' in read) yield `${cluster}: ${key} cannot be read: ${read.unread}`
      else if (cluster === 'primary') yield lost(cluster, model.wrongWith(key, read.value))
      else yield lost(cluster, before.wrongWith(key, read.value))
    }
  }
  const { json } = await clusters.ask(`${clusters.nomad[0]}/v1/operator/autopilot/configuration`, 'GET', undefined, PATIENT_MS)
  if (nomad.keys.length > 0) yield lost('Nomad', nomad.wrongWith(NOMAD_KEY, String(field(json, NOMAD_KEY))))
}

function lost (cluster: string, wrong: string | undefined): string | undefined {
  return wrong === undefined ? undefined : `${cluster}: ${wrong}`
}

const PAIRS = [['primary', 'secondary', 'performance'], ['primary', 'primary-dr', 'dr'], ['secondary', 'secondary-dr', 'dr']] as const

/** Pairs whose merkle roots stay apart, and how. */
export async function differingRoots (clusters: Clusters): Promise<string[]> {
  const differing = []
  for (const [from, to, kind] of PAIRS) {
    let roots: unknown[] = []
    const same = await until(async () => {
      roots = await Promise.all([from, to].map(async (cluster) => {
        const { url } = (await clusters.active(cluster)) ?? clusters.of(cluster)[0]!
        return field((await clusters.ask(`${url}/v1/sys/replication/status`, 'GET', undefined, PATIENT_MS)).json, 'data', kind, 'merkle_root')
      }))
      return roots[0] !== undefined && roots[0] === roots[1]
    }, QUIET_WITHIN_MS)
    if (!same) differing.push(`${kind} roots of ${from} and ${to}: ${roots.join(', ')}`)
  }
  return differing
}
