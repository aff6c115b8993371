// What each profile has of replication (`reference/replication.md`).
import type { ByProfile } from './names.js'

export interface ReplicationQuirks {
  /** clusters can follow each other, in the enterprise edition; OpenBao has no such paths (recorded) */
  readonly hasReplication: boolean
  /** `replication_performance_mode` in health of a cluster without replication */
  readonly idlePerformanceMode: 'disabled' | 'primary'
  /**
   * the paths of 0.7 as the documentation still has them: 204 in place of a warning, `primary/secondary-token` by GET,
   * `secondary/revoke-secondary`; servers answer with warnings and want writes (hashicorp/vault#3342)
   */
  readonly documentedLegacyPaths: boolean
  /** `recover` is done even where replication is off: the documentation's sample says nothing of its state */
  readonly recoversWhileDisabled: boolean
  /** status tells of corruption, clock skew and the last start, from 1.15 to 1.17; and `merkle-check` exists */
  readonly corruptionFields: boolean
  /** `replication/status` has performance replication's fields flat as well: at the top and in `data`, as in 0.7 */
  readonly flatReplicationStatus: boolean
  /** `primary/mount-filter`, which paths filters have replaced; gone since 1.11 */
  readonly mountFilters: boolean
  /** dev mode's root token outlives `secondary/enable`, so that the documented calls can be made one after the other */
  readonly keepsDevRootToken: boolean
}

const vault114: ReplicationQuirks = {
  hasReplication: true,
  idlePerformanceMode: 'disabled',
  documentedLegacyPaths: false,
  recoversWhileDisabled: false,
  corruptionFields: false,
  flatReplicationStatus: false,
  mountFilters: false,
  keepsDevRootToken: false
}

export const replicationQuirks: ByProfile<ReplicationQuirks> = {
  documented: {
    ...vault114,
    documentedLegacyPaths: true,
    recoversWhileDisabled: true,
    corruptionFields: true,
    flatReplicationStatus: true,
    mountFilters: true,
    keepsDevRootToken: true
  },
  'vault-1.14': vault114,
  'vault-1.21': { ...vault114, corruptionFields: true },
  'openbao-2.5': { ...vault114, hasReplication: false, idlePerformanceMode: 'primary' }
}
