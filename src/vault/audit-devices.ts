// Audit devices: which there are, and where each of them writes.
import { createHmac } from 'node:crypto'
import type { Files } from '../cluster/files.js'
import type { Storage } from '../cluster/storage.js'
import { goQuote } from '../go/values.js'
import type { JsonObject } from '../json/index.js'
import type { Profile } from '../profiles/index.js'
import { invalid, NotSimulated } from '../refusal/index.js'
import { stored } from './stored.js'

/** What Vault writes to besides files; other types it does not know. */
const NOT_SIMULATED: readonly string[] = ['socket', 'syslog']

/** A device as stored; its salt keys the HMACs. */
export type AuditDevice = JsonObject & {
  /** with trailing slash */
  readonly path: string
  readonly type: string
  readonly description: string
  readonly options: JsonObject
  readonly local: boolean
  readonly salt: string
}

export function auditDevice (storage: Storage, path: string): AuditDevice | undefined {
  return stored.auditDevices(storage).get(path)
}

/** Every request asks: one look-up. */
export function isAudited (storage: Storage): boolean {
  return storage.derived(hasDevices)
}

function hasDevices (storage: Storage): boolean {
  return stored.auditDevices(storage).children().length > 0
}

export function auditDevices (storage: Storage): readonly AuditDevice[] {
  return [...stored.auditDevices(storage).entries()].map(([, device]) => device)
}

/**
 * Adds a file device; the file must be writable.
 *
 * @throws {VaultError} `invalid`: the path is taken, no file was named, it can't be written, or the type is another
 */
export function enableAudit (
  storage: Storage, files: Files, device: AuditDevice, refusals: Profile['auditRefusals'] = 'plain'
): void {
  if (auditDevice(storage, device.path) !== undefined) throw invalid('path already in use')
  requireFileDevice(device, refusals)
  const file = fileOf(device)
  if (file === undefined) {
    throw invalid(refusals === 'plain'
      ? 'file_path is required'
      : 'unable to create new audit backend: "file_path" is required: invalid configuration')
  }
  try {
    writeTo(files, file, '')
  } catch (error) {
    throw invalid(`sanity check failed; unable to open "${file}" for writing: ${(error as Error).message}`)
  }
  stored.auditDevices(storage).put(device.path, device)
}

function requireFileDevice ({ type }: AuditDevice, refusals: Profile['auditRefusals']): void {
  if (type === 'file') return
  if (!NOT_SIMULATED.includes(type)) {
    const kind = refusals === 'plain' ? '' : ': invalid configuration'
    throw invalid(`unknown backend type: ${goQuote(type)}${kind}`)
  }
  throw new NotSimulated(`the "${type}" audit device`)
}

export function disableAudit (storage: Storage, path: string): void {
  stored.auditDevices(storage).delete(path)
}

/** Adds text to what a device has written. @throws the system's error where it cannot be written */
export function appendAudit (files: Files, device: AuditDevice, text: string): void {
  writeTo(files, fileOf(device) ?? '', text)
}

/** `path` is an alias of `file_path` (observed). */
function fileOf ({ options }: AuditDevice): string | undefined {
  const file = options.file_path ?? options.path
  return typeof file === 'string' && file !== '' ? file : undefined
}

function writeTo (files: Files, file: string, text: string): void {
  if (file === 'discard') return
  if (file === 'stdout') files.print(text)
  else files.append(file, text)
}

/** A secret as a device shows it. */
export function auditHash ({ salt }: AuditDevice, text: string): string {
  return `hmac-sha256:${createHmac('sha256', salt).update(text).digest('hex')}`
}
