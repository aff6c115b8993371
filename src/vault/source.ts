// Where it is known from what an operation answers, as path tables declare it.
import type { Operation, PathDefinition } from './paths.js'

/** Nothing that could be read says what the real server answers. */
export interface Inferred {
  /** what it was concluded from */
  readonly inferred: string
}

/** The operation is there to say that it is not simulated. */
export interface Refused {
  readonly refused: string
}

/** A page of published documentation, or the lack of one. Recordings are not declared: they are found by themselves. */
export type Source = `https://${string}` | Inferred | Refused

/** Of paths that are refused by name. */
export const REFUSED: Source = { refused: 'not simulated: refused, and the refusal names what is missing' }

/** A page names the path; what is answered there was not read anywhere. */
export const NAMED_ONLY: Source = { inferred: 'its documentation page names it; what it answers was concluded from its neighbours' }

/** OpenBao's verb; here other profiles take it, too. */
export const SCAN: Source = { inferred: "from OpenBao's documents on recursive lists" }

/** Of paths that only older versions document. */
export const OLDER_NAME: Source = { inferred: 'from its newer name' }

/** The definitions, those that name no source of their own with this one. */
export function knownFrom (source: Source, paths: readonly PathDefinition[]): readonly PathDefinition[] {
  return paths.map((definition) => ({ source, ...definition }))
}

/** undefined: the table has forgotten to say, which a test refuses. */
export function sourceOf ({ source, sources }: PathDefinition, operation: Operation): Source | undefined {
  return sources?.[operation] ?? source
}
