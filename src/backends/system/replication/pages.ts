// What the three documentation pages of replication share: where their paths lie, who may use them,
// what they answer. https://developer.hashicorp.com/vault/api-docs/system/replication
import { field } from '../../../vault/fields/fields.js'
import { bootstrappingRecord, isDrSecondary, type ReplicationKind } from '../../../replication/records.js'
import type { Call, LogicalResponse } from '../../../vault/paths.js'
import { requireDrOperationToken } from '../../../vault/replication/dr-operation-tokens.js'
import type { Eventually } from '../../../vault/eventually.js'
import { aclOf } from '../../../vault/authentication.js'
import { requireEnterprise } from '../editions.js'

/** Where the operations of one kind of replication are found, and how they are answered. */
export interface Page {
  /** below `sys/`, with a slash at its end: `replication/dr/` */
  readonly base: string
  readonly kind: ReplicationKind
  /** the paths of 0.7: empty answers and a GET where the documentation has them */
  readonly legacy: boolean
}

/** Observed, but for those of update-primary, recover and reindex (`reference/replication.md` §2.2). */
const UNAVAILABLE = 'Vault will be unavailable for a brief period and will resume service shortly.'
const WARNINGS = {
  enable: `This cluster is being enabled as a primary for replication. ${UNAVAILABLE}`,
  follow: 'Vault has successfully found secondary information; it may take a while to perform setup tasks. ' +
    'Vault will be unavailable until these tasks and initial sync complete.',
  demote: `This cluster is being demoted to a replication secondary. ${UNAVAILABLE}`,
  promote: `This cluster is being promoted to a replication primary. ${UNAVAILABLE}`,
  disable: `This cluster is having replication disabled. ${UNAVAILABLE}`,
  recover: 'Vault is attempting to recover replication; this may take some time.',
  reindex: 'Reindexing has been requested. The operation will continue in the background; ' +
    'check the server logs or the replication status for progress.'
} as const

/** The answer to an operation that goes on after it: a warning, and no data. */
export function warned (warning: keyof typeof WARNINGS): LogicalResponse {
  return { data: null, warnings: [WARNINGS[warning]] }
}

/** The same; on the legacy paths what the documentation has there: nothing, which is 204. */
export function done (
  { cluster }: Pick<Call, 'cluster'>, { legacy }: Page, warning: keyof typeof WARNINGS
): LogicalResponse | undefined {
  return legacy && cluster.profile.documentedLegacyPaths ? undefined : warned(warning)
}

/** What an operation does. */
export type Act<Fields> = (call: Call<Fields>) => Eventually<LogicalResponse | undefined>

/** An operation that only the enterprise edition has. */
export function enterprise<Fields> (act: Act<Fields>): Act<Fields> {
  return (call) => {
    requireEnterprise(call.cluster)
    return act(call)
  }
}

/**
 * An operation on a DR secondary, open to whoever brings a DR operation token. Elsewhere a bad Vault token is refused
 * first (observed in hashicorp/vault#19603).
 */
export function withDrOperationToken<Fields> (act: Act<Fields>): Act<Fields> {
  return enterprise((call) => {
    // its own tokens are there until the primary's data has come
    if (bootstrappingRecord(call.cluster, 'dr') !== undefined) {
      aclOf(call)
      return act(call)
    }
    if (!isDrSecondary(call.cluster) && call.request.clientToken !== '') aclOf(call)
    requireDrOperationToken(call.cluster, call.request)
    return act(call)
  })
}

/** The field that DR secondaries want in place of a Vault token. */
export const drOperationToken = field.string({ description: 'DR operation token.' })
