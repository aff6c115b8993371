// What a case is: plain data, so that it can be printed, shrunk and played again.
import type { ArchiveRecipe, Damage } from './archive.js'
import type { StateChange } from './state-changes.js'

/** Text (one byte for each of its units), or text many times over: large bodies are printed in a line, too. */
export type Piece = string | { readonly repeat: string, readonly times: number }

/** Where a request's body comes from; the last two ask the server for its own snapshot or saved state first. */
export type Body =
  | readonly Piece[]
  | { readonly archive: ArchiveRecipe }
  | { readonly snapshot: readonly Damage[] }
  | { readonly state: readonly StateChange[] }

/** `main` and `other` are nodes of the cluster, `nomad` a server of the region. */
export type Target = 'main' | 'other' | 'nomad'

/** What the real server answers. */
export interface Expected {
  readonly status?: number
  readonly contains?: string
}

/** One request, with two tagged probes behind it on the same connection. */
export interface RequestStep {
  readonly kind: 'request'
  readonly to: Target
  readonly method: string
  readonly path: string
  readonly headers: ReadonlyArray<readonly [string, string]>
  readonly body?: Body
  /** sent that often, each on a connection of its own; 1 */
  readonly times?: number
  /** the client leaves after so many milliseconds without waiting for the answer */
  readonly leaveAfterMs?: number
  readonly expect?: Expected
}

/** Bytes as they are. */
export interface RawStep {
  readonly kind: 'raw'
  readonly to: Target
  readonly pieces: readonly Piece[]
  /** the pieces are sent with that pause in between */
  readonly pauseMs?: number
  /** `probe`: two probes follow; `leave`: the client is gone at once; `stay`: open until the case ends */
  readonly ending: 'probe' | 'leave' | 'stay'
  /** that many such connections; 1 */
  readonly times?: number
}

export type Step = RequestStep | RawStep

export interface Case {
  readonly attack: string
  /** the server's, besides the ones that every server gets */
  readonly flags: readonly string[]
  /** starting data in place of the usual; the server may refuse it in one line */
  readonly data?: string
  readonly steps: readonly Step[]
}

/** Whether a case asks for silence or broken answers itself: those are no failures then. */
export function asksForTrouble ({ steps }: Case): boolean {
  return steps.some((step) => step.kind === 'request' && (
    /\/_mock\/.*(faults|pause|kill|restart|wipe|wait|worlds|state|fixture|checkpoints)/.test(step.path) ||
    step.headers.some(([name]) => /^x-vault-mock/i.test(name))))
}

export function bytesOf (pieces: readonly Piece[]): Buffer {
  return Buffer.concat(pieces.map((piece) => typeof piece === 'string'
    ? Buffer.from(piece, 'latin1')
    : Buffer.alloc(piece.times * piece.repeat.length, piece.repeat, 'latin1')))
}

/** A case as a person would type it. */
export function inWords ({ flags, data, steps }: Case): string[] {
  const started = data === undefined ? [] : [`--data ${short(data)}`]
  return [...flags.length > 0 || data !== undefined ? [['vault-mock', ...flags, ...started].join(' ')] : [], ...steps.map(stepInWords)]
}

function stepInWords (step: Step): string {
  const times = step.times === undefined || step.times === 1 ? '' : ` × ${step.times}`
  if (step.kind === 'raw') return `${step.to}, raw: ${short(step.pieces.map(pieceInWords).join(''))} (${step.ending})${times}`
  const headers = step.headers.map(([name, value]) => ` -H ${short(`${name}: ${value}`)}`).join('')
  const body = step.body === undefined ? '' : ` -d ${short(bodyInWords(step.body))}`
  const leaves = step.leaveAfterMs === undefined ? '' : `, leaves after ${step.leaveAfterMs} ms`
  return `${step.to}: ${step.method} ${short(step.path)}${headers}${body}${leaves}${times}`
}

function bodyInWords (body: Body): string {
  return Array.isArray(body) ? body.map(pieceInWords).join('') : JSON.stringify(body)
}

function pieceInWords (piece: Piece): string {
  return typeof piece === 'string' ? piece : `${piece.repeat}{${piece.times}}`
}

function short (text: string): string {
  const printed = JSON.stringify(text)
  return printed.length <= 300 ? printed : `${printed.slice(0, 300)}… (${printed.length})`
}
