// state.bin of a Nomad snapshot: a header, then records, each the byte of its type and a struct by field names.
import { BUILTIN_INDEX, NAMESPACES, NODE_POOLS, type Builtin } from './builtins.js'
import { MsgpackReader, pack, textOf, type Packed } from './msgpack.js'
import type { AclPolicy, AclState, AclToken, SigningKey, StoredSchedulerConfig } from './region-state.js'
import { schedulerAlgorithm } from './scheduler.js'

/** What of a region is in its snapshots: all that the servers agree on but raft's own. */
export interface SnapshotState {
  readonly acl: AclState
  readonly scheduler: StoredSchedulerConfig
  readonly signingKey: SigningKey
}

/** @see Nomad `fsm.go` */
const TYPES = { index: 2, policy: 11, token: 12, scheduler: 13, rootKey: 24, nodePool: 28, namespace: 64 } as const
/** Time table, job summaries, cluster metadata, root keys: nothing that a region here would show. */
const WITHOUT_MEANING = new Set([5, 7, 14, 30, TYPES.nodePool, TYPES.namespace])
/** Of tables in the index. */
const TABLES = { reset: 'acl_token_bootstrap', tokens: 'acl_token', policies: 'acl_policy' } as const
const EMPTY_HEADER = pack({})

type Fields = { readonly [name: string]: Packed }

/** What stands in a snapshot and has no place here, or is no snapshot of Nomad at all. */
export class RecordsError extends Error {}

export function printRecords ({ acl, scheduler, signingKey }: SnapshotState): Uint8Array[] {
  const index = {
    [TABLES.reset]: acl.resetIndex,
    [TABLES.tokens]: acl.tokensIndex,
    [TABLES.policies]: acl.policiesIndex
  }
  return [
    EMPTY_HEADER,
    ...Object.entries(index).map(([table, value]) => record(TYPES.index, { Key: table, Value: value })),
    ...NODE_POOLS.map((pool) => record(TYPES.nodePool, builtin(pool))),
    ...acl.policies.map((policy) => record(TYPES.policy, policyFields(policy))),
    ...acl.tokens.map((token) => record(TYPES.token, tokenFields(token))),
    record(TYPES.scheduler, schedulerFields(scheduler)),
    record(TYPES.rootKey, keyFields(signingKey)),
    ...NAMESPACES.map((namespace) => record(TYPES.namespace, builtin(namespace)))
  ]
}

function record (type: number, fields: Fields): Buffer {
  return Buffer.concat([Buffer.of(type), pack(fields)])
}

function builtin ({ name, description, hash }: Builtin): Fields {
  const indexes = { CreateIndex: BUILTIN_INDEX, ModifyIndex: BUILTIN_INDEX }
  return { Name: name, Description: description, Hash: Buffer.from(hash, 'base64'), ...indexes }
}

function policyFields ({ name, description, rules, hash, createIndex, modifyIndex }: AclPolicy): Fields {
  return {
    Name: name,
    Description: description,
    Rules: rules,
    Hash: Buffer.from(hash, 'base64'),
    CreateIndex: createIndex,
    ModifyIndex: modifyIndex
  }
}

function tokenFields (token: AclToken): Fields {
  const { accessorId, secretId, name, type, policies, global, hash, createIndex, modifyIndex } = token
  return {
    AccessorID: accessorId,
    SecretID: secretId,
    Name: name,
    Type: type,
    Policies: policies,
    Global: global,
    Hash: Buffer.from(hash, 'base64'),
    CreateTime: timeBytes(token.createdAtMs),
    ExpirationTime: timeBytes(token.expiresAtMs),
    CreateIndex: createIndex,
    ModifyIndex: modifyIndex
  }
}

/** The scheduler's settings under Nomad's own names, as answers and snapshots have them. */
export function schedulerFields ({ config, createIndex, modifyIndex }: StoredSchedulerConfig) {
  const { algorithm, preemption, memoryOversubscription, rejectJobRegistration, pauseEvalBroker } = config
  return {
    SchedulerAlgorithm: algorithm,
    PreemptionConfig: {
      SystemSchedulerEnabled: preemption.system,
      SysBatchSchedulerEnabled: preemption.sysBatch,
      BatchSchedulerEnabled: preemption.batch,
      ServiceSchedulerEnabled: preemption.service
    },
    MemoryOversubscriptionEnabled: memoryOversubscription,
    RejectJobRegistration: rejectJobRegistration,
    PauseEvalBroker: pauseEvalBroker,
    CreateIndex: createIndex,
    ModifyIndex: modifyIndex
  }
}

/** The public key is ours to keep: a real server has it in its own files. */
function keyFields ({ id, publicKey, createdAtMs, createIndex }: SigningKey): Fields {
  return {
    KeyID: id,
    Algorithm: 'aes256-gcm',
    CreateTime: createdAtMs * 1e6,
    State: 'active',
    CreateIndex: createIndex,
    ModifyIndex: createIndex,
    PublicKey: publicKey
  }
}

/**
 * What a state.bin holds.
 *
 * @param before what stays where the snapshot says nothing of it
 * @throws {RecordsError} for jobs, nodes and whatever else a region here cannot have
 * @throws {MsgpackError} for bytes that are no records
 */
export function parseRecords (state: Buffer, before: SnapshotState): SnapshotState {
  const records = readRecords(state)
  const all = (type: number): Fields[] => records.flatMap(({ type: own, fields }) => own === type ? [fields] : [])
  const indexes = new Map(all(TYPES.index).map(({ Key, Value }) => [textOf(Key), numberOf(Value)]))
  const [scheduler] = all(TYPES.scheduler)
  const [rootKey] = all(TYPES.rootKey)
  return {
    acl: {
      tokens: all(TYPES.token).map(readToken),
      policies: all(TYPES.policy).map(readPolicy),
      resetIndex: indexes.get(TABLES.reset) ?? 0,
      tokensIndex: indexes.get(TABLES.tokens) ?? 0,
      policiesIndex: indexes.get(TABLES.policies) ?? 0
    },
    scheduler: scheduler === undefined ? before.scheduler : readScheduler(scheduler),
    signingKey: rootKey === undefined ? before.signingKey : readKey(rootKey, before.signingKey)
  }
}

function readRecords (state: Buffer): Array<{ readonly type: number, readonly fields: Fields }> {
  const reader = new MsgpackReader(state)
  const known = new Set<number>(Object.values(TYPES))
  const records = []
  fieldsOf(reader.value())
  while (!reader.atEnd) {
    const type = reader.byte()
    const value = reader.value()
    if (WITHOUT_MEANING.has(type)) continue
    if (!known.has(type)) throw new RecordsError(`records of type ${type} are not simulated by vault-mock`)
    records.push({ type, fields: fieldsOf(value) })
  }
  return records
}

function fieldsOf (value: Packed): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) {
    throw new RecordsError('a record is no struct')
  }
  return value as Fields
}

function readPolicy (fields: Fields): AclPolicy {
  return {
    name: textOf(fields.Name),
    description: textOf(fields.Description),
    rules: textOf(fields.Rules),
    hash: base64Of(fields.Hash),
    ...indexesOf(fields)
  }
}

function readToken (fields: Fields): AclToken {
  const { Policies: policies } = fields
  return {
    accessorId: textOf(fields.AccessorID),
    secretId: textOf(fields.SecretID),
    name: textOf(fields.Name),
    type: textOf(fields.Type),
    policies: Array.isArray(policies) ? policies.map(textOf) : [],
    global: fields.Global === true,
    hash: base64Of(fields.Hash),
    createdAtMs: timeOf(fields.CreateTime),
    expiresAtMs: timeOf(fields.ExpirationTime),
    ...indexesOf(fields)
  }
}

function readScheduler (fields: Fields): StoredSchedulerConfig {
  const preemption = fieldsOf(fields.PreemptionConfig ?? {})
  return {
    config: {
      algorithm: schedulerAlgorithm(textOf(fields.SchedulerAlgorithm)),
      preemption: {
        system: preemption.SystemSchedulerEnabled === true,
        sysBatch: preemption.SysBatchSchedulerEnabled === true,
        batch: preemption.BatchSchedulerEnabled === true,
        service: preemption.ServiceSchedulerEnabled === true
      },
      memoryOversubscription: fields.MemoryOversubscriptionEnabled === true,
      rejectJobRegistration: fields.RejectJobRegistration === true,
      pauseEvalBroker: fields.PauseEvalBroker === true
    },
    ...indexesOf(fields)
  }
}

function readKey (fields: Fields, before: SigningKey): SigningKey {
  return {
    id: textOf(fields.KeyID),
    publicKey: textOf(fields.PublicKey) || before.publicKey,
    createdAtMs: Math.round(numberOf(fields.CreateTime) / 1e6),
    createIndex: numberOf(fields.CreateIndex)
  }
}

function indexesOf ({ CreateIndex, ModifyIndex }: Fields): { createIndex: number, modifyIndex: number } {
  return { createIndex: numberOf(CreateIndex), modifyIndex: numberOf(ModifyIndex) }
}

function numberOf (value: Packed | undefined): number {
  return typeof value === 'number' ? value : 0
}

function base64Of (value: Packed | undefined): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : ''
}

/** Seconds from the year 1 to 1970: Go's times count from there. */
const YEAR_ONE_TO_1970 = 62_135_596_800

/** `time.Time.MarshalBinary`: version, seconds, nanoseconds, and -1 minutes for UTC. */
function timeBytes (atMs: number | undefined): Packed {
  if (atMs === undefined) return null
  const bytes = Buffer.alloc(15)
  bytes[0] = 1
  bytes.writeBigInt64BE(BigInt(Math.floor(atMs / 1000) + YEAR_ONE_TO_1970), 1)
  bytes.writeInt32BE((atMs % 1000) * 1e6, 9)
  bytes.writeInt16BE(-1, 13)
  return bytes
}

function timeOf (value: Packed | undefined): number | undefined {
  if (!(value instanceof Uint8Array) || value.length !== 15) return undefined
  const bytes = Buffer.from(value)
  const seconds = Number(bytes.readBigInt64BE(1)) - YEAR_ONE_TO_1970
  return seconds * 1000 + Math.floor(bytes.readInt32BE(9) / 1e6)
}
