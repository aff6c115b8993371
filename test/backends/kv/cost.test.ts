import t from 'tap'
import { kvV2 } from '../../../src/backends/kv/version-2.js'
import { newMetadata } from '../../../src/backends/kv/stored-versions.js'
import { mountPrefix } from '../../../src/vault/mounts/mounts.js'
import { Bench } from '../../call.js'

/** The best of some runs, so that a busy machine does no harm. */
function bestMs (work: () => unknown): number {
  const times = Array.from({ length: 7 }, () => {
    const start = performance.now()
    work()
    return performance.now() - start
  })
  return Math.min(...times)
}

t.test('among 100,000 secrets a list costs its answer and a read next to nothing', async (t) => {
  const kv = new Bench(kvV2)
  const prefix = mountPrefix(kv.mount)
  const metadata = { ...newMetadata(0), currentVersion: 1 }
  const version = { createdAtMs: 0, deletionAtMs: 0, destroyed: false }
  for (let i = 0; i < 100_000; i++) {
    const path = i % 2 === 0 ? `top/deep/s${i}` : `s${i % 1000}/x${i}`
    kv.storage.put(`${prefix}m/${path}`, metadata)
    kv.storage.put(`${prefix}v/${path}/1`, { ...version, data: { x: i } })
  }
  t.same(kv.data('list', 'metadata/top/'), { keys: ['deep/'] })
  t.ok(bestMs(() => kv.run('list', 'metadata/top/')) < 1, 'a folder with one child that holds 50,000')
  t.ok(bestMs(() => kv.run('read', 'data/top/deep/s5000')) < 0.5)
  t.ok(bestMs(() => kv.run('update', 'data/top/deep/s5000', { data: { y: 1 } })) < 1)
})

t.test('a write costs the same however many versions there are', async (t) => {
  const kv = new Bench(kvV2)
  kv.run('update', 'metadata/a', { max_versions: 10_000 })
  for (let i = 1; i <= 5000; i++) kv.run('update', 'data/a', { data: { i } })
  t.ok(bestMs(() => kv.run('update', 'data/a', { data: { i: 0 } })) < 1)
  t.match(kv.data('read', 'data/a', { version: 17 }), { data: { i: 17 } })
  t.equal(Object.keys((kv.data('read', 'metadata/a') as { versions: object }).versions).length, 5007)
})
