// Long stretches of time, passed at once.
import t from 'tap'
import { beginJoin } from '../../src/cluster/membership.js'
import { createServer } from '../../src/index.js'
import { Random } from '../../src/sim/random.js'

const AUTH = { 'x-vault-token': 'root' }
const DAY_MS = 86_400_000

function fastest (times: number, run: () => number): number {
  return Math.min(...Array.from({ length: times }, run))
}

t.test('a dead server is cleaned up after 24 hours, in under 5 ms', (t) => {
  const { world, controls } = createServer({ fixture: 'three-voters', time: 'manual' })
  const { nodes, time, checkpoints } = controls
  const { cluster } = world.nodes[0]!
  const { storage, raft } = cluster
  beginJoin(world.addNode('vault', { id: 'raft_3', apiAddr: 'http://127.0.0.1:8206', clusterAddr: '127.0.0.1:8207' }), cluster, { nonVoter: false })
  nodes.unseal('raft_3')
  time.skipUntil({ condition: 'voters', count: 4 })
  storage.put('own/autopilot', { cleanupDeadServers: true, minQuorum: 3, deadServerLastContactThresholdMs: DAY_MS })
  raft.autopilotChanged()
  nodes.kill('raft_2')
  checkpoints.save('killed')
  const tookMs = fastest(5, () => {
    checkpoints.restore('killed')
    const startedMs = performance.now()
    time.advance(DAY_MS + 60_000)
    return performance.now() - startedMs
  })
  t.comment(`${tookMs.toFixed(2)} ms`)
  t.notOk(raft.servers.some(({ id }) => id === 'raft_2'))
  t.ok(tookMs < 5)
  t.end()
})

t.test('a lease of 32 days runs out, in under 5 ms', async (t) => {
  const server = createServer({ time: 'manual' })
  const { auth } = (await server.inject({ method: 'POST', url: '/v1/auth/token/create', headers: AUTH, payload: { ttl: '768h' } })).json()
  const { time, checkpoints } = server.controls
  checkpoints.save('issued')
  const tookMs = fastest(5, () => {
    checkpoints.restore('issued')
    const startedMs = performance.now()
    time.skipUntil({ condition: 'token-expired', token: auth.accessor })
    return performance.now() - startedMs
  })
  t.comment(`${tookMs.toFixed(2)} ms`)
  t.equal((await server.inject({ url: '/v1/auth/token/lookup-self', headers: { 'x-vault-token': auth.client_token } })).statusCode, 403)
  t.ok(tookMs < 5)
})

t.test('three nodes live through 30 days of random faults, and are healthy afterwards', (t) => {
  const seed = Number(process.env.SEED ?? 30)
  const startedMs = performance.now()
  const { world, controls } = createServer({ fixture: 'three-voters', nomad: false, time: 'manual', seed })
  const { nodes, links, time, events } = controls
  const chance = new Random(seed).stream('faults of the test')
  const endAtMs = time.nowMs + 30 * DAY_MS
  const { cluster } = world.nodes[0]!
  let faults = 0
  let written = 0
  while (time.nowMs < endAtMs) {
    const id = chance.pick(['raft_0', 'raft_1', 'raft_2'])
    const lastsMs = chance.integer(1000, 600_000)
    const [begin, end] = chance.pick([
      [() => { nodes.kill(id) }, () => { nodes.start(id, { unseal: true }) }],
      [() => { nodes.pause(id) }, () => { nodes.resume(id) }],
      [() => { nodes.seal(id) }, () => { nodes.unseal(id) }],
      [() => { links.cut(id, 'vault') }, () => { links.heal() }],
      [() => { links.cut(id, 'vault', { oneWay: true }) }, () => { links.heal() }],
      [() => { nodes.stepDown(id) }, () => {}]
    ] as const)
    begin()
    time.advance(lastsMs)
    if (cluster.activeNode !== undefined) cluster.storage.put('replicated/written', ++written)
    end()
    time.advance(chance.integer(10_000, 1_200_000))
    faults += 1
  }
  time.skipUntil({ condition: 'healthy' }, { limitMs: 60_000 })
  const tookMs = performance.now() - startedMs
  t.comment(`SEED=${seed}: ${faults} faults, ${written} writes, ${events.list({ kind: 'leader-elected' }).length} of the last elections, ${tookMs.toFixed(0)} ms`)
  t.equal(cluster.storage.get('replicated/written'), written)
  t.ok(tookMs < 60_000)
  t.end()
})
