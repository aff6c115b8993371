// Reading and recovering single secrets from a loaded snapshot (enterprise, 1.20 and later).
import type { Cluster } from '../cluster/cluster.js'
import { loadedSnapshot } from '../cluster/loaded-snapshot.js'
import type { Storage } from '../cluster/storage.js'
import { invalid, nothing } from '../refusal/index.js'
import type { MountEntry } from './mounts/mounts.js'
import { onceSettled } from './eventually.js'
import type { Backend, Call, Handler, LogicalRequest } from './paths.js'
import { matchPath } from './path-matcher.js'

const RECOVER = 'x-vault-recover-snapshot-id'
const SOURCE = 'x-vault-recover-source-path'

/** Engines that support it: KV v1 and cubbyhole. */
function isSupported ({ type, options }: MountEntry): boolean {
  return type === 'cubbyhole' || type === 'generic' || (type === 'kv' && options?.version !== '2')
}

/** A read from a snapshot: the request without the parameter that named it, and the snapshot's storage. */
export interface SnapshotRead {
  readonly request: LogicalRequest
  readonly storage: Storage
}

/** Undefined where no snapshot is named, or what answers cannot read from one. */
export function snapshotRead (request: LogicalRequest, mount: MountEntry, cluster: Cluster): SnapshotRead | undefined {
  const id = request.data.read_snapshot_id
  if (id === undefined || (request.operation !== 'read' && request.operation !== 'list')) return undefined
  if (!isSupported(mount)) return undefined
  const { read_snapshot_id: _id, ...data } = request.data
  return { request: { ...request, data }, storage: loadedSnapshot(cluster, String(id)).storage }
}

/**
 * A write that names a loaded snapshot is a recovery, which needs a capability of its own; where there are no loaded
 * snapshots it is the write that it looks like.
 */
export function asRecovery (request: LogicalRequest, { profile, edition }: Cluster): LogicalRequest {
  const { operation, headers } = request
  if (operation !== 'update' || headers[RECOVER] === undefined) return request
  return profile.snapshotLoad && edition === 'ent' ? { ...request, operation: 'recover' } : request
}

/** Whether a request is for a secret's recovery. */
export function asksForRecovery ({ operation, headers }: LogicalRequest): boolean {
  return operation === 'recover' && headers[RECOVER] !== undefined
}

/**
 * Writes a secret as the snapshot has it, at the same path or from another one of the mount.
 *
 * @throws {VaultError} `invalid` where the engine does not support it; `nothing` if the snapshot has no such secret
 */
export function recoverSecret (call: Call, backend: Backend): ReturnType<Handler<unknown>> {
  const { request, mount, cluster } = call
  if (!isSupported(mount)) throw invalid(`recover is not supported by mounts of type "${mount.type}"`)
  const { storage } = loadedSnapshot(cluster, request.headers[RECOVER] ?? '')
  const source = (request.headers[SOURCE] ?? request.path).replace(/^\/+/, '').slice(mount.path.length)
  const target = matchPath(backend, request.path.slice(mount.path.length))
  const found = matchPath(backend, source)
  const read = found?.definition.operations.read?.({ ...call, storage, params: found.params, fields: {} })
  return onceSettled(read, (response) => {
    if (response?.data == null || target === undefined) throw nothing()
    const { params, definition: { operations } } = target
    return operations.update?.({ ...call, params, fields: {}, request: { ...request, data: response.data } })
  })
}
