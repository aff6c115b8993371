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
    return recording.exchanges.flatMap(({ id, request, response }) => response === undefined
      ? []
      : [{ request, ...judgeOne(id, response, byId.get(id), (got) => differencesBetween(response, got)) }])
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
  const reasons = compare(got)
  const verdict = reasons.length === 0 ? 'same' : isNotOffered(wanted.status, got) ? 'not offered' : 'different'
  return { id, request, wanted, got, verdict, reasons }
}

const ABSENCE = new RegExp([
  'unsupported path', 'unsupported operation', 'no handler for route', 'route entry not found', 'enterprise-only',
  'enterprise only', 'does not simulate', 'unknown backend type', 'plugin not found', 'not supported in this'
].join('|'), 'i')

/** The server says that it has no such thing, where one that has was expected. */
function isNotOffered (wanted: number | '2xx', { status, body }: Answer): boolean {
  if (status === wanted || status < 400) return false
  return errorsIn(body).some((error) => ABSENCE.test(error))
}

function errorsIn (body: Json): string[] {
  const json = membersOf(body).json ?? null
  const { errors } = membersOf(json)
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
