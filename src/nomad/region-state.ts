// What a Nomad region remembers.
import { Type } from '@sinclair/typebox'
import { RaftForm } from '../raft/raft-state.js'
import { closed, count, instant, oneOf, texts, type State } from '../sim/declared.js'

const Server = Type.Object({
  /** raft id */
  id: Type.String(),
  /** without the region, e.g. `server-0` */
  name: Type.String(),
  host: Type.String(),
  /** of HTTP; RPC is one above, gossip two above */
  port: count,
  /** as of a Vault node: serves, is gone, or accepts connections and never answers */
  process: oneOf('running', 'stopped', 'paused')
}, closed)

const AclToken = Type.Object({
  accessorId: Type.String(),
  secretId: Type.String(),
  name: Type.String(),
  type: Type.String(),
  policies: texts,
  global: Type.Boolean(),
  /** base64 */
  hash: Type.String(),
  /** absent for the two that stand for no token */
  createdAtMs: Type.Optional(instant),
  expiresAtMs: Type.Optional(instant),
  createIndex: count,
  modifyIndex: count
}, closed)

const AclPolicy = Type.Object({
  name: Type.String(),
  description: Type.String(),
  rules: Type.String(),
  /** base64 */
  hash: Type.String(),
  createIndex: count,
  modifyIndex: count
}, closed)

const Acl = Type.Object({
  /** in the order of their creation */
  tokens: Type.Array(AclToken),
  policies: Type.Array(AclPolicy),
  /** the entry of the bootstrap; 0 before it */
  resetIndex: count,
  /** the last entry that changed tokens, and policies */
  tokensIndex: count,
  policiesIndex: count
}, closed)

const AutopilotConfig = Type.Object({
  cleanupDeadServers: Type.Boolean(),
  deadServerLastContactThresholdMs: Type.Number(),
  lastContactThresholdMs: Type.Number(),
  maxTrailingLogs: Type.Number(),
  minQuorum: Type.Number(),
  serverStabilizationTimeMs: Type.Number(),
  /** the enterprise edition's, kept and shown */
  enableRedundancyZones: Type.Boolean(),
  disableUpgradeMigration: Type.Boolean(),
  enableCustomUpgrades: Type.Boolean()
}, closed)

const Scheduler = Type.Object({
  algorithm: oneOf('binpack', 'spread'),
  /** whether jobs of a kind may push out others of lower priority */
  preemption: Type.Object({
    system: Type.Boolean(),
    sysBatch: Type.Boolean(),
    batch: Type.Boolean(),
    service: Type.Boolean()
  }, closed),
  memoryOversubscription: Type.Boolean(),
  rejectJobRegistration: Type.Boolean(),
  pauseEvalBroker: Type.Boolean()
}, closed)

export const RegionForm = Type.Object({
  profile: oneOf('documented', 'nomad-2.0'),
  /** how `RaftProtocol` is printed: Go clients need the string, the documentation's sample has the number */
  raftProtocolAs: oneOf('string', 'number'),
  /** tokens are looked at */
  aclEnabled: Type.Boolean(),
  servers: Type.Array(Server),
  raft: RaftForm,
  /** the term of the leader that this region began with */
  firstTerm: count,
  /** with the entries that wrote the settings first and last */
  autopilot: Type.Object({ config: AutopilotConfig, createIndex: count, modifyIndex: count }, closed),
  acl: Acl,
  /** with the entries that wrote the settings first and last */
  scheduler: Type.Object({ config: Scheduler, createIndex: count, modifyIndex: count }, closed),
  /** the root key: what the keyring lists, and what `/.well-known/jwks.json` shows of it, base64 */
  signingKey: Type.Object({
    id: Type.String(),
    publicKey: Type.String(),
    createdAtMs: instant,
    createIndex: count
  }, closed),
  /** ids of servers */
  gossip: Type.Object({
    /** whom the leader heard when it last listened */
    heard: texts,
    /** who was declared gone for good */
    left: texts,
    /** whom the pool has forgotten */
    reaped: texts
  }, closed)
}, closed)

export type RegionState = State<typeof RegionForm>
export type NomadServerState = RegionState['servers'][number]
export type AclState = RegionState['acl']
export type AclToken = AclState['tokens'][number]
export type AclPolicy = AclState['policies'][number]
export type StoredAutopilotConfig = RegionState['autopilot']
export type StoredSchedulerConfig = RegionState['scheduler']
export type SigningKey = RegionState['signingKey']
export type GossipState = RegionState['gossip']
