// What is to be said of a played scenario: each answer the same, different, or not offered by this server.
import { departuresFrom, differencesBetween } from './comparison.js'
import { isPause } from './scenario.js'
import type { Answer, AskedRequest, Exchange, Json, Recording, Scenario, Statement } from './scenario.js'

export type Verdict = 'same' | 'different' | 'not offered' | 'not played'

/** One exchange, judged. */
export interface Judged {
  readonly id: string
  readonly verdict: Verdict
  readonly request?: AskedRequest
  /** a recorded answer, or what a document says */
  readonly wanted?: Answer | Statement
  readonly got?: Answer
  /** where the two differ, a line each; or why there is nothing to compare */
  readonly reasons: readonly string[]
}

/** A scenario, judged. */
export interface ScenarioResult {
  readonly name: string
  readonly tier: string
  /** why it was not played */
  readonly notPlayed?: string
  readonly exchanges: readonly Judged[]
}

/** How many exchanges met which verdict. */
export interface Figures {
  readonly total: number
  readonly same: number
  readonly different: number
  readonly notOffered: number
  readonly notPlayed: number
}

/** @returns an exchange for each that the recording or the documents have an answer to */
export function judge (scenario: Scenario, recording: Recording | undefined, played: readonly Exchange[]): Judged[] {
  const byId = new Map(played.map((exchange) => [exchange.id, exchange]))
  if (recording !== undefined) {
    return recording.exchanges.flatMap(({ id, request, response, fault }) => {
      if (response === undefined || fault !== undefined) return []
      return [{ request, ...judgeOne(id, response, byId.get(id), (got) => differencesBetween(response, got)) }]
    })
  }
  return statementsIn(scenario).map(([id, statement]) =>
    judgeOne(id, statement, byId.get(id), (got) => departuresFrom(statement, got)))
}

/** What documents say of a scenario's answers. */
export function statementsIn (scenario: Scenario): Array<readonly [id: string, statement: Statement]> {
  return scenario.steps.flatMap((step) =>
    isPause(step) || step.id === undefined || step.states === undefined ? [] : [[step.id, step.states] as const])
}

function judgeOne (
  id: string, wanted: Answer | Statement, exchange: Exchange | undefined, compare: (got: Answer) => string[]
): Judged {
  const { request, response: got, fault, leftOut } = exchange ?? {}
  if (leftOut !== undefined) return { id, request, wanted, verdict: 'not played', reasons: [leftOut] }
  if (got === undefined) return { id, request, wanted, verdict: 'different', reasons: [fault ?? 'not reached'] }
  const reasons = fault === undefined ? compare(got) : [fault]
  const verdict = reasons.length === 0 ? 'same' : isNotOffered(wanted, got) ? 'not offered' : 'different'
  return { id, request, wanted, got, verdict, reasons }
}

/** There is nothing at all where the request goes. */
const NOTHING_THERE = /no handler for route|route entry not found|does not simulate/i
/** The same may also be said of a part of what is there. */
const NO_SUCH_THING = new RegExp([
  'unsupported path', 'unsupported operation', 'enterprise-only', 'enterprise only', 'unknown backend type',
  'plugin not found', 'not supported in this'
].join('|'), 'i')

/** The server says that it has no such thing, where one that has was expected. */
function isNotOffered (wanted: Answer | Statement, got: Answer): boolean {
  if (got.status < 400) return false
  const says = (answer: Answer | Statement, words: RegExp) => errorsIn(answer).some((error) => words.test(error))
  if (says(got, NOTHING_THERE)) return !says(wanted, NOTHING_THERE)
  return wanted.status !== got.status && says(got, NO_SUCH_THING)
}

function errorsIn (answer: Answer | Statement): string[] {
  if (!('body' in answer)) return []
  const { errors } = membersOf(membersOf(answer.body).json ?? null)
  return Array.isArray(errors) ? errors.map(String) : []
}

function membersOf (value: Json): Record<string, Json> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {}
}

export function figuresOf (exchanges: readonly Judged[]): Figures {
  const count = (wanted: Verdict) => exchanges.filter(({ verdict }) => verdict === wanted).length
  return {
    total: exchanges.length,
    same: count('same'),
    different: count('different'),
    notOffered: count('not offered'),
    notPlayed: count('not played')
  }
}
