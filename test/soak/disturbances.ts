// What goes wrong while the clients work, and how it is put right again.
import type { Dice } from '../hostile/dice.js'
import type { ClusterNode, Clusters } from './clusters.js'

type Disturb = (clusters: Clusters, dice: Dice, node: ClusterNode) => Promise<unknown>

const PAUSE_MS = 250
const EFFECTS = [
  { latency: 30 }, { status: 503 }, { diskFull: true }, { reset: 'after-headers' }, { reset: 'before-headers' }, { truncate: 5 }, { hang: true }, { rateLimited: { limit: 1, resetSeconds: 1 } }
]

function atNode (action: string, body?: unknown): Disturb {
  return async (clusters, _dice, { name }) => await clusters.steer('POST', `nodes/${name}/${action}`, body)
}

function atServer (action: string): Disturb {
  return async (clusters, dice) => {
    const { json } = await clusters.steer('GET', 'nomad/servers')
    const ids = [...JSON.stringify(json ?? {}).matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id!)
    if (ids.length > 0) await clusters.steer('POST', `nomad/servers/${encodeURIComponent(dice.pick(ids))}/${action}`)
  }
}

const DISTURBANCES: Readonly<Record<string, Disturb>> = {
  kill: atNode('kill'),
  start: atNode('start', { unseal: true }),
  restart: atNode('restart', { unseal: true }),
  pause: atNode('pause'),
  resume: atNode('resume'),
  seal: atNode('seal'),
  unseal: atNode('unseal'),
  elect: atNode('elect'),
  'step down': async (clusters, _dice, { url }) => await clusters.ask(`${url}/v1/sys/step-down`, 'PUT'),
  'cut a node off': async (clusters, dice, { name, cluster }) =>
    await clusters.steer('POST', 'links/cut', { from: name.replace(':', '/'), to: cluster, oneWay: dice.chance(0.3) }),
  'cut clusters': async (clusters, dice) =>
    await clusters.steer('POST', 'links/cut', { from: 'primary', to: dice.pick(['secondary', 'primary-dr']), oneWay: dice.chance(0.3) }),
  heal: async (clusters) => await clusters.steer('POST', 'links/heal', {}),
  rule: async (clusters, dice) => await clusters.steer('POST', 'faults', {
    match: { path: dice.pick(['kv/**', 'secret/**', '**']), probability: 0.2 }, effect: dice.pick(EFFECTS), times: 1 + dice.below(20)
  }),
  'no rules': async (clusters) => await clusters.steer('DELETE', 'faults'),
  'Nomad: kill': atServer('kill'),
  'Nomad: start': atServer('start'),
  'Nomad: pause': atServer('pause'),
  'Nomad: resume': atServer('resume'),
  'Nomad: elect': atServer('elect')
}

/** One after the other until it may not go on. */
export async function disturb (
  clusters: Clusters,
  dice: Dice,
  count: (name: string, node: ClusterNode) => void,
  mayGoOn: () => boolean
): Promise<void> {
  while (mayGoOn()) {
    const [name, act] = dice.pick(Object.entries(DISTURBANCES))
    const node = dice.pick(clusters.nodes)
    count(name, node)
    await act(clusters, dice, node)
    await new Promise((resolve) => setTimeout(resolve, dice.below(PAUSE_MS)))
  }
}

/** Everything that can be put right is. */
export async function repair (clusters: Clusters): Promise<void> {
  await clusters.steer('DELETE', 'faults')
  await clusters.steer('POST', 'links/heal', {})
  for (const { name } of clusters.nodes) {
    for (const [action, body] of [['resume'], ['start', { unseal: true }], ['unseal']] as const) {
      await clusters.steer('POST', `nodes/${name}/${action}`, body)
    }
  }
  const { json } = await clusters.steer('GET', 'nomad/servers')
  for (const [, id] of JSON.stringify(json ?? null).matchAll(/"id":"([^"]+)"/g)) {
    for (const action of ['resume', 'start']) await clusters.steer('POST', `nomad/servers/${encodeURIComponent(id!)}/${action}`)
  }
}
