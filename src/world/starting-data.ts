// Secrets, policies, tokens and namespaces that a cluster has from its first moment: `createServer({ secrets, … })`,
// `--data FILE`.
import { Type } from '@sinclair/typebox'
import type { Cluster } from '../cluster/cluster.js'
import type { Node } from '../cluster/node.js'
import type { Storage } from '../cluster/storage.js'
import { problemsIn, sayProblem } from '../json/form-problems.js'
import { goMap, parseJson, printJson, type JsonObject, type JsonValue } from '../json/index.js'
import { VaultError } from '../refusal/index.js'
import { parseDurationSeconds } from '../go/durations.js'
import { storedObjects } from '../backends/kv/version-1.js'
import { withFloats } from '../backends/kv/floats.js'
import { KvStore, newMetadata } from '../backends/kv/stored-versions.js'
import { mountPrefix, newMount, putMount, resolveMount } from '../vault/mounts/mounts.js'
import { createNamespace } from '../vault/namespaces/creation.js'
import { checkNamespaceName } from '../vault/namespaces/names.js'
import { hasNamespaces, namespaceAt, putNamespace, ROOT, type Namespace } from '../vault/namespaces/namespaces.js'
import { parsePolicy, writePolicy } from '../vault/policies/policies.js'
import { tidyPolicies } from '../vault/policies/policy-names.js'
import type { OutsideOptions } from './outside.js'
import { createToken } from '../vault/tokens/tokens.js'

/** What a cluster has from its first moment. */
export interface StartingData {
  /** by path, as `vault kv put` takes it: `{ 'secret/app': { password: 'x' } }`; the mount must be there */
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /**
   * by name: text in HCL or JSON, or the policy as an object: `{ path: { 'secret/*': { capabilities: ['read'] } } }`
   */
  readonly policies?: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>
  /** by the token itself: `{ 'app-token': { policies: ['app'] } }` */
  readonly tokens?: Readonly<Record<string, StartingToken>>
  /** by path, where the edition has any: `{ 'team/app': { policies: … } }`; those above are made as well */
  readonly namespaces?: Readonly<Record<string, StartingNamespace>>
  /** what `auto_join` finds: `provider=aws tag_value=vault=10.0.0.1,10.0.0.2` */
  readonly discover?: readonly string[] | undefined
  /** what exists beyond this server: `anything`, or systems by kind and address */
  readonly outside?: OutsideOptions | undefined
}

/** What a namespace has from its first moment. */
export interface StartingNamespace {
  readonly customMetadata?: Readonly<Record<string, string>>
  /** by paths in the namespace; where nothing is mounted, a KV engine of version 2 is at the first part of the path */
  readonly secrets?: StartingData['secrets']
  readonly policies?: StartingData['policies']
}

export interface StartingToken {
  readonly policies: readonly string[]
  /** seconds, or text such as `1h`; default 768 h, for a root token: for ever */
  readonly ttl?: number | string
  /** seconds, or text; makes the token periodic */
  readonly period?: number | string
  readonly displayName?: string
  readonly meta?: Readonly<Record<string, string>>
  /** 0: any number */
  readonly numUses?: number
  readonly renewable?: boolean
}

/** Starting data that cannot be used; the message names the field: `/tokens/app/ttl: …`. */
export class StartingDataError extends Error {
  override readonly name = 'StartingDataError'
}

const Duration = Type.Union([Type.Number(), Type.String()], { description: 'seconds, or text such as "1h"' })
const Secret = Type.Record(Type.String(), Type.Unknown(), { description: 'an object' })
const Token = Type.Object({
  policies: Type.Array(Type.String(), { description: 'a list of policy names' }),
  ttl: Type.Optional(Duration),
  period: Type.Optional(Duration),
  displayName: Type.Optional(Type.String()),
  meta: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'an object of texts' })),
  numUses: Type.Optional(Type.Integer({ minimum: 0 })),
  renewable: Type.Optional(Type.Boolean())
}, { additionalProperties: false, description: 'an object with policies' })
const InNamespace = {
  secrets: Type.Optional(Type.Record(Type.String(), Secret, { description: 'an object of secrets' })),
  policies: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Secret], { description: 'text or an object' }), { description: 'an object of policies' }))
}
const Namespaces = Type.Record(Type.String(), Type.Object({
  ...InNamespace,
  customMetadata: Type.Optional(Type.Record(Type.String(), Type.String(), { description: 'an object of texts' }))
}, { additionalProperties: false, description: 'an object with secrets, policies or customMetadata' }), { description: 'an object of namespaces' })
const Data = Type.Object({
  ...InNamespace,
  namespaces: Type.Optional(Namespaces),
  tokens: Type.Optional(Type.Record(Type.String(), Token, { description: 'an object of tokens' })),
  discover: Type.Optional(Type.Array(Type.String(), { description: 'a list of texts' })),
  // says itself what is wrong with it
  outside: Type.Optional(Type.Unknown())
}, { additionalProperties: false, description: 'an object with secrets, policies, tokens or namespaces' })

/**
 * Checks the form of data from a file.
 *
 * @throws {StartingDataError}
 */
export function readStartingData (value: unknown): StartingData {
  const [problem] = problemsIn(Data, value)
  if (problem !== undefined) throw new StartingDataError(sayProblem(problem, 'starting data'))
  return value as StartingData
}

/**
 * Writes the data into the cluster of a node.
 *
 * @throws {StartingDataError} where something is wrong, or the cluster is not initialised
 */
export function applyStartingData (node: Node | undefined, data: StartingData): void {
  const { secrets, policies, tokens, namespaces } = data
  const parts = Object.entries({ secrets, policies, tokens, namespaces })
  const given = Object.fromEntries(parts.filter(([, part]) => part !== undefined))
  if (Object.keys(given).length === 0) return
  readStartingData(given)
  if (node === undefined || !node.initialized) {
    throw new StartingDataError('starting data needs an initialised cluster; ' +
      'that of the fixture "uninitialized" is not')
  }
  const { cluster } = node
  fill(cluster, cluster.storage, data)
  eachOf('tokens', tokens, (id, token) => { putToken(node, id, token) })
  eachOf('namespaces', namespaces, (path, inside) => {
    const { id } = madeNamespace(cluster, path, inside)
    fill(cluster, cluster.storage.namespace(id), inside)
  })
}

function fill (cluster: Cluster, storage: Storage, { secrets, policies }: StartingNamespace): void {
  eachOf('policies', policies, (name, policy) => { putPolicy(cluster, storage, name, policy) })
  eachOf('secrets', secrets, (path, secret) => { putSecret(cluster, storage, path, secret) })
}

/** The namespace at a path, which is made where it is not there yet, as are those above it. */
function madeNamespace (cluster: Cluster, path: string, { customMetadata }: StartingNamespace): Namespace {
  if (!hasNamespaces(cluster)) throw new StartingDataError('only the enterprise edition and OpenBao have namespaces')
  const { storage } = cluster
  let namespace = ROOT
  for (const name of path.replace(/^\/+|\/+$/g, '').split('/')) {
    checkNamespaceName(name)
    namespace = namespaceAt(storage, namespace.path + name) ?? createNamespace({ cluster, storage }, namespace, name)
  }
  if (customMetadata !== undefined) putNamespace(storage, { ...namespace, customMetadata: { ...customMetadata } })
  return namespace
}

/** What Vault would refuse, it refuses here, with the place where it stands. */
function eachOf<T> (
  part: string,
  members: Readonly<Record<string, T>> | undefined,
  put: (name: string, member: T) => void
): void {
  for (const [name, member] of Object.entries(members ?? {})) {
    try {
      put(name, member)
    } catch (error) {
      if (!(error instanceof VaultError || error instanceof StartingDataError)) throw error
      const pointer = `/${part}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
      throw new StartingDataError(error.message.startsWith('/') ? pointer + error.message : `${pointer}: ${error.message}`)
    }
  }
}

function putPolicy (
  cluster: Cluster, storage: Storage, name: string, policy: string | Readonly<Record<string, unknown>>
): void {
  const text = typeof policy === 'string' ? policy : printJson(policy as JsonObject)
  parsePolicy(name, text, cluster.profile.policyDialect)
  writePolicy(storage, { name, text, nowMs: cluster.timeline.nowMs })
}

function putSecret (
  cluster: Cluster, storage: Storage, path: string, secret: Readonly<Record<string, unknown>>
): void {
  const { nowMs } = cluster.timeline
  const resolved = resolveMount(storage, path) ?? mountedFor(cluster, storage, path)
  if (resolved === undefined || resolved.rest === '' || !['kv', 'generic'].includes(resolved.mount.type)) {
    throw new StartingDataError('no KV secrets engine is mounted there; secret/ is')
  }
  const { mount, rest } = resolved
  const data = copied(secret)
  if (mount.type === 'kv' && mount.options?.version === '2') new KvStore(storage, mountPrefix(mount)).addVersion(rest, newMetadata(nowMs), withFloats(data), nowMs)
  else storedObjects(storage, mountPrefix(mount)).put(rest, data)
}

/** The root namespace has `secret/` from the start; others have no KV engine of their own. */
function mountedFor ({ random }: Cluster, storage: Storage, path: string): ReturnType<typeof resolveMount> {
  if (storage === storage.whole) return undefined
  const [name = ''] = path.split('/')
  putMount(storage, newMount({ table: 'mounts', path: `${name}/`, type: 'kv', options: { version: '2' } }, random.stream('mounts')))
  return resolveMount(storage, path)
}

/** As if it had come in a request: its owner may go on changing what was given. */
function copied (value: Readonly<Record<string, unknown>>): JsonObject {
  return parseJson(printJson(value as JsonObject)) as JsonObject
}

function putToken ({ cluster }: Node, id: string, token: StartingToken): void {
  const policies = tidyPolicies(token.policies, true)
  const periodSeconds = token.period === undefined ? 0 : seconds('period', token.period)
  const standardSeconds = policies[0] === 'root' ? 0 : cluster.leaseTtls.defaultSeconds
  createToken({ cluster, storage: cluster.storage }, {
    id,
    policies,
    path: 'auth/token/create',
    displayName: token.displayName === undefined ? 'token' : `token-${token.displayName}`,
    ttlSeconds: periodSeconds || (token.ttl === undefined ? standardSeconds : seconds('ttl', token.ttl)),
    periodSeconds,
    meta: token.meta === undefined ? null : goMap(token.meta as Record<string, JsonValue>),
    numUses: token.numUses ?? 0,
    renewable: token.renewable ?? true
  })
}

function seconds (name: string, duration: number | string): number {
  try {
    return parseDurationSeconds(duration)
  } catch (error) {
    throw new StartingDataError(`${name}: ${(error as Error).message}`)
  }
}
