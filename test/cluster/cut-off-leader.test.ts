// A leader that is cut off loses its place to the majority, and what the majority acknowledges from then on stays.
import t, { type Test } from 'tap'
import { createCluster, type RunningCluster } from '../../src/index.js'

const HEADERS = { 'X-Vault-Token': 'root' }

interface Setting {
  readonly cluster: RunningCluster
  readonly write: (node: string, value: string) => Promise<number>
  /** the value as a node tells it, or the status it refuses with */
  readonly read: (node: string) => Promise<string | number>
}

async function threeNodes (t: Test): Promise<Setting> {
  const cluster = await createCluster({ nodes: 3, seed: 1, time: 'manual', nomad: false })
  t.teardown(() => cluster.close())
  const secretAt = (node: string): string => `${cluster.nodes.find(({ id }) => id === node)?.url}/v1/secret/data/x`
  return {
    cluster,
    write: async (node, value) => {
      const body = JSON.stringify({ data: { value } })
      return (await fetch(secretAt(node), { method: 'PUT', headers: HEADERS, body })).status
    },
    read: async (node) => {
      const answer = await fetch(secretAt(node), { headers: HEADERS })
      if (!answer.ok) return answer.status
      const { data } = await answer.json() as { data: { data: { value: string } } }
      return data.data.value
    }
  }
}

for (const oneWay of [false, true]) {
  const how = oneWay ? 'one way' : 'both ways'
  t.test(`what the others acknowledged is there when the links are whole again, cut ${how}`, async (t) => {
    const { cluster: { controls }, write, read } = await threeNodes(t)
    controls.links.cut('raft_0', 'vault', { oneWay })
    controls.time.advance(10_000)
    t.equal(await write('raft_2', 'kept'), 200)
    t.equal(await read('raft_1'), 'kept')
    controls.links.heal()
    for (const node of ['raft_0', 'raft_1', 'raft_2']) t.equal(await read(node), 'kept', node)
  })
}

t.test('the cut-off leader sees nothing of it until then, whoever leads', async (t) => {
  const { cluster: { world, controls }, write } = await threeNodes(t)
  await write('raft_0', 'old')
  controls.links.cut('raft_0', 'vault')
  controls.time.advance(10_000)
  await write('raft_2', 'new')
  const cutOff = world.node('vault', 'raft_0')
  const { storage } = world.node('vault', 'raft_2')!
  t.not(cutOff?.storage.root('replicated'), storage.root('replicated'))
  for (const id of ['raft_1', 'raft_2']) controls.nodes.kill(id)
  controls.time.advance(10_000)
  t.not(cutOff?.storage.root('replicated'), storage.root('replicated'), 'nobody leads')
})
