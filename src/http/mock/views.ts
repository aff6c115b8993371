// The forms of what the controls answer.
import { Type, type Static, type TProperties, type TSchema } from '@sinclair/typebox'
import { FaultSpec } from '../../control/fault-schema.js'

/** An object of these members and no others. */
export function closed<P extends TProperties> (members: P) {
  return Type.Object(members, { additionalProperties: false })
}

/** A list that nobody changes. */
export function listOf<T extends TSchema> (member: T) {
  return Type.Unsafe<readonly Static<T>[]>(Type.Array(member))
}

export function oneOf<T extends string> (...values: T[]) {
  return Type.Union(values.map((value) => Type.Literal(value)), { description: values.join(', ') })
}

export const Nullable = {
  text: Type.Union([Type.String(), Type.Null()]),
  number: Type.Union([Type.Number(), Type.Null()])
}

const Process = oneOf('running', 'stopped', 'paused')
const Suffrage = oneOf('voter', 'nonVoter', 'none')

export const NodeView = closed({
  id: Type.String(),
  cluster: Type.String({ description: 'label' }),
  apiAddr: Type.String(),
  clusterAddr: Type.String(),
  process: Process,
  initialized: Type.Boolean(),
  sealed: Type.Boolean(),
  active: Type.Boolean(),
  suffrage: Suffrage,
  appliedIndex: Type.Integer(),
  term: Type.Integer(),
  cutOff: Type.Boolean({ description: 'it does not follow the leader and answers from what it knew last' })
})

export const NomadServerView = closed({
  name: Type.String(),
  id: Type.String(),
  address: Type.String(),
  process: Process,
  member: oneOf('alive', 'failed', 'left'),
  leader: Type.Boolean(),
  suffrage: Suffrage
})

export const FaultView = closed({
  ...FaultSpec.properties,
  id: Type.Integer(),
  seen: Type.Integer({ description: 'requests that matched, whatever their number or luck' }),
  fired: Type.Integer({ description: 'requests it did something to' })
})

export const PartView = closed({
  kind: oneOf('performance', 'dr'),
  cluster: Type.String(),
  mode: oneOf('primary', 'secondary', 'bootstrapping')
})

export const TimeView = closed({
  nowMs: Type.Number(),
  mode: oneOf('live', 'auto', 'manual'),
  scale: Type.Number({ description: 'simulated seconds per second' }),
  pending: listOf(closed({ atMs: Type.Number(), kind: Type.String() }))
})

const Message = closed({ headers: Type.Record(Type.String(), Type.String()), body: Type.String() })

export const ExchangeView = closed({
  number: Type.Integer(),
  at: Type.String(),
  node: Type.String(),
  method: Type.String(),
  url: Type.String(),
  status: Type.Union([Type.Integer(), Type.Null()]),
  durationMs: Type.Union([Type.Number(), Type.Null()]),
  fault: Type.Union([Type.Integer(), Type.Null()], { description: 'the rule that met it' }),
  request: Message,
  response: Message,
  notes: listOf(Type.String())
})

/** What the user of a world must know. */
export const HANDED_OUT = { rootToken: Type.Optional(Type.String()), unsealKeys: listOf(Type.String()) }

export const Problems = Type.Object({
  errors: listOf(Type.String()),
  problems: Type.Optional(listOf(closed({ path: Type.String(), expected: Type.String(), found: Type.String() })))
}, { description: 'refused' })
