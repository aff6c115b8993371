// What the paths below `sys/` of each profile answer otherwise than the others' (the recordings).
import type { ByProfile } from './names.js'

export interface SystemQuirks {
  /** the enterprise-only routes of the community edition: stubs that say so, or no such path */
  readonly enterpriseStubs: boolean
  /** health gains `enterprise` and the clock fields, from 1.16/1.17 */
  readonly clockFields: boolean
  /** health `removed_from_cluster`, 474 and the heartbeat fields, from 1.19 */
  readonly removedFromCluster: boolean
  /** `sys/leader` leaves out `performance_standby…`, seal-status prints `commit_date` from 2.6 */
  readonly leaderFields: 'vault' | 'openbao'
  /** a standby can be sealed; Vault's refuses (`reference/core.md` §13) */
  readonly sealsStandbys: boolean
  /** init with a wrong number of PGP keys */
  readonly pgpCountText: string
  /** generate-root and rekey answer without a token; OpenBao switches those endpoints off */
  readonly unauthenticatedCeremonies: boolean
  /** `sys/rotate/root` and `sys/rotate/recovery` replace rekeying for who has a token (recorded: `rotate`) */
  readonly authenticatedKeyRotation: boolean
  /** `otp_length` of root generation */
  readonly otpLength: number
  /** audit devices are enabled through the API; OpenBao has them in its configuration (`reference/core.md` §13) */
  readonly auditOverApi: boolean
  /** what refuses an audit device ends in `: invalid configuration` (seen of Vault 1.21.4) */
  readonly auditRefusals: 'plain' | 'with their kind'
  /** a rate limit shows `inheritable` (`reference/core.md` §13) */
  readonly inheritableQuotas: boolean
  /** ACL policies have versions, and are written with check-and-set (recorded of OpenBao 2.5) */
  readonly policyVersions: boolean
  /** what policies may say: Vault from 1.20 on knows `recover`, OpenBao `scan` and keys for pages and expiry */
  readonly policyDialect: 'Vault' | 'Vault 1.20' | 'OpenBao'
  /** metrics are to be had in Prometheus' format unless told otherwise: the documentation's sample shows them */
  readonly prometheusByDefault: boolean
  /** rekeying is cancelled by who tells its nonce, in a body (recorded of Vault 1.21: `rekey cancel, none running`) */
  readonly rekeyCancelNeedsNonce: boolean
  /** why a share of another key unseals nothing (recorded: `unseal with an old key`) */
  readonly wrongUnsealKeyText: string
  /** `name` in the `seal_config` of a raft challenge (recorded of Vault 1.21: `challenge`) */
  readonly sealConfigName: boolean
  /** `internal/counters/tokens`, which Vault 1.21 has no more (recorded) */
  readonly tokenCounter: boolean
  /** `internal/ui/mounts` shows the system's TTLs where a mount has none of its own (seen of Vault 1.21.4) */
  readonly uiMountsShowSystemTtls: boolean
}

const vault114: SystemQuirks = {
  enterpriseStubs: true,
  clockFields: false,
  removedFromCluster: false,
  leaderFields: 'vault',
  sealsStandbys: false,
  pgpCountText: 'incorrect number of PGP keys',
  unauthenticatedCeremonies: true,
  authenticatedKeyRotation: false,
  otpLength: 28,
  auditOverApi: true,
  auditRefusals: 'plain',
  inheritableQuotas: false,
  policyVersions: false,
  policyDialect: 'Vault',
  prometheusByDefault: false,
  rekeyCancelNeedsNonce: false,
  wrongUnsealKeyText: 'cipher: message authentication failed',
  sealConfigName: false,
  tokenCounter: true,
  uiMountsShowSystemTtls: false
}

export const systemQuirks: ByProfile<SystemQuirks> = {
  documented: { ...vault114, policyDialect: 'Vault 1.20', prometheusByDefault: true },
  'vault-1.14': vault114,
  'vault-1.21': {
    ...vault114,
    rekeyCancelNeedsNonce: true,
    wrongUnsealKeyText: 'error decrypting seal wrapped value\n' +
      'error decrypting using seal shamir: cipher: message authentication failed',
    sealConfigName: true,
    tokenCounter: false,
    uiMountsShowSystemTtls: true,
    clockFields: true,
    removedFromCluster: true,
    policyDialect: 'Vault 1.20',
    auditRefusals: 'with their kind'
  },
  'openbao-2.5': {
    ...vault114,
    enterpriseStubs: false,
    leaderFields: 'openbao',
    sealsStandbys: true,
    pgpCountText: 'invalid seal configuration: count mismatch between number of provided PGP keys and number of shares',
    unauthenticatedCeremonies: false,
    authenticatedKeyRotation: true,
    otpLength: 26,
    auditOverApi: false,
    inheritableQuotas: true,
    policyVersions: true,
    policyDialect: 'OpenBao'
  }
}
