// X-Vault-Mock-Prefer: one request says itself what is to become of it.
import type { TSchema } from '@sinclair/typebox'
import { Effect } from '../control/fault-schema.js'
import { ControlProblem } from '../control/problem.js'
import { problemsIn, sayProblem } from '../json/form-problems.js'

export const WISH_HEADER = 'x-vault-mock-prefer'

/**
 * Reads the header.
 *
 * @param text e.g. `status=473`, `status=500; error=no luck`, `latency=200`, `hang`, `reset=before-headers`, `sealed`
 * @returns undefined where nothing is said
 * @throws {ControlProblem} for what is not understood, with what there is
 */
export function wishedEffect (text: string): Effect | undefined {
  const parts = text.split(';').map((part) => part.trim()).filter((part) => part !== '')
  if (parts.length === 0) return undefined
  const effect: Effect = Object.assign({}, ...parts.map(effectOf))
  const problems = problemsIn(Effect, effect).map((problem) => sayProblem(problem, 'the wish'))
  if (problems.length > 0) throw new ControlProblem('wrong', `X-Vault-Mock-Prefer: ${problems.join(', ')}`)
  return effect
}

function effectOf (part: string): object {
  const mark = part.indexOf('=')
  const name = (mark < 0 ? part : part.slice(0, mark)).trim()
  const value = mark < 0 ? undefined : part.slice(mark + 1).trim()
  const word = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined
  if (word !== undefined && value !== undefined) return word.read(value)
  if (FLAGS.includes(name) && (value === undefined || value === 'true')) return { [name]: true }
  const known = [...Object.values(WORDS).map(({ usage }) => usage), ...FLAGS].join(', ')
  throw new ControlProblem('wrong', `X-Vault-Mock-Prefer: "${part.slice(0, 60)}" is not understood; there is ${known}`)
}

interface Word {
  /** as the reader of a refusal is told it */
  readonly usage: string
  readonly read: (value: string) => object
}

const WORDS: Readonly<Record<string, Word>> = {
  status: { usage: 'status=N', read: (value) => ({ status: numberIn(value) }) },
  error: { usage: 'error=TEXT', read: (value) => ({ errors: [value] }) },
  latency: { usage: 'latency=MS', read: (value) => ({ latency: numberIn(value.replace(/ms$/, '')) }) },
  truncate: { usage: 'truncate=BYTES', read: (value) => ({ truncate: numberIn(value) }) },
  reset: { usage: 'reset=before-headers|after-headers', read: (reset) => ({ reset }) },
  'content-type': { usage: 'content-type=TYPE', read: (contentType) => ({ contentType }) }
}

/** Effects that are either there or not. */
const FLAGS = Object.entries<TSchema>(Effect.properties).filter(([, schema]) => isFlag(schema)).map(([name]) => name)

function isFlag (schema: TSchema): boolean {
  const kinds: readonly TSchema[] = schema.anyOf ?? [schema]
  return kinds.some(({ type }) => type === 'boolean')
}

/** What is no number stays as it is, and is refused as such. */
function numberIn (text: string): number | string {
  return /^\d{1,15}$/.test(text) ? Number(text) : text
}
