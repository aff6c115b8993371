// Saved states: round trips, mistakes, checkpoints.
import t from 'tap'
import { createServer } from '../../src/index.js'
import { parseJson, printJson } from '../../src/json/index.js'
import { World } from '../../src/world/world.js'
import { loadWorld, saveWorld, type StateError } from '../../src/world/saved-world.js'

const AUTH = { 'x-vault-token': 'root' }

async function filled (fixture: 'dev' | 'three-voters' = 'dev') {
  const server = createServer({ fixture, seed: 7, time: 'manual', startAtMs: 1_700_000_000_000 })
  await server.inject({ method: 'POST', url: '/v1/secret/data/a', headers: AUTH, payload: { data: { n: 1, text: '<ü>' } } })
  await server.inject({ method: 'POST', url: '/v1/auth/token/create', headers: AUTH, payload: { ttl: '1h', policies: ['default'] } })
  return server
}

function problemsOf (action: () => void): string[] {
  try {
    action()
    return []
  } catch (error) {
    return (error as StateError).problems.map(({ path, expected }) => `${path}: ${expected}`)
  }
}

t.test('a saved state loaded into another world is saved as the same bytes', async (t) => {
  const { world } = await filled()
  const text = printJson(saveWorld(world))
  const other = new World({ seed: 1, time: 'manual', startAtMs: 0 })
  loadWorld(other, parseJson(text))
  t.equal(printJson(saveWorld(other)), text)
})

t.test('a cluster with a cut-off node survives the round trip with what that node still sees', async (t) => {
  const { world, controls, inject } = await filled('three-voters')
  controls.links.cut('raft_2', 'vault')
  await inject({ method: 'POST', url: '/v1/secret/data/b', headers: AUTH, payload: { data: { n: 2 } } })
  const text = printJson(saveWorld(world))
  const other = new World({ seed: 1 })
  loadWorld(other, parseJson(text))
  t.equal(printJson(saveWorld(other)), text)
  const isThere = (path: string) => [...other.node('vault', 'raft_2')!.storage.paths()].some((one) => one.endsWith(path))
  t.equal(isThere('/m/a'), true)
  t.equal(isThere('/m/b'), false)
})

t.test('a loaded world goes on exactly as the saved one would have', async (t) => {
  const first = await filled()
  const second = createServer({ seed: 99, time: 'manual' })
  loadWorld(second.world, parseJson(printJson(saveWorld(first.world))))
  const create = { method: 'POST', url: '/v1/auth/token/create', headers: AUTH, payload: { ttl: '2h' } }
  t.equal((await second.inject(create)).body, (await first.inject(create)).body)
})

t.test('a mistake in a state is told with the path of the field and what was expected', async (t) => {
  const { world } = await filled()
  const state = JSON.parse(printJson(saveWorld(world)))
  state.nodes[0].process = 'asleep'
  state.clusters[0].raft.term = 'two'
  delete state.timeline.nowMs
  t.same(problemsOf(() => { loadWorld(world, state) }), [
    '/timeline/nowMs: milliseconds since 1970',
    '/nodes/0/process: running, stopped, paused',
    '/clusters/0/raft/term: integer'
  ])
})

t.test('a state whose names lead nowhere is refused', async (t) => {
  const { world } = await filled()
  const state = JSON.parse(printJson(saveWorld(world)))
  state.nodes[0].cluster = 'west'
  state.clusters[0].storage.entries['elsewhere/a'] = 1
  t.throws(() => loadWorld(world, state), { message: /\/nodes\/0\/cluster: expected the key of a cluster \(vault\/raft_0\), found "west"/ })
})

t.test('reset leads back to the start, in the bytes of the saved state', async (t) => {
  const server = createServer({ seed: 7, time: 'manual', startAtMs: 1_700_000_000_000 })
  const text = printJson(saveWorld(server.world))
  await server.inject({ method: 'POST', url: '/v1/secret/data/a', headers: AUTH, payload: { data: { n: 1 } } })
  server.controls.nodes.kill('raft_0')
  server.controls.time.advance(60_000)
  server.controls.reset()
  t.equal(printJson(saveWorld(server.world)), text)
})

t.test('a checkpoint is restored, compared and forked', async (t) => {
  const server = await filled()
  const { checkpoints } = server.controls
  checkpoints.save('before')
  await server.inject({ method: 'POST', url: '/v1/secret/data/b', headers: AUTH, payload: { data: { n: 2 } } })
  checkpoints.save('after')
  const [difference] = checkpoints.diff('before', 'after')
  t.same(difference?.added.map((path) => path.split('/').slice(3).join('/')), ['m/b', 'v/b/1'])
  t.same([difference?.removed, difference?.changed], [[], []])
  const fork = checkpoints.fork('after')
  checkpoints.restore('before')
  t.equal((await server.inject({ url: '/v1/secret/data/b', headers: AUTH })).statusCode, 404)
  t.same(checkpoints.diff('after', 'now')[0]?.removed.length, 2)
  t.equal([...fork.world.nodes[0]!.storage.paths()].some((path) => path.endsWith('/m/b')), true)
})

t.test('reset and restore take less than a millisecond with 10,000 secrets', async (t) => {
  const { world, controls } = createServer({ seed: 7, time: 'manual' })
  const { storage } = world.nodes[0]!.cluster
  for (let i = 0; i < 10_000; i++) storage.put(`replicated/mount/x/${i}`, { value: i })
  const { checkpoints } = controls
  checkpoints.save('full')
  const run = () => {
    const startedMs = performance.now()
    for (let i = 0; i < 100; i++) {
      storage.put(`replicated/mount/x/${i}`, { value: 'other' })
      checkpoints.restore('full')
    }
    return (performance.now() - startedMs) / 100
  }
  run()
  const tookMs = Math.min(run(), run())
  t.comment(`restore: ${tookMs.toFixed(3)} ms`)
  t.ok(tookMs < 1)
})

t.test('the state is sent in pieces, and is of one instant all the same', async (t) => {
  const server = await filled()
  t.teardown(() => server.close())
  const [cluster] = server.world.clusters.values()
  for (let i = 0; i < 2000; i++) cluster?.storage.put(`replicated/much/${i}`, 'x'.repeat(10_000))
  const url = await server.listen()
  const answer = await fetch(`${url}/_mock/state`)
  t.equal(answer.headers.get('content-length'), null, 'its length is not known when it begins')
  const expected = `${printJson(saveWorld(server.world))}\n`
  cluster?.storage.put('replicated/much/1999', 'written while it was sent')
  t.ok(await answer.text() === expected)
})
