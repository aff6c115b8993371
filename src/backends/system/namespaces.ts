// sys/namespaces: making, listing, changing and deleting those below the request's own, and locking their API.
// https://developer.hashicorp.com/vault/api-docs/system/namespaces; OpenBao's `vault/logical_system_namespaces.go`
import { Type, type Static } from '@sinclair/typebox'
import type { Cluster } from '../../cluster/cluster.js'
import { goQuote } from '../../go/values.js'
import { goMap, isObject, type JsonObject, type JsonValue } from '../../json/index.js'
import { failure, invalid, nothing, type VaultError } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { createNamespace } from '../../vault/namespaces/creation.js'
import { deleteNamespace } from '../../vault/namespaces/deletion.js'
import { lockNamespace, unlockNamespace } from '../../vault/namespaces/locks.js'
import { checkNamespaceName } from '../../vault/namespaces/names.js'
import {
  childrenOf, descendantsOf, hasNamespaces, namespaceAt, putNamespace, type Namespace
} from '../../vault/namespaces/namespaces.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom, SCAN } from '../../vault/source.js'
import { unawaited } from '../../vault/in-turns.js'
import { mergePatch } from '../kv/merge-patch.js'
import { requireEnterprise } from './editions.js'

const QUEUED = "Namespace deletion has been queued. Progress will be reported in debug-level logs in Vault's server log."
/** What Vault's command line sends without its flag. */
const NO_KEY = '(not set)'

const path = field.string({ description: 'Path of the namespace.' })
const Named = Type.Object({ path, custom_metadata: field.map({ description: 'User provided key-value pairs.' }) })
const Unlocking = Type.Object({
  path,
  unlock_key: field.string({ description: 'Unlock key required for unlocking the namespace', default: '' })
})

type Named = Static<typeof Named>

const lock = definePath({
  path: 'namespaces/api-lock/lock/*path',
  summary: 'Lock a namespace.',
  fields: Type.Object({ path }),
  operations: { update: locked }
})
const unlock = definePath({
  path: 'namespaces/api-lock/unlock/*path',
  summary: 'Unlock a namespace.',
  fields: Unlocking,
  operations: { update: unlocked }
})

export const namespacesPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/namespaces', [
  definePath({
    path: 'namespaces',
    summary: 'List namespaces.',
    fields: Type.Object({}),
    sources: { scan: SCAN },
    operations: { list: (call) => listed(call, childrenOf), scan: (call) => listed(call, descendantsOf) }
  }),
  { ...lock, path: 'namespaces/api-lock/lock' },
  lock,
  { ...unlock, path: 'namespaces/api-lock/unlock' },
  unlock,
  definePath({
    path: 'namespaces/*path',
    summary: 'Create, read, update and delete namespaces.',
    fields: Named,
    operations: { read, update: write, patch, delete: remove }
  })
])

/** The paths are relative to the namespace of the request. */
function listed ({ cluster, storage, namespace }: Call, below: typeof childrenOf): LogicalResponse | undefined {
  requireNamespaces(cluster)
  const found = below(storage, namespace)
  if (found.length === 0) return undefined
  const keys = found.map((one) => one.path.slice(namespace.path.length))
  const info = found.map((one, i): [string, JsonValue] => [keys[i] ?? '', rendered(cluster, one)])
  return { data: goMap({ keys, key_info: goMap(Object.fromEntries(info)) }) }
}

function read (call: Call<Named>): LogicalResponse | undefined {
  const found = namespaceNamed(call, failure)
  return found === undefined ? undefined : { data: rendered(call.cluster, found) }
}

/** Makes a namespace; one that is there gets the metadata in place of its own. */
function write (call: Call<Named>): LogicalResponse {
  const name = nameOf(call, invalid)
  const metadata = textsOf(call.fields.custom_metadata ?? {})
  const known = namespaceNamed(call, invalid)
  if (known === undefined) checkNamespaceName(name)
  const namespace = known === undefined
    ? createNamespace(call, call.namespace, name, metadata)
    : changed(call, known, metadata)
  return { data: rendered(call.cluster, namespace) }
}

/** @throws {VaultError} `requested namespace does not exist`, `custom_metadata values must be strings` */
function patch (call: Call<Named>): LogicalResponse {
  const namespace = namespaceNamed(call, failure)
  if (namespace === undefined) throw missing(call.cluster)
  const wanted = call.request.data.custom_metadata
  const metadata = wanted === null ? {} : mergePatch(namespace.customMetadata, isObject(wanted) ? wanted : {})
  return { data: rendered(call.cluster, changed(call, namespace, textsOf(metadata))) }
}

/**
 * Goes on in the background where there is much to take back. One that is there no more is no error.
 *
 * @throws {VaultError} `cannot delete namespace ("…") containing child namespaces`
 */
function remove (call: Call<Named>): LogicalResponse | undefined {
  const { namespaceDeletion } = call.cluster.profile
  const namespace = namespaceNamed(call, failure)
  if (namespace === undefined) {
    return namespaceDeletion === 'status' ? { warnings: ['requested namespace does not exist'] } : undefined
  }
  if (namespace.path === '') throw invalid('unable to delete root namespace')
  if (childrenOf(call.storage, namespace).length > 0) {
    throw invalid(`cannot delete namespace (${goQuote(namespace.path)}) containing child namespaces`)
  }
  unawaited(deleteNamespace(call, namespace))
  return namespaceDeletion === 'status' ? { data: goMap({ status: 'in-progress' }) } : { data: null, warnings: [QUEUED] }
}

function locked ({ cluster, storage, namespace, params }: Call<unknown>): LogicalResponse {
  requireNamespaces(cluster)
  return { data: goMap({ unlock_key: lockNamespace(cluster, storage, namespace.path + (params.path ?? '')) }) }
}

/** Who has sudo needs no key. */
function unlocked (call: Call<Static<typeof Unlocking>>): LogicalResponse | undefined {
  const { cluster, storage, namespace, params, fields, request, acl } = call
  requireNamespaces(cluster)
  const { hasSudo } = acl.check({ path: request.path, operation: 'update', data: request.data })
  const key = fields.unlock_key === NO_KEY ? '' : fields.unlock_key
  if (key === '' && !hasSudo) throw failure('provided empty key')
  unlockNamespace(storage, namespace.path + (params.path ?? ''), key)
  return key === '' ? { warnings: ['Namespace unlocked using sudo capabilities'] } : undefined
}

/** The one of the request's path, directly below the request's namespace. */
function namespaceNamed (call: Call<Named>, refusal: (message: string) => VaultError): Namespace | undefined {
  return namespaceAt(call.storage, `${call.namespace.path}${nameOf(call, refusal)}`)
}

function nameOf ({ cluster, params }: Call<Named>, refusal: (message: string) => VaultError): string {
  requireNamespaces(cluster)
  const name = (params.path ?? '').replace(/^\/+|\/+$/g, '')
  if (name.includes('/')) throw refusal('path must not contain /')
  return name
}

function changed (call: Call<Named>, namespace: Namespace, customMetadata: Namespace['customMetadata']): Namespace {
  if (namespace.path === '') throw invalid('refusing to modify root namespace')
  if (namespace.tainted) throw invalid('namespace with that name exists and is currently tainted')
  const next = { ...namespace, customMetadata }
  putNamespace(call.storage, next)
  return next
}

function textsOf (metadata: JsonObject): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(metadata).map(([key, value]) => {
    if (typeof value !== 'string') throw invalid('custom_metadata values must be strings')
    return [key, value]
  }))
}

function missing ({ profile }: Cluster): VaultError {
  return profile.namespacePatchMissing === 'not found'
    ? nothing()
    : failure('failed to modify namespace: requested namespace does not exist')
}

function rendered ({ profile }: Cluster, namespace: Namespace): JsonObject {
  const { id, uuid, path, customMetadata, tainted, unlockKey } = namespace
  const state = profile.namespacesShowState ? { locked: unlockKey !== '', tainted, uuid } : {}
  return goMap({ custom_metadata: goMap(customMetadata), id, path, ...state })
}

function requireNamespaces (cluster: Cluster): void {
  if (!hasNamespaces(cluster)) requireEnterprise(cluster)
}
