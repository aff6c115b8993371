// What a saved world looks like: the one description of its form, and what is wrong with a file that differs.
import { Type, type Static, type TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { problemsIn, sayProblem, type FormProblem } from '../json/form-problems.js'

/** Grows when an older file can no longer be read. */
export const STATE_VERSION = 1

const closed = { additionalProperties: false }
const instant = Type.Number({ description: 'milliseconds since 1970' })
const index = Type.Integer({ minimum: 0 })
const names = Type.Array(Type.String())
const oneOf = <T extends string>(...values: T[]) => Type.Union(values.map((value) => Type.Literal(value)), { description: values.join(', ') })
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()], { description: `null or ${schema.description ?? String(schema.type)}` })
const base64 = Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$', description: 'base64' })

const Server = Type.Object({ id: Type.String(), address: Type.String(), suffrage: oneOf('voter', 'nonVoter'), permanentNonVoter: Type.Optional(Type.Boolean()) }, closed)

/** Further fields are let pass: raft itself says what it needs. */
const Peer = Type.Object({ appliedIndex: index, seenIndex: index, term: index, knownLeaderId: orNull(Type.String()), inContact: Type.Boolean(), contactSinceAtMs: instant, lastContactAtMs: instant, heard: Type.Boolean(), fresh: Type.Boolean(), stableSinceAtMs: instant, phaseMs: Type.Number(), addedAtMs: instant, heldOffUntilAtMs: instant })

const Election = Type.Object({ term: index, leaderId: Type.String() }, { description: 'election' })

const Raft = Type.Object({
  servers: Type.Array(Server),
  term: index,
  lastIndex: index,
  configurationIndex: index,
  leaderId: orNull(Type.String()),
  leaderSinceAtMs: instant,
  bootstrapping: Type.Boolean(),
  lastElection: orNull(Election),
  peers: Type.Record(Type.String(), Peer)
})

const Writes = Type.Object({ replicated: index, local: index, own: index }, closed)
const Entries = Type.Record(Type.String(), Type.Unknown(), { description: 'values by path' })
const Withheld = Type.Record(Type.String(), Type.String({ pattern: '^[0-9a-f]{40}$', description: '40 hexadecimal digits' }))

const KeptSnapshot = Type.Object({ fileName: Type.String(), bytes: base64 }, closed)

const SavedCluster = Type.Object({
  key: Type.String(),
  label: Type.String(),
  nodes: names,
  rootKey: orNull(base64),
  raft: Raft,
  challenges: Type.Record(Type.String(), Type.String()),
  rootGeneration: orNull(Type.Object({}, { description: 'object' })),
  rekey: orNull(Type.Object({}, { description: 'object' })),
  keptSnapshots: Type.Record(Type.String(), Type.Array(KeptSnapshot)),
  writes: Writes,
  withheld: Withheld,
  entries: Entries
}, closed)

/** What a cut-off node sees, as its difference from the cluster's entries. */
const View = Type.Object({ writes: Writes, withheld: Withheld, entries: Entries, missing: names }, { ...closed, description: 'object' })

const SavedNode = Type.Object({
  id: Type.String(),
  cluster: Type.String(),
  apiAddr: Type.String(),
  clusterAddr: Type.String(),
  process: oneOf('running', 'stopped', 'paused'),
  sealed: Type.Boolean(),
  joinPending: Type.Boolean(),
  removed: Type.Boolean(),
  nonVoter: Type.Boolean(),
  upgradeVersion: Type.String(),
  activeSinceAtMs: instant,
  unsealProgress: Type.Object({ nonce: Type.String(), shares: names }, closed),
  sealConfig: orNull(Type.Object({ shares: index, threshold: index }, { ...closed, description: 'object' })),
  view: orNull(View)
}, closed)

const Event = Type.Object({ atMs: instant, kind: Type.String(), urgency: oneOf('transition', 'deadline'), ids: Type.Record(Type.String(), Type.String()) }, closed)
const Link = { from: Type.String(), to: Type.String() }

export const SavedWorld = Type.Object({
  version: Type.Literal(STATE_VERSION),
  profile: oneOf('documented', 'vault-1.14', 'vault-1.21', 'openbao-2.5'),
  edition: oneOf('ent', 'ce'),
  raft: oneOf('storage', 'ha_storage'),
  performanceStandbys: Type.Boolean(),
  rootToken: orNull(Type.String()),
  unsealKeys: names,
  nowMs: instant,
  nodes: Type.Array(SavedNode),
  network: Type.Object({
    down: names,
    cuts: Type.Array(Type.Object(Link, closed)),
    delays: Type.Array(Type.Object({ ...Link, delayMs: Type.Number({ minimum: 0 }) }, closed))
  }, closed),
  events: Type.Array(Event),
  random: Type.Object({
    seed: index,
    streams: Type.Record(Type.String(), Type.Array(Type.Integer(), { minItems: 4, maxItems: 4, description: 'four whole numbers' }))
  }, closed),
  parts: Type.Record(Type.String(), Type.Unknown()),
  clusters: Type.Array(SavedCluster)
}, closed)

export type SavedWorld = Static<typeof SavedWorld>
export type SavedCluster = Static<typeof SavedCluster>
export type SavedNode = Static<typeof SavedNode>
export type SavedView = Static<typeof View>

/** A saved world that cannot be loaded; its message names every problem, one a line. */
export class StateError extends Error {
  override readonly name = 'StateError'

  constructor (readonly problems: readonly FormProblem[]) {
    super(problems.map((problem) => sayProblem(problem, 'the state')).join('\n'))
  }
}

/** @throws {StateError} with where the form is wrong and what was expected */
export function checkForm (state: unknown): SavedWorld {
  if (Value.Check(SavedWorld, state)) return state
  throw new StateError(problemsIn(SavedWorld, state))
}
