// Catching up takes its time on a link that is slow, and shows on the way. Time is moved by hand.
import t, { type Test } from 'tap'
import { activationToken, call, openTestWorld, readSecret, statusOf, writeSecret } from './replicated.js'
import type { NamedCluster, NamedWorld } from '../../src/index.js'

const PAIR = { clusters: { east: {}, west: {} }, time: 'manual' } as const
const PERFORMANCE = 'sys/replication/performance'
const CATCHING_UP = { status: 503, json: { errors: ['replication is still catching up, try again later or provide the "force" argument'] } }

type Pair = NamedWorld & { readonly east: NamedCluster, readonly west: NamedCluster }

async function pair (t: Test, options: object = {}): Promise<Pair> {
  return await openTestWorld(t, { ...PAIR, ...options })
}

async function replicated (t: Test, options: object = {}): Promise<Pair> {
  const world = await pair(t, options)
  world.east.replicateTo(world.west)
  return world
}

async function enable (east: NamedCluster, west: NamedCluster): Promise<number> {
  await call(east, 'POST', `${PERFORMANCE}/primary/enable`, {})
  const token = await activationToken(east, 'performance', 'west')
  return (await call(west, 'POST', `${PERFORMANCE}/secondary/enable`, { token })).status
}

async function write (cluster: NamedCluster, count: number, name = 's'): Promise<void> {
  for (let i = 0; i < count; i++) await writeSecret(cluster, `${name}${i}`, String(i))
}

t.test('a bootstrap on a slow link: bootstrapping, then comparing, then streaming', async (t) => {
  const { east, west, controls } = await pair(t)
  await write(east, 50)
  controls.links.limit('east', 'west', { entriesPerSecond: 50 })
  controls.links.delay('east', 'west', 500)
  t.equal(await enable(east, west), 200, 'the answer does not wait')
  t.same(await statusOf(west, 'performance'), { mode: 'bootstrapping' })
  t.match((await call(west, 'GET', 'sys/health')).json, { replication_performance_mode: 'bootstrapping' })
  t.match(await call(west, 'GET', 'secret/data/s1'), { status: 503, json: { errors: ['Vault is sealed'] } })
  t.match(await call(west, 'POST', `${PERFORMANCE}/secondary/promote`, {}), CATCHING_UP)
  t.match((await statusOf(east, 'performance')).secondaries, [{ node_id: 'west', connection_status: 'connected' }])
  controls.time.advance(1000)
  t.same(await statusOf(west, 'performance'), { mode: 'bootstrapping' })
  const states: string[] = []
  for (let i = 0; i < 60 && states.at(-1) !== 'stream-wals'; i++) {
    const { mode, state } = await statusOf(west, 'performance')
    if (states.at(-1) !== (state ?? mode)) states.push(state ?? mode)
    controls.time.advance(500)
  }
  t.same(states, ['bootstrapping', 'merkle-diff', 'merkle-sync', 'stream-wals'])
  t.equal((await statusOf(west, 'performance')).merkle_root, (await statusOf(east, 'performance')).merkle_root)
  t.equal(await readSecret(west, 's49'), '49')
})

t.test('a bootstrap pauses while its link is cut; disable ends it and leaves the cluster as it was', async (t) => {
  const { east, west, controls } = await pair(t)
  await writeSecret(west, 'mine', 'still there')
  controls.links.limit('east', 'west', { entriesPerSecond: 10 })
  await enable(east, west)
  controls.links.cut('east', 'west')
  controls.time.advance(3_600_000)
  t.same(await statusOf(west, 'performance'), { mode: 'bootstrapping' })
  t.equal((await call(west, 'POST', `${PERFORMANCE}/secondary/disable`, {})).status, 200)
  t.same(await statusOf(west, 'performance'), { mode: 'disabled' })
  t.equal(await readSecret(west, 'mine'), 'still there')
  controls.links.heal()
  controls.time.advance(3_600_000)
  t.same(await statusOf(west, 'performance'), { mode: 'disabled' })
})

t.test('writes arrive one after the other, as fast as the link carries them', async (t) => {
  const { east, west, controls } = await replicated(t)
  const before = (await statusOf(west, 'performance')).last_remote_wal
  controls.links.limit('east', 'west', { entriesPerSecond: 10 })
  await write(east, 20)
  const { last_performance_wal: last } = await statusOf(east, 'performance')
  t.match(await statusOf(west, 'performance'), { state: 'stream-wals', connection_state: 'ready', last_remote_wal: before })
  controls.time.advance(1000)
  t.equal((await statusOf(west, 'performance')).last_remote_wal, before + 10)
  t.match(await call(west, 'POST', `${PERFORMANCE}/secondary/promote`, {}), CATCHING_UP, 'it is behind')
  controls.links.limit('east', 'west', { entriesPerSecond: 100 })
  controls.time.advance((last - before - 10) * 10)
  t.equal((await statusOf(west, 'performance')).last_remote_wal, last)
  t.equal((await call(west, 'POST', `${PERFORMANCE}/secondary/promote`, {})).status, 200)
})

t.test('a delay is a delay: what is written at once arrives at once, later', async (t) => {
  const { east, west, controls } = await replicated(t)
  controls.links.delay('east', 'west', 250)
  const before = (await statusOf(west, 'performance')).last_remote_wal
  await write(east, 5)
  controls.time.advance(249)
  t.equal((await statusOf(west, 'performance')).last_remote_wal, before)
  controls.time.advance(1)
  t.equal((await statusOf(west, 'performance')).last_remote_wal, (await statusOf(east, 'performance')).last_performance_wal)
})

t.test('a secondary that was away longer than the log reaches compares trees, and shows how far it is', async (t) => {
  const { east, west, controls } = await replicated(t, { logshipperBufferLength: 20 })
  controls.links.cut('east', 'west')
  await write(east, 40)
  controls.links.limit('east', 'west', { entriesPerSecond: 20 })
  controls.links.heal()
  await call(west, 'POST', 'sys/replication/recover', {})
  controls.time.advance(60_000)
  t.match(await statusOf(west, 'performance'), { state: 'stream-wals' }, 'it went through all of it')
  controls.links.cut('east', 'west')
  await write(east, 40, 'again')
  controls.links.heal()
  controls.time.advance(4000)
  const status = await statusOf(west, 'performance')
  t.match(status, { state: 'merkle-sync', merkle_sync_progress: { sync_total_keys: 80 } })
  const { sync_progress: progress } = status.merkle_sync_progress
  t.ok(progress > 0 && progress < 80, `${progress} keys`)
  t.match(await call(west, 'POST', `${PERFORMANCE}/secondary/promote`, {}), CATCHING_UP)
  t.equal((await call(west, 'POST', `${PERFORMANCE}/secondary/promote`, { force: true })).status, 200, 'force takes what is there')
})

t.test('one that was away for less streams on', async (t) => {
  const { east, west, controls } = await replicated(t)
  controls.links.cut('east', 'west')
  await write(east, 5)
  controls.links.heal()
  const seen = new Set<string>()
  for (let i = 0; i < 30; i++) {
    controls.time.advance(100)
    seen.add((await statusOf(west, 'performance')).state)
  }
  t.same([...seen], ['stream-wals'])
  t.equal((await statusOf(west, 'performance')).last_remote_wal, (await statusOf(east, 'performance')).last_performance_wal)
})

t.test('connected, but behind: the fixture', async (t) => {
  const { createCluster } = await import('../../src/index.js')
  const world = await createCluster({ fixture: 'replication-behind', profile: 'vault-1.21' })
  t.teardown(() => world.close())
  const status = async (node: number): Promise<any> => {
    const answer = await fetch(`${world.nodes[node]!.url}/v1/sys/replication/performance/status`)
    return (await answer.json() as any).data
  }
  for (let i = 0; i < 3; i++) {
    const [primary, secondary] = [await status(0), await status(1)]
    t.match(primary.secondaries, [{ connection_status: 'connected' }])
    t.match(secondary, { state: 'stream-wals', connection_state: 'ready' })
    t.ok(primary.last_performance_wal > secondary.last_remote_wal, 'a gap that lasts')
  }
})

t.test('in auto time nobody waits for a slow link', async (t) => {
  const { east, west, controls } = await pair(t, { time: 'auto' })
  controls.links.limit('east', 'west', { entriesPerSecond: 1 })
  controls.links.delay('east', 'west', 1000)
  t.equal(await enable(east, west), 200)
  t.match(await statusOf(west, 'performance'), { state: 'stream-wals' })
  await writeSecret(east, 'a', '1')
  t.equal((await statusOf(west, 'performance')).last_remote_wal, (await statusOf(east, 'performance')).last_performance_wal)
})
