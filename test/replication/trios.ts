// Clusters of three nodes that know each other by their sockets alone, and how an operator loses and restores them.
import type { Test } from 'tap'
import { createCluster, type RunningCluster } from '../../src/index.js'
import { activationToken, call, until, type Kind, type Server } from './processes.js'

export const BRIEFLY = 'Vault will be unavailable for a brief period and will resume service shortly.'
export const FOUND = /^Vault has successfully found secondary information/

/** Asked at its first node, as the active one. */
export interface Trio extends Server {
  readonly urls: readonly string[]
  readonly cluster: RunningCluster
}

export async function startTrio (t: Test): Promise<Trio> {
  const cluster = await createCluster({ nodes: 3, time: 'live', profile: 'vault-1.21' })
  t.teardown(() => cluster.close())
  const urls = cluster.nodes.map(({ apiAddr }) => apiAddr)
  return { url: urls[0]!, urls, key: cluster.unsealKeys[0]!, cluster }
}

/** Opens the nodes of a cluster that are sealed: those of a secondary with the primary's key. */
export async function unseal ({ urls }: Trio, key: string, t: Test): Promise<void> {
  for (const url of urls) {
    const { json: { sealed } } = await call({ url, key }, 'GET', 'sys/seal-status')
    if (sealed) t.match((await call({ url, key }, 'PUT', 'sys/unseal', { key })).json, { sealed: false })
  }
}

/** All nodes at once: nobody takes connections any more. */
export async function kill ({ url, cluster: { controls } }: Trio, t: Test): Promise<void> {
  for (const { id } of controls.nodes.list()) controls.nodes.kill(id)
  await controls.settled()
  await t.rejects(fetch(url), 'the connection is refused')
}

/** Starts what was killed, and opens it: as after a crash, with all that it had. */
export async function comeBack (trio: Trio, key: string, t: Test): Promise<void> {
  const { controls } = trio.cluster
  for (const { id } of controls.nodes.list()) controls.nodes.start(id)
  await controls.settled()
  t.match(await call(trio, 'GET', 'sys/health'), { status: 503, json: { sealed: true } })
  await unseal(trio, key, t)
  controls.nodes.elect('raft_0')
  t.ok(await until(async () => [200, 472].includes((await call(trio, 'GET', 'sys/health')).status)), 'active again')
}

/** Makes one cluster the primary of another, whose nodes are unsealed with its key. */
export async function setUp (kind: Kind, primary: Trio, secondary: Trio, id: string, t: Test): Promise<void> {
  const { mode } = (await call(primary, 'GET', `sys/replication/${kind}/status`)).json.data
  if (mode === 'disabled') t.equal((await call(primary, 'POST', `sys/replication/${kind}/primary/enable`, {})).status, 200)
  const token = await activationToken(primary, kind, id)
  const { json } = await call(secondary, 'POST', `sys/replication/${kind}/secondary/enable`, { token })
  t.match(json.warnings, [FOUND])
  await unseal(secondary, primary.key, t)
}
