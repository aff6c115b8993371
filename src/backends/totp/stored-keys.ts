// What the TOTP engine stores below its mount: keys by name, and the codes that were presented.
import type { Area } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import { localMountPrefix } from '../../vault/mounts/mounts.js'
import type { Call } from '../../vault/paths.js'

/** How codes are made of a key, and for whom. */
export interface TotpSettings {
  readonly issuer: string
  readonly accountName: string
  readonly periodSeconds: number
  readonly algorithm: Algorithm
  readonly digits: 6 | 8
  /** how many periods before and after the present one count, too */
  readonly skew: 0 | 1
}

/** A key and all it takes to make codes of it; its name is where it lies. */
export type TotpKey = JsonObject & TotpSettings & {
  /** base32, padded or not, in either case */
  readonly secret: string
}

export type Algorithm = 'SHA1' | 'SHA256' | 'SHA512'

type MountCall = Call<unknown>

/** By name. */
export function storedKeys ({ storage, mountPrefix }: MountCall): Area<TotpKey> {
  return storage.area(`${mountPrefix}key/`)
}

/**
 * When the codes that were presented for a key, right or wrong, are forgotten, by the period they came in and their
 * text: `28400000/123456`. The real server holds them in the memory of the active node; here they stay with the
 * cluster.
 */
function usedCodes ({ storage, mount }: MountCall, name: string): Area<number> {
  return storage.area(`${localMountPrefix(mount)}used/${name}/`)
}

export function isUsed (call: MountCall, name: string, code: string): boolean {
  const used = usedCodes(call, name)
  return used.children().some((period) => (used.get(period + code) ?? 0) > call.nowMs)
}

/** Remembers a code until it could not be valid any more, and forgets those of which that holds. */
export function markUsed (call: MountCall, name: string, code: string, { periodSeconds, skew }: TotpKey): void {
  const used = usedCodes(call, name)
  const lifeMs = periodSeconds * 1000 * (2 + skew)
  const past = used.children().filter((period) => (parseInt(period) + 1) * periodSeconds * 1000 + lifeMs <= call.nowMs)
  for (const period of past) call.storage.deleteAll(used.prefix + period)
  const period = Math.floor(call.nowMs / 1000 / periodSeconds)
  used.put(`${period}/${code}`, call.nowMs + lifeMs)
}
