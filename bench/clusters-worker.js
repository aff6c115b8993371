// Worlds made in a process of its own, whose memory is its answer. Sends rows of figures to whoever started it.
import { performance } from 'node:perf_hooks'
import { createCluster, createServer } from '../dist/index.js'
import { median } from './load.js'

const MIB = 2 ** 20
const figures = (name, rest) => process.send({ name, ...rest })

async function timed (action) {
  const beganAtMs = performance.now()
  const result = await action()
  return { result, tookMs: performance.now() - beganAtMs }
}

const times = []
for (let round = 0; round < 8; round++) {
  const { result, tookMs } = await timed(() => createCluster({ nodes: 3 }))
  times.push(tookMs)
  await result.close()
}
const [first, ...next] = times
figures('createCluster({ nodes: 3 }), the first', { ms: first })
figures('createCluster({ nodes: 3 }), the next', { ms: median(next) })
figures('createServer(), each of a hundred', {
  ms: (await timed(async () => { for (let i = 0; i < 100; i++) await createServer().close() })).tookMs / 100
})
const { result: made, tookMs } = await timed(() => {
  const clusters = Array.from({ length: 100 }, (_, i) => [`c${i}`, { nodes: 10 }])
  return createServer({ clusters: Object.fromEntries(clusters) })
})
figures('1,000 nodes in 100 clusters', { ms: tookMs, 'memory, MiB': process.memoryUsage().rss / MIB, nodes: made.world.nodes.length })
await made.close()
process.disconnect()
