// A bootstrap from another process takes as long as the link between the two says, on the secondary's timeline.
import t, { type Test } from 'tap'
import { activationToken, call, inSync, statusOf, until, write, type Running } from './processes.js'
import { control, startWorld } from './worlds.js'

/** In a dev server are fewer entries than that: a bootstrap takes less than this many seconds. */
const MOST_SECONDS = 1000

/** A secondary that is being filled at one entry a second. */
async function bootstrapping (t: Test): Promise<{ east: Running, west: Running }> {
  const [east, west] = await Promise.all([startWorld(t, 'manual'), startWorld(t, 'manual')])
  await call(east, 'POST', 'sys/replication/dr/primary/enable', {})
  const token = await activationToken(east, 'dr', 'west')
  await control(east, 'links/limit', { from: 'vault', to: 'west', entriesPerSecond: 1 })
  t.equal((await call(west, 'POST', 'sys/replication/dr/secondary/enable', { token })).status, 200)
  t.strictSame(await statusOf(west, 'dr'), { mode: 'bootstrapping' })
  return { east, west }
}

async function advance (server: Running, seconds: number): Promise<void> {
  await control(server, 'time/advance', { ms: seconds * 1000 })
}

async function modeOf (server: Running): Promise<string> {
  return (await statusOf(server, 'dr')).mode
}

t.test('it shows bootstrapping until the link has carried the data', async (t) => {
  const { east, west } = await bootstrapping(t)
  await advance(west, 3)
  t.equal(await modeOf(west), 'bootstrapping')
  t.match((await statusOf(east, 'dr')).secondaries, [{ node_id: 'west', connection_status: 'connected' }])
  await write(east, 'meanwhile')
  await advance(west, MOST_SECONDS)
  t.ok(await until(async () => await modeOf(west) === 'secondary'))
  await control(east, 'links/limit', { from: 'vault', to: 'west' })
  t.ok(await until(async () => await inSync(east, west, 'dr')), 'what was written meanwhile comes afterwards')
})

t.test('a link that gets faster has it done sooner', async (t) => {
  const { east, west } = await bootstrapping(t)
  await control(east, 'links/limit', { from: 'vault', to: 'west' })
  t.ok(await until(async () => {
    await advance(west, 0.001)
    return await modeOf(west) === 'secondary'
  }))
})

for (const side of ['east', 'west'] as const) {
  t.test(`a link that is cut by ${side} stops it; healed, it goes on`, async (t) => {
    const { east, west } = await bootstrapping(t)
    const { json: { cluster_name: eastName } } = await call(east, 'GET', 'sys/health')
    const server = side === 'east' ? east : west
    await control(server, 'links/cut', { from: 'vault', to: side === 'east' ? 'west' : eastName })
    t.ok(await until(async () => {
      const { json: { pending } } = await control(west, 'time')
      return pending.every(({ kind }: { kind: string }) => kind !== 'replication.bootstrap')
    }), 'nothing is to come')
    await advance(west, MOST_SECONDS)
    t.equal(await modeOf(west), 'bootstrapping')
    await control(server, 'links/heal', {})
    t.ok(await until(async () => {
      await advance(west, 1)
      return await modeOf(west) === 'secondary'
    }))
    t.ok(await until(async () => await inSync(east, west, 'dr')))
  })
}

t.test('a world that was saved meanwhile goes on with it', async (t) => {
  const { east, west } = await bootstrapping(t)
  const saved = await (await fetch(`${west.url}/_mock/state`)).text()
  const put = await fetch(`${west.url}/_mock/state`, { method: 'PUT', body: saved })
  t.equal(put.status, 204, await put.text())
  t.equal(await modeOf(west), 'bootstrapping')
  await advance(west, MOST_SECONDS)
  t.ok(await until(async () => await modeOf(west) === 'secondary'))
  await control(east, 'links/limit', { from: 'vault', to: 'west' })
  t.ok(await until(async () => await inSync(east, west, 'dr')))
})

t.test('a secondary that is revoked meanwhile stays what it was', async (t) => {
  const { east, west } = await bootstrapping(t)
  await call(east, 'POST', 'sys/replication/dr/primary/revoke-secondary', { id: 'west' })
  t.ok(await until(async () => await modeOf(west) === 'disabled'))
  t.equal(await write(west, 'of its own'), 200)
})

t.test('it may be disabled, and enabled anew', async (t) => {
  const { east, west } = await bootstrapping(t)
  const disabled = await call(west, 'POST', 'sys/replication/dr/secondary/disable', {})
  t.equal(disabled.status, 200, JSON.stringify(disabled.json))
  t.equal(await modeOf(west), 'disabled')
  const token = await activationToken(east, 'dr', 'again')
  t.equal((await call(west, 'POST', 'sys/replication/dr/secondary/enable', { token })).status, 200)
  t.equal(await modeOf(west), 'secondary')
})
