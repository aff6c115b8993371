// What is wrong with a value that should have a form: where, what was expected, what is there.
import type { TSchema } from '@sinclair/typebox'
import { Errors, type ValueError } from '@sinclair/typebox/errors'

/** One thing that is wrong. */
export interface FormProblem {
  /** where, e.g. `/clusters/0/raft/term`; empty for the whole */
  readonly path: string
  readonly expected: string
  readonly found: string
}

const MOST_PROBLEMS = 20

/** The first twenty differences of a value from a schema; none if it has that form. */
export function problemsIn (schema: TSchema, value: unknown): FormProblem[] {
  const problems: FormProblem[] = []
  for (const error of Errors(schema, value)) {
    // a missing field is reported twice, as missing and as of the wrong type
    if (!problems.some(({ path }) => path === error.path)) problems.push(problemOf(error))
    if (problems.length === MOST_PROBLEMS) break
  }
  return problems
}

/** @param whole what the value is called, where all of it is wrong */
export function sayProblem ({ path, expected, found }: FormProblem, whole: string): string {
  return `${path === '' ? whole : path}: expected ${expected}, found ${found}`
}

function problemOf ({ path, message, schema, value }: ValueError): FormProblem {
  return { path, expected: expectation(schema, message), found: shown(value) }
}

function expectation (schema: TSchema, message: string): string {
  if (message === 'Unexpected property') return 'no such field'
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.minProperties !== undefined) return `at least ${schema.minProperties} field`
  const said = message.replace(/^Expected /, '').toLowerCase()
  return schema.description === undefined || /^(?:required|union)/.test(said) ? schema.description ?? said : `${said} (${schema.description})`
}

/** Enough of a value to recognise it. */
function shown (value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return 'text' in value ? String(value.text) : 'an object'
  return JSON.stringify(value).slice(0, 60)
}
