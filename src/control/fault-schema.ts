// The form of a fault rule: which requests it meets and what becomes of them. The only list of its fields.
import { Type, type Static } from '@sinclair/typebox'
import type { RandomStream } from '../sim/random.js'

const closed = { additionalProperties: false }
/** The longest delay that Node's timers take: 24 days. */
export const LONGEST_LATENCY_MS = 2 ** 31 - 1
const ms = (description: string) => Type.Number({ minimum: 0, maximum: LONGEST_LATENCY_MS, description })
/** What Node lets a header be, so that a rule cannot fail while it answers. */
const headerName = Type.String({ pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", description: 'the name of a header' })
const headerValue = Type.String({
  pattern: '^[\\t\\x20-\\x7e\\x80-\\xff]*$', description: 'the value of a header: one line of Latin 1'
})

export const Latency = Type.Union([
  ms('always as long'),
  Type.Object({ minMs: ms('shortest'), maxMs: ms('longest') }, { ...closed, description: 'evenly between the two' }),
  Type.Object({ meanMs: ms('mean'), deviationMs: ms('standard deviation') }, { ...closed, description: 'normally distributed, never below 0' })
], { description: 'milliseconds that pass before the answer: a number, {minMs,maxMs} or {meanMs,deviationMs}' })

export const Match = Type.Object({
  methods: Type.Optional(Type.Array(Type.String(), { description: 'verbs, e.g. GET, LIST' })),
  path: Type.Optional(Type.String({ description: 'glob: * within a segment, ** across; with or without /v1/' })),
  node: Type.Optional(Type.String({ description: 'id of the node that the request was sent to' })),
  cluster: Type.Optional(Type.String({ description: 'label of its cluster' })),
  accessor: Type.Optional(Type.String({ description: 'accessor of the token it carries' })),
  outside: Type.Optional(Type.String({ description: 'in place of requests, what engines ask of other systems: glob of SYSTEM/ADDRESS, e.g. ldap/** or database/127.0.0.1:5432' })),
  nth: Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.Array(Type.Integer({ minimum: 1 }))], { description: 'only this call of those that match, counted from 1; or these' })),
  every: Type.Optional(Type.Integer({ minimum: 1, description: 'of those that match each second, third … call' })),
  probability: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'drawn from the world\'s seed' })),
  fromMs: Type.Optional(Type.Number({ description: 'from this instant of the world\'s time, milliseconds since 1970' })),
  untilMs: Type.Optional(Type.Number({ description: 'up to this instant' }))
}, { ...closed, description: 'which requests; all of what is said must be so, nothing said is every request' })

export const Effect = Type.Object({
  latency: Type.Optional(Latency),
  status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599, description: 'this status in place of an answer' })),
  errors: Type.Optional(Type.Array(Type.String(), { description: 'Vault\'s list of errors in place of an answer; the status is 500 unless said' })),
  body: Type.Optional(Type.String({ description: 'this body in place of an answer; the status is 200 unless said' })),
  headers: Type.Optional(Type.Record(headerName, headerValue, { ...closed, description: 'added to the answer' })),
  contentType: Type.Optional(Type.String({ ...headerValue, description: 'this label on the answer: one line' })),
  hang: Type.Optional(Type.Boolean({ description: 'no answer, ever' })),
  reset: Type.Optional(Type.Union([Type.Literal('before-headers'), Type.Literal('after-headers')], { description: 'the connection is reset: before-headers, after-headers' })),
  truncate: Type.Optional(Type.Integer({ minimum: 0, description: 'the connection ends after so many bytes of the body' })),
  slowBody: Type.Optional(Type.Object({ bytesPerSecond: Type.Integer({ minimum: 1 }) }, { ...closed, description: 'the body comes at this pace' })),
  malformedJson: Type.Optional(Type.Boolean({ description: 'a JSON body lacks its end' })),
  missingState: Type.Optional(Type.Boolean({ description: '412, as from a node that lacks the state which X-Vault-Index asks for' })),
  rateLimited: Type.Optional(Type.Union([Type.Boolean(), Type.Object({ limit: Type.Integer({ minimum: 0 }), resetSeconds: Type.Integer({ minimum: 0 }) }, closed)], { description: '429 with the headers of a rate limit quota' })),
  sealed: Type.Optional(Type.Boolean({ description: '503 Vault is sealed' })),
  stale: Type.Optional(Type.Boolean({ description: 'reads are answered from the data as it was when the rule was added' })),
  corrupt: Type.Optional(Type.Boolean({ description: 'one bit in the middle of the body is flipped: a corrupt snapshot' })),
  incomplete: Type.Optional(Type.Boolean({ description: 'half of the body, as if it were all: an incomplete snapshot' })),
  diskFull: Type.Optional(Type.Boolean({ description: 'writes fail with 500 no space left on device' }))
}, { ...closed, minProperties: 1, description: 'what becomes of the request' })

export const FaultSpec = Type.Object({
  match: Type.Optional(Match),
  effect: Effect,
  times: Type.Optional(Type.Integer({ minimum: 1, description: 'so many times, then the rule is spent' })),
  note: Type.Optional(Type.String({ description: 'for whoever reads the list' }))
}, closed)

export type Latency = Static<typeof Latency>
export type Match = Static<typeof Match>
export type Effect = Static<typeof Effect>
export type FaultSpec = Static<typeof FaultSpec>

/** How long one answer takes, in milliseconds. */
export function drawLatency (latency: Latency, random: RandomStream): number {
  if (typeof latency === 'number') return latency
  if ('minMs' in latency) return latency.minMs + random.fraction() * (latency.maxMs - latency.minMs)
  // Box and Muller
  const normal = Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction())
  return Math.min(Math.max(0, latency.meanMs + normal * latency.deviationMs), LONGEST_LATENCY_MS)
}
