// Random operations on three clusters: what must hold after each of them, whatever came before.
import t from 'tap'
import fc from 'fast-check'
import { activationToken, call, openTestWorld, readSecret, statusOf, writeSecret, type Answer } from './replicated.js'
import type { NamedCluster, NamedWorld } from '../../src/index.js'

const NAMES = ['a', 'b', 'c'] as const
type Name = typeof NAMES[number]
type World = NamedWorld & Readonly<Record<Name, NamedCluster>>

type Step =
  | { readonly do: 'enable' | 'demote' | 'disablePrimary' | 'promote' | 'disableSecondary', readonly at: Name }
  | { readonly do: 'join' | 'update' | 'revoke', readonly at: Name, readonly of: Name }
  | { readonly do: 'cut' | 'heal', readonly at: Name, readonly of: Name }
  | { readonly do: 'write', readonly at: Name }

const name = fc.constantFrom(...NAMES)
const alone = fc.record({ do: fc.constantFrom('enable', 'enable', 'demote', 'disablePrimary', 'promote', 'disableSecondary', 'write', 'write', 'write'), at: name })
const pair = fc.record({ do: fc.constantFrom('join', 'join', 'join', 'update', 'revoke', 'cut', 'heal', 'heal'), at: name, of: name })
const steps = fc.array(fc.oneof(alone, pair) as fc.Arbitrary<Step>, { minLength: 5, maxLength: 25 })

const BASE = 'sys/replication/performance'
const PATHS = { enable: 'primary/enable', demote: 'primary/demote', disablePrimary: 'primary/disable', promote: 'secondary/promote', disableSecondary: 'secondary/disable' } as const

/** What one run remembers. */
interface Run { readonly world: World, count: number }

/** Undefined where the step is no request. */
async function perform (run: Run, step: Step): Promise<Answer | undefined> {
  const { world } = run
  const cluster = world[step.at]
  switch (step.do) {
    case 'cut': if (step.at !== step.of) world.cut(step.at, step.of); return undefined
    case 'heal': world.heal(step.at, step.of); world.controls.time.advance(BACKOFF_MS); return undefined
    case 'write': { await writeSecret(cluster, `s${run.count++}`, step.at); return undefined }
    case 'revoke': return await call(cluster, 'POST', `${BASE}/primary/revoke-secondary`, { id: step.of })
    case 'join': return await follow(cluster, world[step.of], 'enable')
    case 'update': return await follow(cluster, world[step.of], 'update-primary')
    default: return await call(cluster, 'POST', `${BASE}/${PATHS[step.do]}`, {})
  }
}

async function follow (cluster: NamedCluster, primary: NamedCluster, how: 'enable' | 'update-primary'): Promise<Answer | undefined> {
  if (cluster === primary || (await statusOf(primary, 'performance')).mode !== 'primary') return undefined
  if ((await statusOf(primary, 'performance')).known_secondaries.includes(cluster.name)) await call(primary, 'POST', `${BASE}/primary/revoke-secondary`, { id: cluster.name })
  const token = await activationToken(primary, 'performance', cluster.name)
  return await call(cluster, 'POST', `${BASE}/secondary/${how}`, { token })
}

/** The entries that performance replication is about. */
function replicated ({ cluster }: NamedCluster): string {
  return JSON.stringify([...cluster.storage.stored('replicated/')].map(([path]) => [path, cluster.storage.get(path)]))
}

function stateOf (world: World): string {
  const state = NAMES.map((each) => [replicated(world[each]), world[each].cluster.storage.get('own/replication/performance') ?? null])
  return JSON.stringify(state)
}

async function checkInvariants (t: Tap, world: World): Promise<void> {
  const statuses = await Promise.all(NAMES.map(async (each) => await statusOf(world[each], 'performance')))
  for (const [i, first] of NAMES.entries()) {
    for (const second of NAMES.slice(i + 1)) {
      const roots = [first, second].map((each) => world[each].cluster.storage.root('replicated'))
      t.equal(roots[0] === roots[1], replicated(world[first]) === replicated(world[second]), 'roots are equal exactly when the data is')
    }
    const connected = statuses.flatMap((status) => status.secondaries ?? []).filter((peer) => peer.node_id === first && peer.connection_status === 'connected')
    t.ok(connected.length <= 1, 'one primary at most has it for a secondary')
  }
  for (const [i, status] of statuses.entries()) {
    if (status.mode !== 'secondary' || status.state !== 'stream-wals') continue
    const primary = statuses.find((other) => other.mode === 'primary' && other.cluster_id === status.cluster_id && other.merkle_root === status.merkle_root)
    t.ok(primary ?? !isLinkedNow(world, NAMES[i]!), 'who streams is in sync with a primary of its set')
  }
}

function isLinkedNow (world: World, each: Name): boolean {
  return NAMES.every((other) => other === each || world.world.network.canReach(`${each}/raft_0`, `${other}/raft_0`))
}

/** A secondary looks for its primary again when its backoff is over, a minute after the last time at most. */
const BACKOFF_MS = 120_000

function reconnect (world: World): void {
  world.heal()
  world.controls.time.advance(BACKOFF_MS)
}

interface Tap {
  readonly equal: (a: unknown, b: unknown, text: string) => unknown
  readonly ok: (value: unknown, text: string) => unknown
}

/** Throws instead of reporting, so that fast-check can shrink. */
const strict: Tap = {
  equal: (a, b, text) => { if (a !== b) throw new Error(`${text}: ${String(a)}, not ${String(b)}`) },
  ok: (value, text) => { if (value !== true && (value === undefined || value === false)) throw new Error(text) }
}

t.test('random operations keep replication whole', async (t) => {
  await fc.assert(fc.asyncProperty(steps, async (sequence) => {
    const world = await openTestWorld(t, { clusters: { a: {}, b: {}, c: {} }, time: 'manual' })
    const run: Run = { world, count: 0 }
    for (const step of sequence) {
      const before = stateOf(world)
      const answer = await perform(run, step)
      await checkInvariants(strict, world)
      if (answer === undefined || answer.status < 400 || step.do === 'join' || step.do === 'update') continue
      strict.equal(stateOf(world), before, 'a refusal changes nothing')
    }
    await world.close()
  }), { numRuns: 40, seed: 11 })
  t.pass('held')
})

t.test('no write that a surviving primary acknowledged is lost', async (t) => {
  await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom('write', 'cut', 'heal', 'failover'), { maxLength: 20 }), async (sequence) => {
    const world = await openTestWorld(t, { clusters: { a: {}, b: {}, c: {} }, time: 'manual' })
    await playFailovers(world, sequence)
    await world.close()
  }), { numRuns: 25, seed: 5 })
  t.pass('held')
})

/**
 * Writes go to the primary; at a failover, planned and healed, the next cluster takes over and the others follow it.
 */
async function playFailovers (world: World, sequence: readonly string[]): Promise<void> {
  let [primary, ...others] = NAMES.map((each) => world[each]) as [NamedCluster, ...NamedCluster[]]
  for (const other of others) primary.replicateTo(other)
  const written: string[] = []
  for (const [i, step] of sequence.entries()) {
    if (step === 'cut') world.cut(primary, others[0]!)
    if (step === 'heal') reconnect(world)
    if (step === 'write') {
      strict.equal(await writeSecret(primary, `w${i}`, String(i)), 200, 'a primary writes')
      written.push(`w${i}`)
    }
    if (step !== 'failover') continue
    reconnect(world)
    await statusOf(primary, 'performance')
    await call(primary, 'POST', `${BASE}/primary/demote`)
    const [next, ...rest] = others
    await call(next!, 'POST', `${BASE}/secondary/promote`, {})
    others = [...rest, primary]
    primary = next!
    for (const other of others) {
      const token = await activationToken(primary, 'performance', `${other.name}-${i}`)
      strict.equal((await call(other, 'POST', `${BASE}/secondary/update-primary`, { token })).status, 200, 'the others follow')
    }
  }
  for (const secret of written) strict.equal(await readSecret(primary, secret), secret.slice(1), 'what was acknowledged is there')
}
