// The audit log: each request and each response as a line of JSON on every device, what is secret as an HMAC.
import { multiError } from '../go/multierror.js'
import { goMap, mapScalars, printJson, type JsonObject, type JsonValue } from '../json/index.js'
import { failure, VaultError } from '../refusal/index.js'
import { rfc3339Nano } from '../sim/instants.js'
import { appendAudit, auditDevices, auditHash, isAudited, type AuditDevice } from './audit-devices.js'
import type { MountEntry } from './mounts/mounts.js'
import type { AuthResponse, LogicalResponse, RequestContext, WrapInfo } from './paths.js'

/**
 * Writes the request's line on every device before anything happens.
 *
 * @throws {VaultError} `failure` when no device could write: Vault then refuses the request
 */
export function auditRequest (context: RequestContext): void {
  if (!isAudited(context.storage.whole)) return
  writeAll(context, 'request', (device) => entryOf(context, device, 'request'))
}

/** Writes the response's line: what is answered, or why it is refused. */
export function auditResponse (context: RequestContext, response: LogicalResponse | undefined, error?: unknown): void {
  if (!isAudited(context.storage.whole)) return
  const answered = response ?? errorResponse(error)
  writeAll(context, 'response', (device) => ({
    ...entryOf(context, device, 'response', error),
    response: answered && renderResponse(context.mount, device, answered)
  }))
}

/**
 * What a backend says against a request is data of its answer, like any other: it may repeat what was sent. Vault's own
 * errors are not.
 */
function errorResponse (error: unknown): LogicalResponse | undefined {
  return isInvalid(error) ? { data: { error: error.message } } : undefined
}

function isInvalid (error: unknown): error is VaultError {
  return error instanceof VaultError && error.kind === 'invalid'
}

function errorText (error: unknown): string {
  if (isInvalid(error)) return multiError(['invalid request'])
  return error instanceof VaultError ? error.message : 'internal error'
}

function writeAll (
  { cluster, node, storage }: RequestContext,
  type: 'request' | 'response',
  entry: (device: AuditDevice) => JsonObject
): void {
  const { files } = cluster.surroundings
  const { telemetry } = node
  const startedMs = telemetry.stopwatchMs
  const written = auditDevices(storage).filter((device) => {
    try {
      const deviceStartedMs = telemetry.stopwatchMs
      appendAudit(files, device, `${printJson(entry(device))}\n`)
      const name = `vault.audit.${device.path.replace(/\/$/, '')}.log_${type}`
      const measure = telemetry.measure(`vault.audit.<device>.log_${type}`, {}, name)
      measure.add(telemetry.stopwatchMs - deviceStartedMs, cluster.timeline.nowMs)
      return true
    } catch { return false }
  })
  telemetry.noteSince(`vault.audit.log_${type}`, startedMs)
  // shown from the first line on, so that an alarm has something to look at
  telemetry.note(`vault.audit.log_${type}_failure`, written.length === 0 ? 1 : 0)
  if (written.length === 0) throw failure("event not processed by enough 'sink' nodes")
}

function entryOf (
  context: RequestContext, device: AuditDevice, type: 'request' | 'response', error?: unknown
): JsonObject {
  return {
    time: rfc3339Nano(context.nowMs),
    type,
    auth: renderCaller(context, device),
    request: renderRequest(context, device),
    error: error === undefined ? undefined : errorText(error)
  }
}

function renderCaller ({ token }: RequestContext, device: AuditDevice): JsonObject | undefined {
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

function renderRequest ({ request, mount, namespace, token }: RequestContext, device: AuditDevice): JsonObject {
  const { data, wrapTtlMs = 0 } = request
  const clear = unhashedKeys(mount, 'audit_non_hmac_request_keys')
  return {
    id: request.id,
    operation: request.operation,
    mount_point: mount === undefined ? undefined : `${mount.table === 'auth' ? 'auth/' : ''}${mount.path}`,
    mount_type: mount?.type,
    mount_accessor: mount?.accessor,
    client_token: request.clientToken === '' ? undefined : auditHash(device, request.clientToken),
    client_token_accessor: token === undefined ? undefined : auditHash(device, token.accessor),
    namespace: namespace.path === '' ? { id: namespace.id } : { id: namespace.id, path: namespace.path },
    path: request.path,
    data: Object.keys(data).length === 0 ? undefined : hashed(device, data, clear),
    wrap_ttl: wrapTtlMs === 0 ? undefined : wrapTtlMs / 1000,
    remote_address: request.remoteAddress
  }
}

function renderResponse (mount: MountEntry | undefined, device: AuditDevice, response: LogicalResponse): JsonObject {
  const { data, auth, wrapInfo, warnings } = response
  const clear = unhashedKeys(mount, 'audit_non_hmac_response_keys')
  return {
    auth: auth && renderGranted(device, auth),
    mount_point: mount?.path,
    mount_type: mount?.type,
    data: data == null ? undefined : hashed(device, data, clear),
    warnings,
    wrap_info: wrapInfo && renderWrapped(device, wrapInfo)
  }
}

function renderGranted (device: AuditDevice, { clientToken, entry }: AuthResponse): JsonObject {
  return {
    client_token: auditHash(device, clientToken),
    accessor: auditHash(device, entry.accessor),
    display_name: entry.displayName,
    policies: entry.policies,
    token_type: entry.type
  }
}

function renderWrapped (device: AuditDevice, info: WrapInfo): JsonObject {
  return {
    ttl: info.ttlSeconds,
    token: auditHash(device, info.token),
    accessor: auditHash(device, info.accessor),
    creation_time: rfc3339Nano(info.creationTimeAtMs),
    creation_path: info.creationPath
  }
}

function unhashedKeys (mount: MountEntry | undefined, name: string): readonly string[] {
  return mount?.config.lists[name] ?? []
}

/** All text is hashed, whatever its depth; numbers and bools stay, as in Vault. */
function hashed (device: AuditDevice, data: JsonObject, clear: readonly string[]): JsonObject {
  const members = Object.entries(data).map(([key, member]) => {
    return [key, member === undefined || clear.includes(key) ? member : hashedValue(device, member)] as const
  })
  return goMap(Object.fromEntries(members))
}

function hashedValue (device: AuditDevice, value: JsonValue): JsonValue {
  return mapScalars(value, (scalar) => typeof scalar === 'string' ? auditHash(device, scalar) : scalar)
}
