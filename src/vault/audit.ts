// Audit devices: each request and each response as a line of JSON, what is secret as an HMAC.
import { createHmac } from 'node:crypto'
import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Storage } from '../cluster/storage.js'
import { goMap, printJson, type JsonObject, type JsonValue } from '../json/index.js'
import { failure, invalid, NotSimulated, VaultError } from '../refusal/index.js'
import { rfc3339Nano } from '../sim/instants.js'
import type { Call, LogicalResponse } from './paths.js'

/** A device as stored at `replicated/audit/<path>`; its salt keys the HMACs. */
export type AuditDevice = JsonObject & {
  /** with trailing slash */
  readonly path: string
  readonly type: string
  readonly description: string
  readonly options: JsonObject
  readonly local: boolean
  readonly salt: string
}

const FOLDER = 'replicated/audit/'

export function auditDevice (storage: Storage, path: string): AuditDevice | undefined {
  return storage.get(FOLDER + path) as AuditDevice | undefined
}

export function auditDevices (storage: Storage): readonly AuditDevice[] {
  const root = storage.root('replicated')
  const known = latest.get(storage)
  if (known?.root === root) return known.devices
  const devices = [...storage.entries(FOLDER)].map(([, device]) => device as AuditDevice)
  latest.set(storage, { root, devices })
  return devices
}

/** Every request asks for the devices: they are looked up anew only when something replicated has changed. */
const latest = new WeakMap<Storage, { readonly root: string, readonly devices: readonly AuditDevice[] }>()

/**
 * Adds a file device; the file must be writable.
 *
 * @throws {VaultError} `invalid`: the path is taken, no file was named, it can't be written, or the type is not simulated
 */
export function enableAudit (storage: Storage, device: AuditDevice): void {
  if (auditDevice(storage, device.path) !== undefined) throw invalid('path already in use')
  if (device.type !== 'file') throw new NotSimulated(`the "${device.type}" audit device`)
  const file = fileOf(device)
  if (file === undefined) throw invalid('file_path is required')
  try {
    append(file, '')
  } catch (error) {
    throw invalid(`sanity check failed; unable to open "${file}" for writing: ${(error as Error).message}`)
  }
  storage.put(FOLDER + device.path, device)
}

export function disableAudit (storage: Storage, path: string): void {
  storage.delete(FOLDER + path)
}

/** `path` is an alias of `file_path` (observed). */
function fileOf ({ options }: AuditDevice): string | undefined {
  const file = options.file_path ?? options.path
  return typeof file === 'string' && file !== '' ? file : undefined
}

function append (file: string, text: string): void {
  if (file === 'discard') return
  if (file === 'stdout') { process.stdout.write(text); return }
  mkdirSync(dirname(file), { recursive: true })
  appendFileSync(file, text, { mode: 0o600 })
}

/** A secret as a device shows it. */
export function auditHash ({ salt }: AuditDevice, text: string): string {
  return `hmac-sha256:${createHmac('sha256', salt).update(text).digest('hex')}`
}

/**
 * Writes the request's line on every device before anything happens.
 *
 * @throws {VaultError} `failure` when no device could write: Vault then refuses the request
 */
export function auditRequest (call: Call, error?: unknown): void {
  writeAll(call, (device) => entryOf(call, device, 'request', error))
}

/** Writes the response's line. */
export function auditResponse (call: Call, response: LogicalResponse | undefined, error?: unknown): void {
  writeAll(call, (device) => ({ ...entryOf(call, device, 'response', error), response: renderResponse(call, device, response) }))
}

function writeAll ({ storage }: Call, entry: (device: AuditDevice) => JsonObject): void {
  const devices = auditDevices(storage)
  const written = devices.filter((device) => {
    try {
      append(fileOf(device) ?? '', `${printJson(entry(device))}\n`)
      return true
    } catch { return false }
  })
  if (devices.length > 0 && written.length === 0) throw failure('event not processed by enough \'sink\' nodes')
}

function entryOf (call: Call, device: AuditDevice, type: 'request' | 'response', error: unknown): JsonObject {
  return {
    time: rfc3339Nano(call.nowMs),
    type,
    auth: renderCaller(call, device),
    request: renderRequest(call, device),
    error: error === undefined ? undefined : (error instanceof VaultError ? error.message : 'internal error')
  }
}

function renderCaller ({ token }: Call, device: AuditDevice): JsonObject | undefined {
  return token && {
    client_token: auditHash(device, token.id),
    accessor: auditHash(device, token.accessor),
    display_name: token.displayName,
    policies: token.policies,
    token_policies: token.policies,
    metadata: token.meta ?? undefined,
    entity_id: token.entityId === '' ? undefined : token.entityId,
    token_type: token.type,
    token_ttl: token.creationTtlSeconds === 0 ? undefined : token.creationTtlSeconds,
    token_issue_time: rfc3339Nano(token.issuedAtMs)
  }
}

function renderRequest ({ request, mount, token }: Call, device: AuditDevice): JsonObject {
  return {
    id: request.id,
    operation: request.operation,
    mount_point: mount === undefined ? undefined : `${mount.table === 'auth' ? 'auth/' : ''}${mount.path}`,
    mount_type: mount?.type,
    mount_accessor: mount?.accessor,
    client_token: request.clientToken === '' ? undefined : auditHash(device, request.clientToken),
    client_token_accessor: token === undefined ? undefined : auditHash(device, token.accessor),
    namespace: { id: 'root' },
    path: request.path,
    data: Object.keys(request.data).length === 0 ? undefined : hashed(device, request.data, unhashedKeys(mount, 'audit_non_hmac_request_keys')),
    wrap_ttl: request.wrapTtlMs === undefined || request.wrapTtlMs === 0 ? undefined : request.wrapTtlMs / 1000,
    remote_address: request.remoteAddress
  }
}

function renderResponse ({ mount }: Call, device: AuditDevice, response: LogicalResponse | undefined): JsonObject | undefined {
  if (response === undefined) return undefined
  const { data, auth, wrapInfo, warnings } = response
  return {
    auth: auth && { client_token: auditHash(device, auth.clientToken), accessor: auditHash(device, auth.entry.accessor), display_name: auth.entry.displayName, policies: auth.entry.policies, token_type: auth.entry.type },
    mount_point: mount?.path,
    mount_type: mount?.type,
    data: data == null ? undefined : hashed(device, data, unhashedKeys(mount, 'audit_non_hmac_response_keys')),
    warnings,
    wrap_info: wrapInfo && { ttl: wrapInfo.ttlSeconds, token: auditHash(device, wrapInfo.token), accessor: auditHash(device, wrapInfo.accessor), creation_time: rfc3339Nano(wrapInfo.creationTimeAtMs), creation_path: wrapInfo.creationPath }
  }
}

function unhashedKeys (mount: Call['mount'] | undefined, name: string): readonly string[] {
  const keys = mount?.config[name]
  return Array.isArray(keys) ? keys as string[] : []
}

/** All text is hashed, whatever its depth; numbers and bools stay, as in Vault. */
function hashed (device: AuditDevice, value: JsonValue, clear: readonly string[] = []): JsonValue {
  if (typeof value === 'string') return auditHash(device, value)
  if (Array.isArray(value)) return value.map((member: JsonValue) => hashed(device, member))
  if (value === null || typeof value !== 'object' || 'text' in value) return value
  const members = Object.entries(value as JsonObject).map(([key, member]) => [key, member === undefined || clear.includes(key) ? member : hashed(device, member)])
  return goMap(Object.fromEntries(members) as Record<string, JsonValue>)
}
