// placeholder until the token store is written; the type is final
import type { JsonObject } from '../json/index.js'

/** A token as stored at `local/token/<id>`; batch tokens carry the same fields inside themselves. */
export type TokenEntry = JsonObject & {
  /** the whole token, `hvs.…` */
  readonly id: string
  /** empty for batch tokens */
  readonly accessor: string
  readonly type: 'service' | 'batch'
  /** id of the parent token, empty for orphans */
  readonly parent: string
  readonly policies: readonly string[]
  readonly path: string
  readonly displayName: string
  readonly meta: JsonObject | null
  /** 0: unlimited */
  readonly numUses: number
  readonly createdAtMs: number
  readonly issuedAtMs: number
  /** 0: never expires */
  readonly expiresAtMs: number
  /** 0: never renewed */
  readonly lastRenewalAtMs: number
  readonly creationTtlSeconds: number
  readonly explicitMaxTtlSeconds: number
  /** 0: not periodic */
  readonly periodSeconds: number
  readonly renewable: boolean
  readonly orphan: boolean
  readonly entityId: string
  readonly role: string
  readonly boundCidrs: readonly string[]
}
