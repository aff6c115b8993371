// A world as readable JSON, and back: saved states, and the files that `--fixture` takes.
import { problemsIn, sayProblem, type FormProblem } from '../json/form-problems.js'
import type { JsonValue } from '../json/index.js'
import { LATEST_AT_MS } from '../sim/timeline.js'
import { eventKinds } from './events.js'
import { groupProblems } from './saved-groups.js'
import { atOnce } from '../sim/wall-clock.js'
import { fill, lotProblems, pathProblems, withoutEntries } from './saved-entries.js'
import { loadedForm, savedForm } from './saved-form.js'
import { WorldForm, type WorldState } from './world-state.js'
import type { World } from './world.js'

export type { FormProblem } from '../json/form-problems.js'

/** A saved world that cannot be loaded; its message names every problem, one a line. */
export class StateError extends Error {
  override readonly name = 'StateError'

  constructor (readonly problems: readonly FormProblem[]) {
    super(problems.map((problem) => sayProblem(problem, 'the state')).join('\n'))
  }
}

/**
 * The whole world. Loaded and saved again it is the same to the byte. How time runs is not part of it, nor are faults
 * and the journal.
 */
export function saveWorld (world: World): JsonValue {
  return savedForm(WorldForm, world.state)
}

/**
 * Makes a world what a saved state shows.
 *
 * @throws {StateError} with the path of each field that is wrong and what was expected; nothing has changed then
 */
export function loadWorld (world: World, saved: unknown): void {
  world.restore(readState(saved))
}

/**
 * The state that was saved.
 *
 * @throws {StateError}
 */
export function readState (saved: unknown): WorldState {
  return atOnce(readSteps(saved))
}

/**
 * The same in short steps: entries may be many.
 *
 * @param now a state whose values are not kept a second time
 */
export function * readSteps (saved: unknown, now?: WorldState): Generator<unknown, WorldState> {
  const { bare, lots } = withoutEntries(saved)
  checkForm(bare)
  const ofEntries = yield * lotProblems(lots)
  const problems = [...nodeProblems(bare), ...bare.clusters.flatMap(clusterProblems(bare)), ...otherProblems(bare)]
  if (ofEntries.length + problems.length > 0) throw new StateError([...ofEntries, ...problems])
  const state = loadedForm(WorldForm, bare)
  const impossible = groupProblems(state)
  if (impossible.length > 0) throw new StateError(impossible)
  for (const lot of lots) yield * fill(state, lot, now)
  return state
}

function checkForm (saved: unknown): asserts saved is Saved & JsonValue {
  const problems = formProblems(saved)
  if (problems.length > 0) throw new StateError(problems)
}

/** What a file of another version lacks besides is not worth telling. */
function formProblems (saved: unknown): FormProblem[] {
  const problems = problemsIn(WorldForm, saved)
  const version = problems.filter(({ path }) => path === '/version')
  return version.length > 0 ? version : problems
}

/** As much of a saved world as names something else in it. */
interface Saved {
  readonly nodes: ReadonlyArray<{ readonly id: string, readonly cluster: string, readonly view?: SavedStorage }>
  readonly clusters: readonly SavedCluster[]
  readonly timeline: { readonly nowMs: number, readonly events: ReadonlyArray<{ readonly kind: string }> }
  readonly nomad?: { readonly servers: ReadonlyArray<{ readonly id: string }>, readonly raft: SavedRaft }
}

interface SavedCluster {
  readonly key: string
  readonly nodes: readonly string[]
  readonly raft: SavedRaft
  readonly storage: SavedStorage
  readonly loadedSnapshot?: { readonly storage: SavedStorage }
}

interface SavedRaft {
  readonly servers: ReadonlyArray<{ readonly id: string }>
  readonly leaderId?: string
  readonly peers: Readonly<Record<string, unknown>>
}

interface SavedStorage {
  readonly withheld: Readonly<Record<string, unknown>>
}

function nodeProblems ({ nodes, clusters }: Saved): FormProblem[] {
  const keys = clusters.map(({ key }) => key)
  const expected = `the key of a cluster (${keys.join(', ')})`
  return nodes.flatMap(({ cluster, view }, i) => [
    ...(keys.includes(cluster) ? [] : [{ path: `/nodes/${i}/cluster`, expected, found: JSON.stringify(cluster) }]),
    ...(view === undefined ? [] : storageProblems(view, `/nodes/${i}/view`))
  ])
}

function clusterProblems ({ nodes, clusters }: Saved): (cluster: SavedCluster, index: number) => FormProblem[] {
  return ({ key, nodes: ids, raft, storage, loadedSnapshot }, index) => {
    const path = `/clusters/${index}`
    const members = nodes.filter(({ cluster }) => cluster === key).map(({ id }) => id)
    const expected = `the ids of its nodes (${members.join(', ')})`
    const isSecond = clusters.findIndex((other) => other.key === key) !== index
    return [
      ...(isSecond ? [{ path: `${path}/key`, expected: 'a key of its own', found: JSON.stringify(key) }] : []),
      ...(sameSet(ids, members) ? [] : [{ path: `${path}/nodes`, expected, found: ids.join(', ') }]),
      ...raftProblems(raft, `${path}/raft`),
      ...storageProblems(storage, `${path}/storage`),
      ...(loadedSnapshot === undefined ? [] : storageProblems(loadedSnapshot.storage, `${path}/loadedSnapshot/storage`))
    ]
  }
}

function otherProblems ({ timeline, nomad }: Saved): FormProblem[] {
  const kinds = eventKinds()
  const expected = `a kind of event (${[...kinds].join(', ')})`
  const { nowMs } = timeline
  const late = { path: '/timeline/nowMs', expected: `an instant up to ${LATEST_AT_MS}`, found: String(nowMs) }
  const now = nowMs <= LATEST_AT_MS ? [] : [late]
  const events = timeline.events.flatMap(({ kind }, i) => {
    return kinds.has(kind) ? [] : [{ path: `/timeline/events/${i}/kind`, expected, found: JSON.stringify(kind) }]
  })
  if (nomad === undefined) return [...now, ...events]
  const servers = nomad.servers.length > 0 ? [] : [{ path: '/nomad/servers', expected: 'at least one', found: 'none' }]
  return [...now, ...events, ...servers, ...raftProblems(nomad.raft, '/nomad/raft')]
}

function raftProblems ({ servers, leaderId, peers }: SavedRaft, path: string): FormProblem[] {
  const ids = servers.map(({ id }) => id)
  const strange = leaderId !== undefined && !ids.includes(leaderId)
  const expected = `the id of a raft server (${ids.join(', ')})`
  return [
    ...(strange ? [{ path: `${path}/leaderId`, expected, found: JSON.stringify(leaderId) }] : []),
    ...ids.filter((id) => !Object.hasOwn(peers, id))
      .map((id) => ({ path: `${path}/peers/${id}`, expected: 'an object', found: 'nothing' }))
  ]
}

function storageProblems ({ withheld }: SavedStorage, path: string): FormProblem[] {
  return Object.keys(withheld).flatMap((entry) => pathProblems(entry, `${path}/withheld`))
}

function sameSet (a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && new Set([...a, ...b]).size === a.length
}
