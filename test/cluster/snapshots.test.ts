// Snapshots of much data: taken and restored in turns, of one instant and at once all the same.
import t from 'tap'
import { restoreSnapshot, takeSnapshot } from '../../src/cluster/snapshots.js'
import type { Cluster } from '../../src/cluster/cluster.js'
import { createServer } from '../../src/index.js'

const PATH = 'replicated/much/'
const TEN_KILOBYTES = 'x'.repeat(10_000)

function muchData (): Cluster {
  const [cluster] = createServer({ seed: 1 }).world.clusters.values()
  if (cluster === undefined) throw new Error('no cluster')
  for (let i = 0; i < 2000; i++) cluster.storage.put(`${PATH}${i}`, `${TEN_KILOBYTES}${i}`)
  return cluster
}

async function bytesOf (archive: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = []
  for await (const piece of archive) pieces.push(piece)
  return pieces
}

async function * upload (pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> { yield * pieces }

/** How often others had their turn while something went on. */
async function turnsDuring (action: Promise<unknown>): Promise<number> {
  const state = { turns: 0, over: false }
  const look = (): void => {
    state.turns++
    if (!state.over) setImmediate(look)
  }
  setImmediate(look)
  await action
  state.over = true
  return state.turns
}

t.test('others have their turn while a snapshot is taken', async (t) => {
  t.ok(await turnsDuring(bytesOf(takeSnapshot(muchData()))) > 1)
})

t.test('a snapshot is of the instant in which it was asked for', async (t) => {
  const cluster = muchData()
  const archive = takeSnapshot(cluster)
  cluster.storage.put(`${PATH}0`, 'before the first byte')
  const pieces: Uint8Array[] = []
  for await (const piece of archive) {
    if (pieces.length === 20) cluster.storage.put(`${PATH}1999`, 'between two bytes')
    pieces.push(piece)
  }
  t.equal(cluster.storage.get(`${PATH}1999`), 'between two bytes')
  await restoreSnapshot(cluster, upload(pieces), { force: false })
  t.equal(cluster.storage.get(`${PATH}0`), `${TEN_KILOBYTES}0`)
  t.equal(cluster.storage.get(`${PATH}1999`), `${TEN_KILOBYTES}1999`)
})

t.test('until a restore is over everybody sees what was there before; then all is there at once', async (t) => {
  const cluster = muchData()
  const pieces = await bytesOf(takeSnapshot(cluster))
  for (const i of [0, 1999]) cluster.storage.put(`${PATH}${i}`, 'newer')
  const seen = new Set<string>()
  const state = { over: false }
  const look = (): void => {
    seen.add([0, 1999].map((i) => cluster.storage.get(`${PATH}${i}`) === 'newer' ? 'newer' : 'restored').join())
    if (!state.over) setImmediate(look)
  }
  setImmediate(look)
  await restoreSnapshot(cluster, upload(pieces), { force: false })
  state.over = true
  look()
  t.same([...seen], ['newer,newer', 'restored,restored'])
})

t.test('the root of restored data is the one that it had', async (t) => {
  const cluster = muchData()
  const root = cluster.storage.root('replicated')
  const pieces = await bytesOf(takeSnapshot(cluster))
  cluster.storage.deleteAll(PATH)
  await restoreSnapshot(cluster, upload(pieces), { force: false })
  t.equal(cluster.storage.root('replicated'), root)
})
