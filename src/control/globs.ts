// Globs over paths, matched in one pass over the text: no pattern makes it try the same place twice.
import { ControlProblem } from './problem.js'

const LONGEST_GLOB = 512
const SLASH = 47
const PREFIX = /^\/?(?:v1\/)?/

/** A path as globs see it: below `/v1/`. */
export function belowV1 (path: string): string {
  return path.replace(PREFIX, '')
}

/** One step of a glob: a character's code, or what stands for several. */
type Step = number | 'one' | 'segment' | 'anything'

/**
 * `*` stands for anything but a slash, `**` for anything; `?` for one character that is no slash.
 *
 * @returns whether a path, with or without `/v1/`, matches
 * @throws {ControlProblem} for one that is too long
 */
export function globMatcher (glob: string): (path: string) => boolean {
  if (glob.length > LONGEST_GLOB) {
    throw new ControlProblem('wrong', `a path has at most ${LONGEST_GLOB} characters as a glob, not ${glob.length}`)
  }
  const steps = stepsOf(belowV1(glob))
  return (path) => matches(steps, belowV1(path))
}

function stepsOf (glob: string): Step[] {
  return (glob.match(/\*\*+|[^]/g) ?? []).map((piece) => {
    if (piece === '?') return 'one'
    if (piece === '*') return 'segment'
    return piece.startsWith('**') ? 'anything' : piece.charCodeAt(0)
  })
}

/** All places of the pattern that the text may have led to are followed at once. */
function matches (steps: readonly Step[], text: string): boolean {
  let places = new Uint8Array(steps.length + 1)
  let next = new Uint8Array(steps.length + 1)
  places[0] = 1
  skipEmpty(steps, places)
  for (let at = 0; at < text.length; at++) {
    next.fill(0)
    if (!advance(steps, places, next, text.charCodeAt(at))) return false
    skipEmpty(steps, next)
    ;[places, next] = [next, places]
  }
  return places[steps.length] === 1
}

/** @returns whether any place is left */
function advance (steps: readonly Step[], places: Uint8Array, next: Uint8Array, code: number): boolean {
  let left = false
  for (let i = 0; i < steps.length; i++) {
    if (places[i] !== 1) continue
    const step = steps[i]
    if (!takes(step, code)) continue
    next[step === 'segment' || step === 'anything' ? i : i + 1] = 1
    left = true
  }
  return left
}

function takes (step: Step | undefined, code: number): boolean {
  return step === code || step === 'anything' || (typeof step === 'string' && code !== SLASH)
}

/** Stars may stand for nothing. */
function skipEmpty (steps: readonly Step[], places: Uint8Array): void {
  for (let i = 0; i < steps.length; i++) {
    if (places[i] === 1 && (steps[i] === 'segment' || steps[i] === 'anything')) places[i + 1] = 1
  }
}
