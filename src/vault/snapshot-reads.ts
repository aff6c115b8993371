// Reading and recovering single secrets from a loaded snapshot (enterprise, 1.20 and later).
import { loadedSnapshot } from '../cluster/loaded-snapshot.js'
import type { Storage } from '../cluster/storage.js'
import type { JsonObject } from '../json/index.js'
import { invalid, nothing } from '../refusal/index.js'
import type { MountEntry } from './mounts/mounts.js'
import type { Backend, Call, LogicalRequest, LogicalResponse } from './paths.js'
import { matchPath } from './path-matcher.js'

const RECOVER = 'x-vault-recover-snapshot-id'
const SOURCE = 'x-vault-recover-source-path'

/** Engines that support it: KV v1 and cubbyhole. */
function isSupported (mount: MountEntry | undefined): boolean {
  return mount?.type === 'cubbyhole' || mount?.type === 'generic' || (mount?.type === 'kv' && mount.options?.version !== '2')
}

/** The request without the parameter that named a snapshot, and that snapshot's storage; undefined where none was named. */
export function snapshotRead (request: LogicalRequest, mount: MountEntry | undefined, cluster: Call['cluster']): { request: LogicalRequest, storage: Storage } | undefined {
  const id = request.data.read_snapshot_id
  if (id === undefined || (request.operation !== 'read' && request.operation !== 'list') || !isSupported(mount)) return undefined
  const { read_snapshot_id: _id, ...data } = request.data
  return { request: { ...request, data: data as JsonObject }, storage: loadedSnapshot(cluster, String(id)).storage }
}

/** Whether a write asks for a secret's recovery. */
export function asksForRecovery (request: LogicalRequest): boolean {
  return request.headers[RECOVER] !== undefined && (request.operation === 'update' || request.operation === 'recover')
}

/**
 * Writes a secret as the snapshot has it, at the same path or from another one of the mount.
 *
 * @throws {VaultError} `invalid` where the engine does not support it; `nothing` if the snapshot has no such secret
 */
export function recoverSecret (call: Call, backend: Backend): LogicalResponse | void {
  const { request, mount, cluster } = call
  if (!isSupported(mount)) throw invalid(`recover is not supported by mounts of type "${mount.type}"`)
  const { storage } = loadedSnapshot(cluster, request.headers[RECOVER] ?? '')
  const source = (request.headers[SOURCE] ?? request.path).replace(/^\/+/, '').slice(mount.path.length)
  const target = matchPath(backend, request.path.slice(mount.path.length))
  const found = matchPath(backend, source)
  const read = found?.definition.operations.read?.({ ...call, storage, params: found.params, fields: {} }) as LogicalResponse | undefined
  if (read?.data == null || target === undefined) throw nothing()
  return target.definition.operations.update?.({ ...call, params: target.params, fields: {}, request: { ...request, data: read.data } }) as LogicalResponse | void
}
