// What a request costs must not depend on how many secrets there are.
import t from 'tap'
import { vault, type Vault } from '../../vault-server.js'

const MANY = 40_000

/** Half of them below `top/deep/`, the others in a thousand folders. */
function secrets (count: number): Record<string, { x: number }> {
  const paths = Array.from({ length: count }, (_, i) => i % 2 === 0 ? `top/deep/s${i}` : `s${i % 1000}/x${i}`)
  return Object.fromEntries(paths.map((path, i) => [`secret/${path}`, { x: i }]))
}

/** The best of some runs, so that a busy machine does no harm. */
async function bestMs (work: () => Promise<unknown>): Promise<number> {
  let best = Infinity
  for (let run = 0; run < 15; run++) {
    const startMs = performance.now()
    await work()
    best = Math.min(best, performance.now() - startMs)
  }
  return best
}

t.test('among 40,000 secrets a list costs its answer, and a read and a write what they cost among ten', async (t) => {
  const [few, many] = [vault(t, { secrets: secrets(10) }), vault(t, { secrets: secrets(MANY) })]
  t.same(await many.data('LIST', 'secret/metadata/top'), { keys: ['deep/'] })
  const requests: readonly (readonly [string, (server: Vault) => Promise<unknown>])[] = [
    ['LIST of a folder with one child', async ({ send }) => await send('LIST', 'secret/metadata/top')],
    ['GET', async ({ send }) => await send('GET', 'secret/data/top/deep/s4')],
    ['PUT', async ({ send }) => await send('PUT', 'secret/data/top/deep/s4', { data: { y: 1 } })]
  ]
  for (const [name, request] of requests) {
    const [amongFew, amongMany] = [await bestMs(() => request(few)), await bestMs(() => request(many))]
    const times = `${amongFew.toFixed(2)} ms among ten, ${amongMany.toFixed(2)} ms among many`
    t.ok(amongMany < amongFew + 1, `${name}: ${times}`)
  }
})

t.test('a write costs the same however many versions there are', async (t) => {
  const server = vault(t, { secrets: secrets(1), control: false })
  const write = async (): Promise<unknown> => await server.send('PUT', 'secret/data/top/deep/s0', { data: { x: 1 } })
  await server.send('PUT', 'secret/metadata/top/deep/s0', { max_versions: 10_000 })
  const amongFew = await bestMs(write)
  for (let version = 17; version <= 3000; version++) await write()
  const amongMany = await bestMs(write)
  t.ok(amongMany < amongFew + 1, `${amongFew.toFixed(2)} ms, then ${amongMany.toFixed(2)} ms`)
  t.match(await server.data('GET', 'secret/data/top/deep/s0?version=1'), { data: { x: 0 }, metadata: { version: 1 } })
  const { versions } = await server.data('GET', 'secret/metadata/top/deep/s0')
  t.equal(Object.keys(versions).length, 3015)
})
