// Shutting out whoever fails to log in too often: five times within 15 minutes, for 15 minutes, unless tuned otherwise.
// https://developer.hashicorp.com/vault/docs/concepts/user-lockout
import type { Area } from '../cluster/storage.js'
import type { JsonObject } from '../json/index.js'
import { VaultError } from '../refusal/index.js'
import type { Call } from '../vault/paths.js'
import { deleteDeadline, putDeadline } from '../vault/tokens/deadlines.js'
import { entryDeadline } from '../vault/tokens/expiry.js'

const DEFAULTS = { threshold: 5, durationSeconds: 900, counterResetSeconds: 900, disabled: false }

/** Failed logins in a row of one alias. */
export type Failures = JsonObject & {
  readonly count: number
  readonly lastAtMs: number
  readonly forgottenAtMs: number
}

/** By alias; each mount has a folder of its own. */
function failuresAt ({ storage, mount }: Call<unknown>): Area<Failures> {
  return storage.area(`local/lockout/${mount.accessor}/`)
}

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
  const failures = failuresAt(call).get(aliasName)
  const { threshold, durationSeconds, disabled } = settings(call)
  if (disabled || failures === undefined || failures.count < threshold) return false
  return call.nowMs < failures.lastAtMs + durationSeconds * 1000
}

function countFailure (call: Call<unknown>, aliasName: string): void {
  const { threshold, durationSeconds, counterResetSeconds, disabled } = settings(call)
  if (disabled) return
  const { nowMs } = call
  const failures = failuresAt(call)
  const old = failures.get(aliasName)
  const goesOn = old !== undefined && old.count < threshold && nowMs < old.lastAtMs + counterResetSeconds * 1000
  forget(call, aliasName)
  const forgottenAtMs = nowMs + Math.max(durationSeconds, counterResetSeconds) * 1000
  failures.put(aliasName, { count: goesOn ? old.count + 1 : 1, lastAtMs: nowMs, forgottenAtMs })
  putDeadline(call, forgottenAtMs, entryDeadline(failures.prefix + aliasName))
}

function forget (call: Call<unknown>, aliasName: string): void {
  const failures = failuresAt(call)
  const old = failures.get(aliasName)
  if (old === undefined) return
  failures.delete(aliasName)
  deleteDeadline(call, old.forgottenAtMs, entryDeadline(failures.prefix + aliasName))
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
