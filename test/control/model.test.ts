// Random steps against a world: whatever is done to it, raft's promises hold and nothing acknowledged is lost.
// SEED=… repeats a run; a failure prints the steps that are left after shrinking, and how to replay them.
import fc from 'fast-check'
import t from 'tap'
import { beginJoin, removePeer } from '../../src/cluster/membership.js'
import { restoreSnapshot, takeSnapshot } from '../../src/cluster/snapshots.js'
import { checkWorld } from '../../src/control/invariants.js'
import { ControlProblem } from '../../src/control/problem.js'
import { createServer } from '../../src/index.js'
import { parseJson, printJson } from '../../src/json/index.js'
import { RaftError } from '../../src/raft/raft.js'
import { VaultError } from '../../src/refusal/index.js'
import type { World } from '../../src/world/world.js'
import { loadWorld, saveWorld } from '../../src/world/saved-world.js'
import type { Controls } from '../../src/control/controls.js'

const seed = Number(process.env.SEED ?? 20_240_829)
const NODES = ['raft_0', 'raft_1', 'raft_2', 'raft_3', 'raft_4']
const STEPS = 10_000
const FOLDER = 'replicated/model/'

/** What must be true of the world: which writes were acknowledged, as of now and as of each saved state. */
interface Model {
  written: ReadonlyMap<string, number>
  readonly checkpoints: Map<string, ReadonlyMap<string, number>>
}

/** The world and what is remembered beside it. */
interface Real {
  readonly world: World
  readonly controls: Controls
  readonly leaders: Map<number, string>
  events: number
}

let steps = 0

function freshWorld (): Real {
  const startAtMs = 1_700_000_000_000
  const { world, controls } = createServer({ fixture: 'three-voters', nomad: false, time: 'manual', seed, startAtMs })
  for (const [i, id] of NODES.entries()) {
    if (i < 3) continue
    const port = 8200 + 2 * i
    world.addNode('vault', { id, apiAddr: `http://127.0.0.1:${port}`, clusterAddr: `127.0.0.1:${port + 1}` })
  }
  controls.begin()
  return { world, controls, leaders: new Map(), events: 0 }
}

/** The cluster of the fixture: the one with data. */
function clusterOf ({ world }: Real) {
  return [...world.clusters.values()].find(({ initialized }) => initialized)!
}

function step (name: string, act: (real: Real, model: Model) => void | Promise<void>): fc.AsyncCommand<Model, Real> {
  return {
    check: () => true,
    toString: () => name,
    async run (model, real) {
      steps += 1
      try {
        await act(real, model)
      } catch (error) {
        if (!(error instanceof ControlProblem || error instanceof RaftError || error instanceof VaultError)) throw error
      }
      checkAll(model, real)
    }
  }
}

function checkAll (model: Model, real: Real): void {
  checkWorld(real.world)
  for (const { number, kind, node, detail } of real.controls.events.list({ after: real.events })) {
    real.events = number
    if (kind === 'restored' || kind === 'reset') real.leaders.clear()
    if (kind !== 'leader-elected') continue
    const term = Number(detail?.split(' ')[1])
    const before = real.leaders.get(term)
    if (before !== undefined && before !== node) throw new Error(`two leaders in term ${term}: ${before} and ${node}`)
    real.leaders.set(term, node ?? '')
  }
  const { storage } = clusterOf(real)
  const there = new Map([...storage.entries(FOLDER)].map(([path, value]) => [path, value as number]))
  if (there.size !== model.written.size) {
    throw new Error(`${model.written.size} writes were acknowledged, ${there.size} are there`)
  }
  for (const [path, value] of model.written) {
    if (there.get(path) !== value) throw new Error(`${path} was acknowledged as ${value} and is ${there.get(path)}`)
  }
}

const node = fc.constantFrom(...NODES)
const onNode = (name: string, act: (real: Real, id: string, model: Model) => void | Promise<void>) =>
  node.map((id) => step(`${name} ${id}`, (real, model) => act(real, id, model)))

function write (key: number, value: number) {
  return step(`write ${key} = ${value}`, (real, model) => {
    const cluster = clusterOf(real)
    if (cluster.activeNode === undefined) return
    const path = `${FOLDER}${key}`
    cluster.activeNode.storage.put(path, value)
    model.written = new Map(model.written).set(path, value)
  })
}

/** Only one that the others can do without: data on a wiped majority is gone for good, in Vault as well. */
function wipe (real: Real, id: string): void {
  const { raft, nodes } = clusterOf(real)
  const voters = raft.servers.filter((server) => server.suffrage === 'voter' && server.id !== id && nodes.has(server.id))
  if (voters.length >= 2) real.controls.nodes.wipe(id)
}

function join (real: Real, id: string): void {
  const joiner = real.world.node('vault', id)!
  const cluster = clusterOf(real)
  if (joiner.initialized || joiner.process !== 'running' || cluster.activeNode === undefined) return
  beginJoin(joiner, cluster, { nonVoter: false })
  real.controls.nodes.unseal(id)
}

async function takeAndRestore (real: Real, model: Model): Promise<void> {
  const cluster = clusterOf(real)
  if (cluster.activeNode === undefined || !cluster.raft.hasQuorum()) return
  const chunks: Uint8Array[] = []
  for await (const chunk of takeSnapshot(cluster)) chunks.push(chunk)
  const before = model.written
  const path = `${FOLDER}overwritten`
  cluster.storage.put(path, 1)
  model.written = new Map(before).set(path, 1)
  await restoreSnapshot(cluster, (async function * () { yield * chunks })(), { force: false })
  model.written = before
}

function advance (ms: number) {
  return step(`advance ${ms} ms`, ({ controls }) => { controls.time.advance(ms) })
}

function cut ([a, b, oneWay]: [string, string, boolean]) {
  return step(`cut ${a} ${b} ${oneWay ? 'one way' : ''}`, ({ controls }) => { controls.links.cut(a, b, { oneWay }) })
}

const COMMANDS = [
  onNode('kill', ({ controls }, id) => { controls.nodes.kill(id) }),
  onNode('start', ({ controls }, id) => { controls.nodes.start(id, { unseal: true }) }),
  onNode('restart', ({ controls }, id) => { controls.nodes.restart(id, { unseal: true }) }),
  onNode('pause', ({ controls }, id) => { controls.nodes.pause(id) }),
  onNode('resume', ({ controls }, id) => { controls.nodes.resume(id) }),
  onNode('seal', ({ controls }, id) => { controls.nodes.seal(id) }),
  onNode('unseal', ({ controls }, id) => { controls.nodes.unseal(id) }),
  onNode('elect', ({ controls }, id) => { controls.nodes.elect(id) }),
  onNode('step down', ({ controls }, id) => { controls.nodes.stepDown(id) }),
  onNode('wipe', wipe),
  onNode('join', join),
  onNode('remove', (real, id) => { removePeer(clusterOf(real), id) }),
  fc.tuple(node, node, fc.boolean()).map(cut),
  onNode('cut off', ({ controls }, id) => { controls.links.cut(id, 'vault') }),
  onNode('heal around', ({ controls }, id) => { controls.links.heal(id) }),
  fc.constant(step('heal', ({ controls }) => { controls.links.heal() })),
  fc.tuple(fc.nat(20), fc.nat(1000)).map(([key, value]) => write(key, value)),
  fc.tuple(fc.nat(20), fc.nat(1000)).map(([key, value]) => write(key, value)),
  fc.integer({ min: 1, max: 120_000 }).map(advance),
  fc.integer({ min: 1, max: 5000 }).map(advance),
  fc.constant(step('save', ({ controls }, model) => {
    controls.checkpoints.save('saved')
    model.checkpoints.set('saved', model.written)
  })),
  fc.constant(step('restore', ({ controls }, model) => {
    controls.checkpoints.restore('saved')
    model.written = model.checkpoints.get('saved') ?? model.written
  })),
  fc.constant(step('write as JSON and read again', ({ world }) => {
    const text = printJson(saveWorld(world))
    loadWorld(world, parseJson(text))
    if (printJson(saveWorld(world)) !== text) throw new Error('the state is not the same after a round trip')
  })),
  fc.constant(step('snapshot and restore', takeAndRestore))
]

t.test(`raft's promises hold over ${STEPS} random steps`, async (t) => {
  t.comment(`SEED=${seed}`)
  const fresh = () => ({ model: { written: new Map(), checkpoints: new Map() }, real: freshWorld() })
  await fc.assert(fc.asyncProperty(fc.commands(COMMANDS, { maxCommands: 120, size: 'max' }), async (commands) => {
    await fc.asyncModelRun(fresh, commands)
  }), { seed, numRuns: 230 })
  t.comment(`${steps} steps`)
  t.ok(steps >= STEPS)
})
