// The entries of a saved world's storages, taken out of it: they may be many, so that they are worked on in steps.
import { classOf } from '../cluster/merkle-roots.js'
import type { Storage } from '../cluster/storage.js'
import type { FormProblem } from '../json/form-problems.js'
import type { JsonValue } from '../json/index.js'
import { entryProblems } from './stored-forms.js'
import type { WorldState } from './world-state.js'

type Entries = Readonly<Record<string, unknown>>

/** What one storage of a saved world holds. */
interface EntryLot {
  /** of the storage in the saved world */
  readonly path: string
  readonly entries: Entries
  /** the storage that is to hold them */
  readonly storageIn: (state: WorldState) => Storage | undefined
}

/** Enough to see what is wrong. */
const MOST_PROBLEMS = 20

/** A saved world whose storages are empty, and what they held; whatever is not as it should be stays where it is. */
export function withoutEntries (saved: unknown): { readonly bare: unknown, readonly lots: readonly EntryLot[] } {
  const lots: EntryLot[] = []
  const emptied = (storage: unknown, path: string, storageIn: EntryLot['storageIn']): unknown => {
    if (!isRecord(storage) || !isRecord(storage.entries)) return storage
    lots.push({ path, entries: storage.entries, storageIn })
    return { ...storage, entries: {} }
  }
  const bare = changed(saved, {
    nodes: (nodes) => eachOf(nodes, (node, i) => changed(node, {
      view: (view) => emptied(view, `/nodes/${i}/view`, (state) => state.nodes[i]?.view)
    })),
    clusters: (clusters) => eachOf(clusters, (cluster, i) => changed(cluster, {
      storage: (storage) => emptied(storage, `/clusters/${i}/storage`, (state) => state.clusters[i]?.storage),
      loadedSnapshot: (snapshot) => changed(snapshot, {
        storage: (storage) => emptied(
          storage, `/clusters/${i}/loadedSnapshot/storage`, (state) => state.clusters[i]?.loadedSnapshot?.storage
        )
      })
    }))
  })
  return { bare, lots }
}

/** The first problems there are; a step for each entry. */
export function * lotProblems (lots: readonly EntryLot[]): Generator<unknown, FormProblem[]> {
  const found: FormProblem[] = []
  for (const { path, entries } of lots) {
    for (const entry of Object.keys(entries)) found.push(...pathProblems(entry, `${path}/entries`))
    yield
    for (const problem of entryProblems(entries, `${path}/entries`)) {
      if (found.length >= MOST_PROBLEMS) return found
      if (problem === undefined) yield
      else found.push(problem)
    }
  }
  return found
}

/**
 * Puts the entries where they belong; a step for each.
 *
 * @param now a state whose values are not kept a second time
 */
export function * fill (
  state: WorldState, { entries, storageIn }: EntryLot, now?: WorldState
): Generator<unknown, void> {
  const storage = storageIn(state)
  if (storage === undefined) return
  const known = now && storageIn(now)
  for (const path of Object.keys(entries)) {
    const value = entries[path] as JsonValue
    storage.load(path, known?.shared(path, value) ?? value)
    yield
  }
}

/** What is wrong with the path of an entry. */
export function pathProblems (path: string, at: string): FormProblem[] {
  if (hasClass(path)) return []
  return [{ path: `${at}/${path}`, expected: 'a path that begins with replicated/, local/ or own/', found: JSON.stringify(path) }]
}

function hasClass (path: string): boolean {
  try {
    classOf(path)
    return true
  } catch { return false }
}

/** Members of an object, changed where they are there. */
function changed (value: unknown, changes: Readonly<Record<string, (member: unknown) => unknown>>): unknown {
  if (!isRecord(value)) return value
  const given = Object.entries(changes).filter(([name]) => Object.hasOwn(value, name))
  return { ...value, ...Object.fromEntries(given.map(([name, change]) => [name, change(value[name])])) }
}

function eachOf (values: unknown, change: (value: unknown, index: number) => unknown): unknown {
  return Array.isArray(values) ? values.map(change) : values
}

function isRecord (value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
