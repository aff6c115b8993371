// Makes a failing case as small as it gets while it still fails in the same way.
import type { Case, Piece, RawStep, RequestStep, Step } from './cases.js'

/** Whether a case still fails. */
export type StillFails = (smaller: Case) => Promise<boolean>

/** @param mayGoOn false once there is no more time for it */
export async function shrunk (failing: Case, stillFails: StillFails, mayGoOn: () => boolean): Promise<Case> {
  let smallest = failing
  for (let better = true; better;) {
    better = false
    for (const smaller of smallerCases(smallest)) {
      if (!mayGoOn()) return smallest
      if (!await stillFails(smaller)) continue
      smallest = smaller
      better = true
      break
    }
  }
  return smallest
}

function * smallerCases (large: Case): Generator<Case> {
  for (const steps of withoutSome(large.steps)) {
    if (steps.length > 0 || large.data !== undefined) yield { ...large, steps }
  }
  for (const flags of withoutPairs(large.flags)) yield { ...large, flags }
  if (large.data !== undefined) for (const data of smallerTexts(large.data)) yield { ...large, data }
  for (const [index, step] of large.steps.entries()) {
    for (const smaller of smallerSteps(step)) yield { ...large, steps: large.steps.with(index, smaller) }
  }
}

/** Large parts go first: halves, quarters, single ones. */
function * withoutSome<T> (list: readonly T[]): Generator<T[]> {
  for (let size = Math.ceil(list.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < list.length; from += size) yield [...list.slice(0, from), ...list.slice(from + size)]
  }
}

function * withoutPairs (flags: readonly string[]): Generator<string[]> {
  for (let from = 0; from < flags.length; from += 2) yield [...flags.slice(0, from), ...flags.slice(from + 2)]
}

function * smallerSteps (step: Step): Generator<Step> {
  if ((step.times ?? 1) > 1) yield { ...step, times: Math.floor(step.times! / 2) }
  if (step.kind === 'raw') yield * smallerRaw(step)
  else yield * smallerRequest(step)
}

function * smallerRaw (step: RawStep): Generator<Step> {
  if (step.pauseMs !== undefined) yield { ...step, pauseMs: undefined }
  for (const pieces of smallerPieces(step.pieces)) yield { ...step, pieces }
}

function * smallerRequest (step: RequestStep): Generator<Step> {
  for (const headers of withoutSome(step.headers)) yield { ...step, headers }
  if (step.to !== 'nomad' && step.to !== 'main') yield { ...step, to: 'main' }
  const [path, query] = step.path.split('?')
  if (query !== undefined) {
    yield { ...step, path: path! }
    for (const left of withoutSome(query.split('&'))) yield { ...step, path: `${path}?${left.join('&')}` }
  }
  if (step.body === undefined) return
  yield { ...step, body: undefined }
  if ('length' in step.body) {
    for (const body of smallerPieces(step.body)) yield { ...step, body }
  } else if ('state' in step.body) {
    for (const state of withoutSome(step.body.state)) yield { ...step, body: { state } }
  } else if ('snapshot' in step.body) {
    for (const snapshot of withoutSome(step.body.snapshot)) yield { ...step, body: { snapshot } }
  } else {
    for (const archive of withoutFields(step.body.archive)) yield { ...step, body: { archive } }
  }
}

function * smallerPieces (pieces: readonly Piece[]): Generator<Piece[]> {
  for (const fewer of withoutSome(pieces)) yield fewer
  for (const [index, piece] of pieces.entries()) {
    if (typeof piece === 'string') {
      for (const text of smallerTexts(piece)) yield [...pieces.with(index, text)]
    } else if (piece.times > 1) {
      yield [...pieces.with(index, { ...piece, times: Math.floor(piece.times / 2) })]
    }
  }
}

/** JSON loses fields; other text loses parts, no smaller than a sixteenth. */
function * smallerTexts (text: string): Generator<string> {
  const json = objectIn(text)
  if (json !== undefined) {
    for (const smaller of withoutFields(json)) yield JSON.stringify(smaller)
    return
  }
  const least = Math.max(1, Math.ceil(text.length / 16))
  for (let size = Math.ceil(text.length / 2); size >= least; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < text.length; from += size) yield text.slice(0, from) + text.slice(from + size)
  }
}

function objectIn (text: string): object | undefined {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/** Without some of its fields or items, then the same one level down. */
function * withoutFields<T extends object> (value: T): Generator<T> {
  if (Array.isArray(value)) {
    for (const items of withoutSome(value)) yield items as T & unknown[]
    return
  }
  const fields = Object.entries(value)
  for (const left of withoutSome(fields)) yield Object.fromEntries(left) as T
  for (const [index, [name, inner]] of fields.entries()) {
    if (typeof inner !== 'object' || inner === null) continue
    for (const smaller of withoutFields<object>(inner)) {
      yield Object.fromEntries(fields.with(index, [name, smaller])) as T
    }
  }
}
