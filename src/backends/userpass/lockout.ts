// Shutting out whoever fails to log in too often: five times within 15 minutes, for 15 minutes, unless tuned otherwise.
import type { JsonObject } from '../../json/index.js'
import { VaultError } from '../../refusal/index.js'
import { deleteDeadline, putDeadline } from '../../vault/tokens/deadlines.js'
import { entryDeadline } from '../../vault/tokens/expiry.js'
import type { Call } from '../../vault/paths.js'

const DEFAULTS = { threshold: 5, durationSeconds: 900, counterResetSeconds: 900, disabled: false }

/** Failed logins in a row of one alias; `local/lockout/<mount accessor>/<alias>`. */
type Failures = JsonObject & { readonly count: number, readonly lastAtMs: number, readonly forgottenAtMs: number }

/**
 * Runs a login; its refusal counts as a failure of the alias, its success wipes the slate.
 *
 * @throws VaultError `permission denied` while the alias is shut out, whatever it presents
 */
export function withLockout<T> (call: Call<unknown>, aliasName: string, login: () => T): T {
  if (isLocked(call, aliasName)) throw new VaultError('denied', 'permission denied')
  try {
    const result = login()
    forget(call, aliasName)
    return result
  } catch (error) {
    if (error instanceof InvalidCredentials) countFailure(call, aliasName)
    throw error
  }
}

/** A refusal that counts towards the lockout. */
export class InvalidCredentials extends VaultError {
  constructor (message: string) {
    super('invalid', message)
  }
}

function isLocked (call: Call<unknown>, aliasName: string): boolean {
  const failures = failuresOf(call, aliasName)
  const { threshold, durationSeconds, disabled } = settings(call)
  return !disabled && failures !== undefined && failures.count >= threshold && call.nowMs < failures.lastAtMs + durationSeconds * 1000
}

function countFailure (call: Call<unknown>, aliasName: string): void {
  const { threshold, durationSeconds, counterResetSeconds, disabled } = settings(call)
  if (disabled) return
  const old = failuresOf(call, aliasName)
  const lasts = old !== undefined && old.count < threshold && call.nowMs < old.lastAtMs + counterResetSeconds * 1000
  forget(call, aliasName)
  const forgottenAtMs = call.nowMs + Math.max(durationSeconds, counterResetSeconds) * 1000
  call.storage.put(pathOf(call, aliasName), { count: lasts ? old.count + 1 : 1, lastAtMs: call.nowMs, forgottenAtMs })
  putDeadline(call, forgottenAtMs, entryDeadline(pathOf(call, aliasName)))
}

function forget (call: Call<unknown>, aliasName: string): void {
  const failures = failuresOf(call, aliasName)
  if (failures === undefined) return
  call.storage.delete(pathOf(call, aliasName))
  deleteDeadline(call, failures.forgottenAtMs, entryDeadline(pathOf(call, aliasName)))
}

function failuresOf (call: Call<unknown>, aliasName: string): Failures | undefined {
  return call.storage.get(pathOf(call, aliasName)) as Failures | undefined
}

function settings (call: Call<unknown>): typeof DEFAULTS {
  const tuned = call.mount.config.userLockout
  if (tuned === undefined) return DEFAULTS
  return {
    threshold: tuned.threshold || DEFAULTS.threshold,
    durationSeconds: tuned.durationSeconds || DEFAULTS.durationSeconds,
    counterResetSeconds: tuned.counterResetSeconds || DEFAULTS.counterResetSeconds,
    disabled: tuned.disabled
  }
}

function pathOf (call: Call<unknown>, aliasName: string): string {
  return `local/lockout/${call.mount.accessor}/${aliasName}`
}
