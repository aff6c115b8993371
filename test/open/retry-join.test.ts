// `retry_join`: nodes that are not initialized try to join when they start, again and again.
import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { createServer, openWorld, type OpenOptions, type RunningWorld } from '../../src/index.js'
import { saveWorld } from '../../src/testing.js'

const RETRY_MS = 2000

interface Steered extends RunningWorld {
  /** initializes and unseals the first node */
  readonly begin: () => Promise<void>
  /** moves on by so long, and lets what has begun end */
  readonly pass: (ms: number) => Promise<void>
  /** ids of the nodes that wait for their keys to join */
  readonly joining: () => string[]
}

/** Fresh nodes that find the first one. */
async function openFresh (t: Test, options: OpenOptions = {}): Promise<Steered> {
  const opened = await openWorld({
    nomad: false,
    nodes: 3,
    time: 'manual',
    retryJoin: [{ autoJoin: 'provider=mock tag_key=raft_0', autoJoinScheme: 'http' }],
    ...options,
    fixture: 'uninitialized'
  })
  t.teardown(opened.close)
  const put = async (path: string, body: object): Promise<any> => {
    const answer = await fetch(`${opened.nodes[0]?.url}/v1/sys/${path}`, { method: 'PUT', body: JSON.stringify(body) })
    return await answer.json()
  }
  return {
    ...opened,
    async begin () {
      const { keys } = await put('init', { secret_shares: 1, secret_threshold: 1 })
      await put('unseal', { key: keys[0] })
    },
    async pass (ms) {
      opened.controls.time.advance(ms)
      await setImmediate()
    },
    joining: () => opened.world.nodes.filter(({ joinPending }) => joinPending).map(({ id }) => id)
  }
}

t.test('nodes join once the one that they were told of leads', async (t) => {
  const { begin, pass, joining } = await openFresh(t)
  await pass(RETRY_MS)
  t.same(joining(), [])
  await begin()
  await pass(RETRY_MS)
  t.same(joining(), ['raft_1', 'raft_2'])
})

t.test('of several addresses one that leads is enough', async (t) => {
  const { begin, pass, joining } = await openFresh(t, {
    apiAddr: ['http://one.test:8200', 'http://two.test:8200', 'http://three.test:8200'],
    retryJoin: ['three', 'two', 'one'].map((name) => ({ leaderApiAddr: `http://${name}.test:8200` }))
  })
  await begin()
  await pass(RETRY_MS)
  t.same(joining(), ['raft_1', 'raft_2'])
})

t.test('a joiner may be told to be no voter', async (t) => {
  const { begin, pass, world } = await openFresh(t, {
    retryJoin: [{ autoJoin: 'provider=mock', autoJoinScheme: 'http', nonVoter: true }]
  })
  await begin()
  await pass(RETRY_MS)
  t.equal(world.node('vault', 'raft_1')?.nonVoter, true)
})

t.test('a node that is stopped does not join before it starts', async (t) => {
  const { begin, pass, joining, controls } = await openFresh(t)
  controls.nodes.kill('raft_2')
  await begin()
  await pass(2 * RETRY_MS)
  t.same(joining(), ['raft_1'])
  controls.nodes.start('raft_2')
  await pass(RETRY_MS)
  t.same(joining(), ['raft_1', 'raft_2'])
})

t.test('a node that was wiped joins again', async (t) => {
  const { begin, pass, joining, controls } = await openFresh(t)
  await begin()
  await pass(RETRY_MS)
  controls.nodes.unseal('raft_1')
  t.same(joining(), ['raft_2'])
  controls.nodes.wipe('raft_1')
  t.same(joining(), ['raft_2'])
  await pass(RETRY_MS)
  t.same(joining(), ['raft_1', 'raft_2'])
})

t.test('where raft only elects the leader nobody is joined', async (t) => {
  const { world } = await openFresh(t, { raft: 'ha_storage' })
  t.same(world.timeline.pending().filter(({ kind }) => kind === 'join.retry'), [])
})

t.test('a saved world goes on trying', async (t) => {
  const { world } = await openFresh(t)
  const loaded = createServer({ state: saveWorld(world), time: 'manual', nomad: false })
  t.teardown(loaded.close)
  t.same(loaded.world.configured, world.configured)
  t.same(loaded.world.timeline.pending(), world.timeline.pending())
})
