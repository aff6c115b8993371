// What primary and secondary say to each other: plain JSON, the same within a world and between processes.
import { Type, type Static, type TSchema } from '@sinclair/typebox'
import { problemsIn, sayProblem } from '../json/form-problems.js'
import type { JsonObject, JsonValue } from '../json/index.js'
import { SealForm } from '../cluster/stored.js'
import { count, oneOf, texts, type State } from '../sim/declared.js'
import { ChangeForm, type Change } from './change.js'
import { PaceForm, type Pace } from './replication-state.js'

const PeerAddress = Type.Object({ apiAddr: Type.String(), clusterAddr: Type.String() })

const FollowRequestForm = Type.Object({
  kind: oneOf('performance', 'dr'),
  /** of the replication set */
  clusterId: Type.String(),
  secondaryId: Type.String(),
  address: PeerAddress,
  /** id and name that health shows of it */
  cluster: Type.Optional(Type.Object({ id: Type.String(), name: Type.String() })),
  /** of the journal it last saw; empty: it wants everything */
  epoch: Type.String(),
  position: count,
  /** what it has for a seal (`sealTag`); empty: none of the primary's */
  sealTag: Type.String(),
  /** an answer that was cut off, and how many of its changes have come: it wants the others */
  resumes: Type.Optional(Type.Object({ transfer: Type.String(), lines: count })),
  /** it wants no changes, but to know how the link stands */
  headOnly: Type.Optional(Type.Literal(true)),
  /** how long the primary may wait for something new; 0 by default */
  waitMs: Type.Optional(Type.Number({ minimum: 0 }))
})

/** A secondary tells how far it is and asks for what comes next. */
export type FollowRequest = State<typeof FollowRequestForm>

/** Who asks. */
export type Secondary = Pick<FollowRequest, 'kind' | 'clusterId' | 'secondaryId'>

const FollowAnswerForm = Type.Object({
  /** the changes are all there is; what is not among them is gone */
  everything: Type.Boolean(),
  changes: Type.Array(ChangeForm),
  /** what an answer with everything is called, where it can be gone on with */
  transfer: Type.Optional(Type.String()),
  epoch: Type.String(),
  position: count,
  /** the primary's write that the changes lead to */
  wal: count,
  /** the primary's last write */
  lastWal: count,
  /** empty where the changes do not lead to the end */
  root: Type.String(),
  /** the primary's merkle tree does not fit its data: there is nothing to be compared with */
  corrupted: Type.Optional(Type.Literal(true)),
  /** id and name that health shows of the primary */
  primaryId: Type.String(),
  primaryName: Type.String(),
  primaryClusterAddr: Type.String(),
  nodes: Type.Array(PeerAddress),
  /** how fast the link is as the primary's world has it, where that is not at once */
  pace: Type.Optional(Type.Unsafe<Pace>(PaceForm)),
  /** the primary's own DR secondaries */
  alternateApiAddrs: texts,
  alternateClusterAddrs: texts,
  /** where it wants to be called, if not at its nodes' own cluster addresses: a load balancer */
  linkAddrs: texts,
  /** where the secondary's differs: the stored seal, and the root key sealed with the secondary's secret, base64 */
  seal: Type.Optional(Type.Object({ stored: SealForm, rootKey: Type.String() }))
})

export type FollowAnswer = Omit<State<typeof FollowAnswerForm>, 'changes'> & {
  readonly changes: readonly Change[]
  /** of everything, the changes are what the secondary lacks: it has compared; never sent */
  readonly differenceOnly?: boolean
}

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

/** @throws {MalformedMessage} */
export function readChange (message: JsonValue): Change {
  return readAs(Type.Unsafe<Change>(ChangeForm), message)
}

function readAs<T extends TSchema> (form: T, message: JsonValue): Static<T> {
  refuseMalformed(form, message)
  return message
}

function refuseMalformed<T extends TSchema> (form: T, message: JsonValue): asserts message is JsonValue & Static<T> {
  const [problem] = problemsIn(form, message)
  if (problem !== undefined) throw new MalformedMessage(sayProblem(problem, 'the message'))
}

/** A message as it came over the network. */
export function asJson (message: FollowRequest | FollowAnswer): JsonObject {
  return message
}
