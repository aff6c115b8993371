// Links to worlds elsewhere, steered from either side; and what a planned failover under load does not lose. Two worlds
// know nothing of each other but their sockets, so that it is all the same whether they share a process.
import t, { type Test } from 'tap'
import { activationToken, call, inSync, replicate, statusOf, until, write, type Running } from './processes.js'
import { control, startWorld as startServer } from './worlds.js'

async function pair (t: Test, kind: 'performance' | 'dr', time?: 'live' | 'manual'): Promise<[Running, Running]> {
  const [east, west] = await Promise.all([startServer(t, time), startServer(t, time)])
  t.equal((await replicate(east, west, kind)).status, 200)
  t.ok(await until(async () => await inSync(east, west, kind)), 'in sync')
  return [east, west]
}

async function lastWals (east: Running, west: Running): Promise<[number, number]> {
  return [(await statusOf(east, 'performance')).last_performance_wal, (await statusOf(west, 'performance')).last_remote_wal]
}

t.test('a link is listed, limited and cut by its secondary id at the primary, by the name of the primary at the secondary', async (t) => {
  const [east, west] = await pair(t, 'performance')
  const { json: { cluster_name: eastName } } = await call(east, 'GET', 'sys/health')
  t.match((await control(east, 'links')).json.replication, [{ kind: 'performance', from: 'vault', secondaryId: 'west', elsewhere: true, connected: true }])
  t.match((await control(west, 'links')).json.replication, [{ kind: 'performance', from: eastName, to: 'vault', state: 'stream-wals' }])
  t.equal((await control(east, 'links/cut', { from: 'vault', to: 'nobody' })).status, 404)

  t.equal((await control(east, 'links/limit', { from: 'vault', to: 'west', entriesPerSecond: 0 })).status, 200)
  await write(east, 'stalled')
  t.ok(await until(async () => {
    const { json: { clusters: [{ replication: { progress } }] } } = await control(west, 'state')
    return progress.performance.knownWal > progress.performance.wal
  }), 'behind, and it knows')
  t.equal((await call(west, 'POST', 'sys/replication/performance/secondary/promote', {})).status, 503)
  const [last, remote] = await lastWals(east, west)
  t.ok(remote < last, 'a gap')
  t.match(await statusOf(west, 'performance'), { state: 'stream-wals', connection_state: 'ready' })
  await control(east, 'links/limit', { from: 'vault', to: 'west' })
  await write(east, 'goes on')

  t.equal((await control(west, 'links/cut', { from: 'vault', to: eastName })).status, 200)
  await write(east, 'cut')
  await control(west, 'time/advance', { ms: 6000 })
  t.match(await statusOf(west, 'performance'), { state: 'idle', connection_state: 'transient_failure' })
  await control(west, 'links/heal')
  await control(west, 'links/heal', {})
  await control(west, 'time/advance', { ms: 120_000 })
  t.ok(await until(async () => await inSync(east, west, 'performance')), 'after its backoff')
})

t.test('recover ends the backoff', async (t) => {
  const [east, west] = await pair(t, 'performance', 'manual')
  const { json: { cluster_id: eastId } } = await call(east, 'GET', 'sys/health')
  await control(west, 'links/cut', { from: 'vault', to: eastId })
  await write(east, 'a')
  await until(async () => (await control(west, 'time')).json.pending.some(({ kind }: { kind: string }) => kind === 'replication.attempt'))
  await control(west, 'links/heal', {})
  t.notOk(await inSync(east, west, 'performance'), 'it waits')
  t.equal((await call(west, 'POST', 'sys/replication/recover', {})).status, 200)
  t.ok(await until(async () => await inSync(east, west, 'performance')))
})

/** More than are made before the demotion: it ends the load. */
const MOST_WRITES = 100_000

t.test('a planned failover under load loses no acknowledged write', async (t) => {
  const [east, west] = await pair(t, 'performance')
  const acknowledged: string[] = []
  const load = Array.from({ length: 4 }, async (_, client) => {
    for (let i = 0; i < MOST_WRITES; i++) {
      const name = `w${client}-${i}`
      if (await write(east, name) !== 200) return
      acknowledged.push(name)
    }
  })
  t.ok(await until(async () => {
    await call(west, 'GET', 'sys/health')
    return acknowledged.length > 100
  }))
  t.equal((await call(east, 'POST', 'sys/replication/performance/primary/demote', {})).status, 200)
  t.equal((await call(west, 'POST', 'sys/replication/performance/secondary/promote', {})).status, 200)
  await Promise.all(load)
  const { json } = await call(west, 'LIST', 'secret/metadata')
  const there = new Set<string>(json.data.keys)
  t.same(acknowledged.filter((name) => !there.has(name)), [], `of ${acknowledged.length}`)
})

t.test('a merkle tree that is spoilt stops the other process without a write; a reindex lets it go on', async (t) => {
  const [east, west] = await pair(t, 'performance')
  const state = async (): Promise<string> => (await statusOf(west, 'performance')).state
  for (const server of [east, west]) {
    await control(server, 'links/corrupt-merkle-tree', { cluster: 'vault' })
    t.ok(await until(async () => await state() === 'merkle-diff'))
    const { status } = await call(server, 'POST', 'sys/replication/reindex', {})
    t.equal(status, 200)
    t.ok(await until(async () => {
      await control(server, 'time/advance', { ms: 60_000 })
      return await state() === 'stream-wals'
    }), 'repaired')
  }
})

t.test('update-primary never swaps replication sets', async (t) => {
  const [east, west] = await pair(t, 'performance')
  const other = await startServer(t)
  await call(other, 'POST', 'sys/replication/performance/primary/enable', {})
  const before = await statusOf(west, 'performance')
  const path = 'sys/replication/performance/secondary/update-primary'
  t.equal((await call(west, 'POST', path, {})).status, 400, 'no token at all')
  t.equal((await call(west, 'POST', path, { token: await activationToken(other, 'performance', 'west') })).status, 400, 'unrelated')
  await call(east, 'POST', 'sys/replication/performance/primary/disable', {})
  await call(east, 'POST', 'sys/replication/performance/primary/enable', {})
  t.equal((await call(west, 'POST', path, { token: await activationToken(east, 'performance', 'west') })).status, 400, 'a new set')
  const { cluster_id: clusterId, merkle_root: merkleRoot, secondary_id: secondaryId } = await statusOf(west, 'performance')
  t.match(before, { cluster_id: clusterId, merkle_root: merkleRoot, secondary_id: secondaryId })
})
