// What is said of batches that cannot be read, as Go's mapstructure says it.
import { quotingWording, terseWording } from '../../go/weak-decoding.js'
import { goKind, isList } from '../../go/values.js'
import type { JsonValue } from '../../json/index.js'
import { failure } from '../../refusal/index.js'
import type { Call } from '../../vault/paths.js'

/** @throws {VaultError} `failure`: `failed to parse batch input: …`, where there are any reasons */
export function refuseFaulty (call: Call<unknown>, reasons: readonly string[]): void {
  if (reasons.length === 0) return
  const words = call.cluster.profile.transit.listsBatchFaults ? quotingWording : terseWording
  throw unreadable(words.several(reasons))
}

/** The same of what transit reads by itself: what has no list has no heading either. */
export function refuseFaultyMembers (call: Call<unknown>, reasons: readonly string[]): void {
  if (reasons.length === 0) return
  const { listsBatchFaults } = call.cluster.profile.transit
  throw unreadable(listsBatchFaults ? quotingWording.several(reasons) : reasons.join('\n'))
}

/** A batch as a list. @throws {VaultError} */
export function listIn (raw: JsonValue): readonly JsonValue[] {
  if (isList(raw)) return raw
  throw unreadable(`'': source data must be an array or slice, got ${goKind(raw)}`)
}

/** 500 for a batch. */
export function unreadable (why: string): Error {
  return failure(`failed to parse batch input: ${why}`)
}
