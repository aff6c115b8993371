// A joiner that is not let in when it answers its challenge: it stays sealed, and may join again.
import t, { type Test } from 'tap'
import { acceptAnswer, beginJoin } from '../../src/cluster/membership.js'
import type { Node } from '../../src/cluster/node.js'
import { sealNode, unseal } from '../../src/cluster/seal.js'
import { createCluster } from '../../src/index.js'

interface Joining {
  readonly leader: Node
  readonly joiner: Node
  readonly join: () => void
  readonly advance: (ms: number) => void
}

/** An active node, and one that has given its shares and opens in a moment. */
async function joining (t: Test): Promise<Joining> {
  const cluster = await createCluster({ seed: 1, time: 'manual', nomad: false })
  t.teardown(() => cluster.close())
  const { world } = cluster
  const leader = world.nodes[0] as Node
  const joiner = world.addNode('vault', { id: 'raft_1', apiAddr: 'http://127.0.0.1:1', clusterAddr: '127.0.0.1:2' })
  const key = cluster.unsealKeys[0] as string
  const join = (): void => {
    beginJoin(joiner, leader.cluster, { nonVoter: false })
    unseal(joiner, { key, reset: false, migrate: false })
  }
  join()
  return { leader, joiner, join, advance: (ms) => { world.timeline.advance(ms) } }
}

t.test('the leader is sealed meanwhile', async (t) => {
  const { leader, joiner, advance } = await joining(t)
  sealNode(leader)
  advance(1000)
  t.ok(joiner.sealed)
})

t.test('somebody else has used up the challenge', async (t) => {
  const { leader, joiner, join, advance } = await joining(t)
  t.throws(() => { acceptAnswer(leader.cluster, { serverId: 'raft_1', answer: 'AAAA', clusterAddr: '127.0.0.1:2', nonVoter: false }) }, { message: 'invalid answer given' })
  advance(1000)
  t.ok(joiner.sealed)
  join()
  advance(1000)
  t.notOk(joiner.sealed)
})
