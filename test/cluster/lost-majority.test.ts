// What falls due while a leader has lost its majority and does not know yet: nothing can be written, and nothing is
// thrown.
import t, { type Test } from 'tap'
import { createCluster, type RunningCluster } from '../../src/index.js'

const INTERVAL_MS = 60_000

interface Losing {
  readonly cluster: RunningCluster
  readonly post: (path: string, body: object) => Promise<void>
  readonly loseMajority: () => void
}

/**
 * Three voters in time that stands still, the leader's requests, and the other two killed just before the minute is
 * over.
 */
async function losing (t: Test): Promise<Losing> {
  const cluster = await createCluster({ nodes: 3, seed: 1, time: 'manual', nomad: false })
  t.teardown(() => cluster.close())
  const { world, controls, leader } = cluster
  const post = async (path: string, body: object): Promise<void> => {
    const headers = { 'X-Vault-Token': 'root' }
    const { ok } = await fetch(`${leader?.url}/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    t.ok(ok)
  }
  const loseMajority = (): void => {
    world.timeline.advance(INTERVAL_MS - 1)
    for (const node of world.nodes) if (node !== leader?.node) controls.nodes.kill(node.id)
    t.equal(cluster.leader, leader)
  }
  return { cluster, post, loseMajority }
}

t.test('a token runs out once the majority is back', async (t) => {
  const { cluster: { world, controls }, post, loseMajority } = await losing(t)
  const isThere = (): boolean => [...world.nodes[0]?.cluster.storage.paths('') ?? []].some((path) => path.includes('short-lived'))
  await post('auth/token/create', { id: 'short-lived', ttl: '60s' })
  loseMajority()
  world.timeline.advance(2)
  t.ok(isThere())
  for (const { id } of world.nodes.slice(1)) controls.nodes.start(id, { unseal: true })
  world.timeline.advance(60_000)
  t.notOk(isThere())
})

t.test('an automated snapshot is left out', async (t) => {
  const { cluster: { world }, post, loseMajority } = await losing(t)
  await post('sys/storage/raft/snapshot-auto/config/daily', { interval: '60s', storage_type: 'aws-s3', aws_s3_bucket: 'b', aws_s3_region: 'r', path_prefix: 'p' })
  loseMajority()
  t.doesNotThrow(() => { world.timeline.advance(2) })
  t.equal(world.nodes[0]?.cluster.keptSnapshots.size, 0)
})
