// Random operations on three clusters, in both modes of replication: what must hold after each of them, whatever came
// before.
import t, { type Test } from 'tap'
import fc from 'fast-check'
import {
  activationToken, call, drOperationToken, openTestWorld, readSecret, statusOf, writeSecret, type Answer
} from './replicated.js'
import type { NamedCluster, NamedWorld } from '../../src/index.js'
import { merkleRoot, scopedEntries } from '../../src/replication/scope.js'

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
const random = fc.array(fc.oneof(alone, pair) as fc.Arbitrary<Step>, { minLength: 5, maxLength: 20 })

/** A replication set is rare by chance: most runs begin with one, or with part of one. */
const SET_UP: readonly Step[] = [
  { do: 'enable', at: 'a' }, { do: 'join', at: 'b', of: 'a' }, { do: 'join', at: 'c', of: 'a' }
]
const steps = fc.tuple(fc.constantFrom(0, 1, 2, 3, 3, 3), random)
  .map(([done, others]) => [...SET_UP.slice(0, done), ...others])

const PATHS = { enable: 'primary/enable', demote: 'primary/demote', disablePrimary: 'primary/disable', promote: 'secondary/promote', disableSecondary: 'secondary/disable' } as const

type Kind = 'performance' | 'dr'
const KINDS: readonly Kind[] = ['performance', 'dr']

/** What one run remembers. */
interface Run {
  readonly world: World
  readonly kind: Kind
  /** unseal key of each: a secondary has its primary's */
  readonly keys: Map<string, string>
  count: number
}

async function begin (t: Test, kind: Kind): Promise<Run> {
  const world = await openTestWorld(t, { clusters: { a: {}, b: {}, c: {} }, time: 'manual' })
  return { world, kind, keys: new Map(NAMES.map((each) => [each, world[each].unsealKeys[0]!])), count: 0 }
}

/** A DR secondary obeys who has a DR operation token. */
async function operate ({ kind, keys }: Run, cluster: NamedCluster, path: string, body: object = {}): Promise<Answer> {
  const { mode } = await statusOf(cluster, kind)
  const isGuarded = kind === 'dr' && mode === 'secondary' && path.startsWith('secondary/')
  const guard = isGuarded ? { dr_operation_token: await drOperationToken(cluster, keys.get(cluster.name)!) } : {}
  return await call(cluster, 'POST', `sys/replication/${kind}/${path}`, { ...body, ...guard })
}

/** Undefined where the step is no request. */
async function perform (run: Run, step: Step): Promise<Answer | undefined> {
  const { world } = run
  const cluster = world[step.at]
  switch (step.do) {
    case 'cut': if (step.at !== step.of) world.cut(step.at, step.of); return undefined
    case 'heal': world.heal(step.at, step.of); world.controls.time.advance(BACKOFF_MS); return undefined
    case 'write': { await writeSecret(cluster, `s${run.count++}`, step.at); return undefined }
    case 'revoke': return await operate(run, cluster, 'primary/revoke-secondary', { id: step.of })
    case 'join': return await follow(run, cluster, world[step.of], 'secondary/enable')
    case 'update': return await follow(run, cluster, world[step.of], 'secondary/update-primary')
    default: return await operate(run, cluster, PATHS[step.do])
  }
}

async function follow (
  run: Run, cluster: NamedCluster, primary: NamedCluster, path: string, id = cluster.name
): Promise<Answer | undefined> {
  const { mode, known_secondaries: known } = await statusOf(primary, run.kind)
  if (cluster === primary || mode !== 'primary') return undefined
  if (known.includes(id)) await operate(run, primary, 'primary/revoke-secondary', { id })
  const token = await activationToken(primary, run.kind, id)
  const answer = await operate(run, cluster, path, { token })
  if (answer.status === 200) run.keys.set(cluster.name, run.keys.get(primary.name)!)
  return answer
}

/** The entries that this kind of replication is about. */
function replicated ({ cluster }: NamedCluster, kind: Kind): string {
  return JSON.stringify([...scopedEntries(cluster.storage, kind)].filter(([path]) => !path.startsWith('own/')))
}

function stateOf ({ world, kind }: Run): string {
  const record = (each: Name): unknown => world[each].cluster.storage.get(`own/replication/${kind}`) ?? null
  return JSON.stringify(NAMES.map((each) => [replicated(world[each], kind), record(each)]))
}

async function checkInvariants (t: Tap, { world, kind }: Run): Promise<void> {
  const statuses = await Promise.all(NAMES.map(async (each) => await statusOf(world[each], kind)))
  const data = NAMES.map((each) => replicated(world[each], kind))
  const roots = NAMES.map((each) => merkleRoot(world[each].cluster.storage, kind))
  for (const [i, first] of NAMES.entries()) {
    for (let j = i + 1; j < NAMES.length; j++) {
      t.equal(roots[i] === roots[j], data[i] === data[j], 'roots are equal exactly when the data is')
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

for (const kind of KINDS) {
  t.test(`random operations keep ${kind} replication whole`, async (t) => {
    await fc.assert(fc.asyncProperty(steps, async (sequence) => {
      const run = await begin(t, kind)
      for (const step of sequence) {
        const before = stateOf(run)
        const answer = await perform(run, step)
        await checkInvariants(strict, run)
        if (answer === undefined || answer.status < 400 || step.do === 'join' || step.do === 'update') continue
        strict.equal(stateOf(run), before, 'a refusal changes nothing')
      }
      await run.world.close()
    }), { numRuns: 25, seed: 11 })
    t.pass('held')
  })

  t.test(`no write that a surviving ${kind} primary acknowledged is lost`, async (t) => {
    const sequences = fc.array(fc.constantFrom('write', 'cut', 'heal', 'failover'), { maxLength: 20 })
    await fc.assert(fc.asyncProperty(sequences, async (sequence) => {
      const run = await begin(t, kind)
      await playFailovers(run, sequence)
      await run.world.close()
    }), { numRuns: 12, seed: 5 })
    t.pass('held')
  })
}

/**
 * Writes go to the primary; at a failover, planned and healed, the next cluster takes over and the others follow it.
 */
async function playFailovers (run: Run, sequence: readonly string[]): Promise<void> {
  const { world, kind, keys } = run
  let [primary, ...others] = NAMES.map((each) => world[each]) as [NamedCluster, ...NamedCluster[]]
  for (const other of others) {
    primary.replicateTo(other, kind)
    keys.set(other.name, keys.get(primary.name)!)
  }
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
    await statusOf(primary, kind)
    await operate(run, primary, 'primary/demote')
    const [next, ...rest] = others
    strict.equal((await operate(run, next!, 'secondary/promote')).status, 200, 'promoted')
    others = [...rest, primary]
    primary = next!
    for (const other of others) {
      const answer = await follow(run, other, primary, 'secondary/update-primary', `${other.name}-${i}`)
      strict.equal(answer?.status, 200, 'the others follow')
    }
  }
  for (const secret of written) strict.equal(await readSecret(primary, secret), secret.slice(1), 'what was acknowledged is there')
}
