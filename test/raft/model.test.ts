// Whatever happens to a group, raft's promises hold: one leader per term, no committed write lost, only a majority
// elects.
import fc from 'fast-check'
import t from 'tap'
import { checkInvariants } from '../../src/raft/invariants.js'
import { RaftError } from '../../src/raft/raft.js'
import { groupOf, server, type Group } from './group.js'
import { RaftForm } from '../../src/raft/raft-state.js'
import { TimelineForm } from '../../src/sim/timeline.js'
import { throughJson } from '../sim/through-json.js'

const RUNS = 400
const STEPS = 100

/** What an observer could know: the writes that were acknowledged, and the terms that had a leader. */
interface Model {
  acknowledgedIndex: number
  lastTerm: number
}

let stepsRun = 0

class Step implements fc.Command<Model, Group> {
  constructor (readonly name: string, readonly action: (group: Group, model: Model) => void) {}

  check (): boolean { return true }

  run (model: Model, group: Group): void {
    stepsRun++
    try {
      this.action(group, model)
    } catch (error) {
      if (!(error instanceof RaftError)) throw error
    }
    checkInvariants(group.raft)
    checkDiary(model, group)
    if (group.raft.lastIndex < model.acknowledgedIndex) throw new Error('an acknowledged write is lost')
    const { raft } = group
    if (raft.hasQuorum() && raft.appliedIndex(raft.leaderId ?? '') < model.acknowledgedIndex) {
      throw new Error('the leader lacks a write')
    }
  }

  toString (): string { return this.name }
}

/** Every election since the last step began a term of its own. */
function checkDiary (model: Model, group: Group): void {
  for (const entry of group.diary.splice(0)) {
    if (!('elected' in entry)) continue
    if (entry.term <= model.lastTerm) throw new Error(`two leaders in term ${entry.term}`)
    model.lastTerm = entry.term
  }
}

/** A write is acknowledged if, and only if, there is a quorum. */
function write (count: number) {
  return (group: Group, model: Model): void => {
    const { lastIndex } = group.raft
    const acknowledgeable = group.raft.hasQuorum()
    const acknowledged = acknowledgedIndex(group, count)
    if (acknowledgeable !== (acknowledged !== undefined)) {
      throw new Error(`a write with${acknowledgeable ? '' : 'out'} a quorum`)
    }
    if (group.raft.lastIndex !== (acknowledged ?? lastIndex)) throw new Error('a refused write left a trace')
    model.acknowledgedIndex = acknowledged ?? model.acknowledgedIndex
  }
}

function acknowledgedIndex (group: Group, count: number): number | undefined {
  try {
    return group.raft.appendEntry(count)
  } catch {
    return undefined
  }
}

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e')
const about = (verb: string, action: (group: Group, id: string) => void) =>
  id.map((id) => new Step(`${verb} ${id}`, (group) => action(group, id)))
const between = (verb: string, action: (group: Group, a: string, b: string) => void) =>
  fc.tuple(id, id).map(([a, b]) => new Step(`${verb} ${a} ${b}`, (group) => action(group, a, b)))

const steps = [
  about('join', (group, id) => group.join(id)),
  about('add voter', (group, id) => group.raft.addServer(server(id, 'voter'))),
  between('join at the address of', (group, a, b) => group.raft.addServer({ ...server(b, 'nonVoter'), id: a })),
  about('kill', (group, id) => group.kill(id)),
  fc.constant(new Step('kill the leader', (group) => group.kill(group.raft.leaderId ?? ''))),
  about('start', (group, id) => group.start(id)),
  between('cut', (group, a, b) => group.cut(a, b)),
  between('cut one way', (group, a, b) => group.network.cut(`east/${a}`, `east/${b}`, { oneWay: true })),
  about('isolate', (group, id) => group.isolate(id)),
  between('heal', (group, a, b) => group.network.heal(`east/${a}`, `east/${b}`)),
  fc.constant(new Step('heal all', (group) => group.network.heal())),
  fc.integer({ min: 1, max: 50 }).map((count) => new Step(`write ${count}`, write(count))),
  about('promote', (group, id) => group.raft.promote(id)),
  about('demote', (group, id) => group.raft.demote(id)),
  about('remove', (group, id) => group.raft.removeServer(id)),
  about('transfer to', (group, id) => group.raft.transferLeadership(id)),
  about('elect', (group, id) => group.raft.electNode(id)),
  fc.constant(new Step('step down', (group) => group.raft.stepDown())),
  fc.boolean().map((on) => new Step(`clean up dead servers ${on}`, (group) => {
    group.config = { ...group.config, cleanupDeadServers: on, minQuorum: 3, deadServerLastContactThresholdMs: 60_000 }
    group.raft.autopilotChanged()
  })),
  fc.constant(new Step('save and load', (group) => {
    group.raft.restore(throughJson(RaftForm, group.raft.state))
    group.timeline.restore(throughJson(TimelineForm, group.timeline.state))
  })),
  fc.constantFrom(1, 700, 3000, 11_000, 90_000).map((ms) => new Step(`wait ${ms}`, (group) => group.advance(ms)))
]

const sizes = fc.integer({ min: 1, max: 5 })
const histories = (longest: number) => fc.commands(steps, { maxCommands: longest, size: 'max' })

function modelAnd (size: number): { model: Model, real: Group } {
  return { model: { acknowledgedIndex: 0, lastTerm: 0 }, real: groupOf(size) }
}

t.test('raft keeps its promises', async t => {
  fc.assert(fc.property(sizes, histories(STEPS), (size, history) => {
    fc.modelRun(() => modelAnd(size), history)
  }), { numRuns: RUNS })
  t.ok(stepsRun >= 10_000, `${stepsRun} steps`)
})

t.test('once all is well again there is a leader, and everybody has everything', async () => {
  fc.assert(fc.property(sizes, histories(STEPS / 2), (size, history) => {
    const { model, real: group } = modelAnd(size)
    fc.modelRun(() => ({ model, real: group }), history)
    group.network.heal()
    for (const { id } of group.raft.servers) group.start(id)
    group.advance(20_000)
    const { raft } = group
    const isWell = (id: string) => raft.appliedIndex(id) === raft.lastIndex && raft.knownLeader(id) === raft.leaderId
    return raft.hasQuorum() && raft.servers.every(({ id }) => isWell(id))
  }), { numRuns: RUNS })
})
