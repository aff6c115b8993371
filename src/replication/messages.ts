// What primary and secondary say to each other: plain JSON, the same within a world and between processes.
import { Type, type Static, type TSchema } from '@sinclair/typebox'
import { problemsIn, sayProblem } from '../json/form-problems.js'
import type { JsonObject, JsonValue } from '../json/index.js'
import { SealForm } from '../cluster/stored.js'
import { Withheld, type StoredValue } from '../cluster/storage.js'
import { count, oneOf, texts, type State } from '../sim/declared.js'

const PeerAddress = Type.Object({ apiAddr: Type.String(), clusterAddr: Type.String() })

const FollowRequestForm = Type.Object({
  kind: oneOf('performance', 'dr'),
  /** of the replication set */
  clusterId: Type.String(),
  secondaryId: Type.String(),
  address: PeerAddress,
  /** of the journal it last saw; empty: it wants everything */
  epoch: Type.String(),
  position: count,
  /** what it has for a seal (`sealTag`); empty: none of the primary's */
  sealTag: Type.String(),
  /** how long the primary may wait for something new; 0 by default */
  waitMs: Type.Optional(Type.Number({ minimum: 0 }))
})

/** A secondary tells how far it is and asks for what comes next. */
export type FollowRequest = State<typeof FollowRequestForm>

/** Who asks. */
export type Secondary = Pick<FollowRequest, 'kind' | 'clusterId' | 'secondaryId'>

/** A path with its value, its hash where a filter holds it back, or neither where it is gone. */
export type Change =
  | readonly [path: string, fate: 'value', content: JsonValue]
  | readonly [path: string, fate: 'withheld', hash: string]
  | readonly [path: string, fate: 'gone', nothing: null]

const ChangeForm = Type.Union([
  Type.Tuple([Type.String(), Type.Literal('value'), Type.Unknown()]),
  Type.Tuple([Type.String(), Type.Literal('withheld'), Type.String()]),
  Type.Tuple([Type.String(), Type.Literal('gone'), Type.Null()])
])

const FollowAnswerForm = Type.Object({
  /** the changes are all there is; what is not among them is gone */
  everything: Type.Boolean(),
  changes: Type.Array(ChangeForm),
  epoch: Type.String(),
  position: count,
  wal: count,
  root: Type.String(),
  /** the id that health shows of the primary */
  primaryId: Type.String(),
  primaryClusterAddr: Type.String(),
  nodes: Type.Array(PeerAddress),
  /** the primary's own DR secondaries */
  alternateApiAddrs: texts,
  alternateClusterAddrs: texts,
  /** where it wants to be called, if not at its nodes' own cluster addresses: a load balancer */
  linkAddrs: texts,
  /** where the secondary's differs: the stored seal, and the root key sealed with the secondary's secret, base64 */
  seal: Type.Optional(Type.Object({ stored: SealForm, rootKey: Type.String() }))
})

export type FollowAnswer = Omit<State<typeof FollowAnswerForm>, 'changes'> & { readonly changes: readonly Change[] }

/** A message that is none: another program speaks, or another version of this one. */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage'
}

/** @throws {MalformedMessage} */
export function readFollowRequest (message: JsonValue): FollowRequest {
  return readAs(FollowRequestForm, message)
}

/** @throws {MalformedMessage} */
export function readFollowAnswer (message: JsonValue): FollowAnswer {
  return readAs(Type.Unsafe<FollowAnswer>(FollowAnswerForm), message)
}

function readAs<T extends TSchema> (form: T, message: JsonValue): Static<T> {
  refuseMalformed(form, message)
  return message
}

function refuseMalformed<T extends TSchema> (form: T, message: JsonValue): asserts message is JsonValue & Static<T> {
  const [problem] = problemsIn(form, message)
  if (problem !== undefined) throw new MalformedMessage(sayProblem(problem, 'the message'))
}

export function changeOf (path: string, value: StoredValue | undefined): Change {
  if (value === undefined) return [path, 'gone', null]
  return value instanceof Withheld ? [path, 'withheld', value.hash] : [path, 'value', value]
}

/** The value that a change leaves behind; undefined: none. */
export function valueOf (change: Change): StoredValue | undefined {
  if (change[1] === 'gone') return undefined
  return change[1] === 'withheld' ? new Withheld(change[2]) : change[2]
}

/** A message as it came over the network. */
export function asJson (message: FollowRequest | FollowAnswer): JsonObject {
  return message
}
