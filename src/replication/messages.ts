// What primary and secondary say to each other: plain JSON, the same within a world and between processes.
import type { JsonObject, JsonValue } from '../json/index.js'
import { Withheld, type StoredValue } from '../cluster/storage.js'
import type { StoredSeal } from '../cluster/cluster.js'
import type { PeerAddress } from './connection.js'
import type { ReplicationKind } from './records.js'

/** Who asks. */
export type Secondary = {
  readonly kind: ReplicationKind
  /** of the replication set */
  readonly clusterId: string
  readonly secondaryId: string
}

/** A secondary tells how far it is and asks for what comes next. */
export type FollowRequest = Secondary & {
  readonly address: PeerAddress
  /** of the journal it last saw; empty: it wants everything */
  readonly epoch: string
  readonly position: number
  /** what it has for a seal (`sealTag`); empty: none of the primary's */
  readonly sealTag: string
}

/** A path with its value, its hash where a filter holds it back, or neither where it is gone. */
export type Change = readonly [path: string, fate: 'value' | 'withheld' | 'gone', content: JsonValue]

export type FollowAnswer = {
  /** the changes are all there is; what is not among them is gone */
  readonly everything: boolean
  readonly changes: readonly Change[]
  readonly epoch: string
  readonly position: number
  readonly wal: number
  readonly root: string
  /** the id that health shows of the primary */
  readonly primaryId: string
  readonly primaryClusterAddr: string
  readonly nodes: readonly PeerAddress[]
  /** the primary's own DR secondaries */
  readonly alternateApiAddrs: readonly string[]
  /** where the secondary's differs: the stored seal, and the root key sealed with the secondary's secret, base64 */
  readonly seal?: { readonly stored: StoredSeal, readonly rootKey: string }
}

export function changeOf (path: string, value: StoredValue | undefined): Change {
  if (value === undefined) return [path, 'gone', null]
  return value instanceof Withheld ? [path, 'withheld', value.hash] : [path, 'value', value]
}

/** The value that a change leaves behind; undefined: none. */
export function valueOf ([, fate, content]: Change): StoredValue | undefined {
  if (fate === 'gone') return undefined
  return fate === 'withheld' ? new Withheld(content as string) : content
}

/** A message as it came over the network. */
export function asJson (message: FollowRequest | FollowAnswer): JsonObject {
  return message
}
