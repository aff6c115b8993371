// Comparing all that a primary has with what is here: in turns, and what comes out is the difference alone.
import t, { type Test } from 'tap'
import type { Cluster } from '../../src/cluster/cluster.js'
import { createCluster, createServer } from '../../src/index.js'
import type { Change } from '../../src/replication/change.js'
import { compared } from '../../src/replication/comparing.js'
import type { FollowAnswer } from '../../src/replication/messages.js'
import { call, inSync, replicate, until, type Running } from './processes.js'

const PREFIX = 'replicated/much/'
const KILOBYTE = 'x'.repeat(1000)
/** More than one turn's worth on any machine. */
const MANY = 30_000

function answerWith (changes: readonly Change[]): FollowAnswer {
  const none = { nodes: [], alternateApiAddrs: [], alternateClusterAddrs: [], linkAddrs: [] }
  const names = { primaryId: '', primaryName: '', primaryClusterAddr: '' }
  return { everything: true, changes, epoch: 'e', position: 0, wal: 0, lastWal: 0, root: '', ...names, ...none }
}

function muchData (t: Test): Cluster {
  const server = createServer({ seed: 1 })
  t.teardown(() => server.close())
  const [cluster] = server.world.clusters.values()
  if (cluster === undefined) throw new Error('no cluster')
  cluster.storage.deleteAll('replicated/')
  for (let i = 0; i < MANY; i++) cluster.storage.put(`${PREFIX}${i}`, { text: `${KILOBYTE}${i}` })
  return cluster
}

t.test('what is the same on both sides goes, what is too much is gone, and others have their turn', async (t) => {
  const cluster = muchData(t)
  const theirs = Array.from({ length: MANY }, (_, i): Change => {
    return [`${PREFIX}${i}`, 'value', i === 7 ? 'other' : { text: `${KILOBYTE}${i}` }]
  })
  const state = { turns: 0, over: false }
  const look = (): void => {
    state.turns++
    if (!state.over) setImmediate(look)
  }
  setImmediate(look)
  const { changes } = await compared(cluster, 'performance', answerWith([...theirs.slice(1), [`${PREFIX}new`, 'value', 1]]))
  state.over = true
  t.same(changes.filter(([path]) => path.startsWith(PREFIX)), [
    [`${PREFIX}0`, 'gone', null], [`${PREFIX}7`, 'value', 'other'], [`${PREFIX}new`, 'value', 1]
  ])
  t.ok(state.turns > 1)
})

t.test('what is no comparison stays as it is', async (t) => {
  const answer = { ...answerWith([[`${PREFIX}7`, 'value', 'other']]), everything: false }
  t.equal(await compared(muchData(t), 'performance', answer), answer)
})

t.test('who was away for longer than the primary remembers has the same data afterwards', async (t) => {
  const [east, west] = await Promise.all([createCluster({ logshipperBufferLength: 5 }), createCluster()])
  t.teardown(async () => { await Promise.all([east.close(), west.close()]) })
  const [eastUrl, westUrl] = [east, west].map(({ nodes: [node] }) => ({ url: node?.url }) as Running)
  t.equal((await replicate(eastUrl!, westUrl!, 'dr')).status, 200)
  const write = async (name: string): Promise<void> => { await call(eastUrl!, 'POST', `secret/data/${name}`, { data: { name } }) }
  for (const name of ['stays', 'goes', 'changes']) await write(name)
  t.ok(await until(async () => await inSync(eastUrl!, westUrl!, 'dr')))
  const steer = async (path: string, body: object): Promise<void> => {
    await fetch(`${eastUrl!.url}/_mock/${path}`, { method: 'POST', body: JSON.stringify(body) })
  }
  await steer('links/cut', { from: 'vault', to: 'west' })
  await call(eastUrl!, 'DELETE', 'secret/metadata/goes')
  await call(eastUrl!, 'POST', 'secret/data/changes', { data: { name: 'new' } })
  for (let i = 0; i < 20; i++) await write(`meanwhile${i}`)
  await steer('links/heal', {})
  t.ok(await until(async () => await inSync(eastUrl!, westUrl!, 'dr')), 'compared')
})
