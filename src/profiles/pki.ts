// How the secrets engine `pki` of each profile differs (the recordings).
import type { ByProfile } from './names.js'

export interface PkiQuirks {
  /** fields that a role, or what is configured, shows besides those that all have */
  readonly pkiRoleFields: readonly string[]
  readonly pkiCrlFields: readonly string[]
  readonly pkiAutoTidyFields: readonly string[]
  readonly pkiTidyStatusFields: readonly string[]
  /** what tidying can be asked to do, in the order in which refusals name it */
  readonly pkiTidyOperations: readonly string[]
  /** where lists of changes are to be had: `delta_crl_distribution_points` */
  readonly pkiDeltaDistributionPoints: boolean
  /** issuers show `enable_aia_url_templating` also where they have no addresses of their own */
  readonly pkiShowsTemplating: boolean
  /** new certificates are shown with `not_before` */
  readonly pkiShowsNotBefore: boolean
  /** certificates are shown with `authority_key_id`; but not where authorities are signed */
  readonly pkiShowsAuthorityKeyId: boolean
  /** `last_auto_tidy_finished` is shown before anything was tidied */
  readonly pkiTidyCountsFromStart: boolean
  /** `config/acme` shows `max_ttl` */
  readonly pkiAcmeMaxTtl: boolean
  /** the alternative names of a request are sorted when it is signed */
  readonly pkiSortsRequestedNames: boolean
  /** what begins the refusal of a policy that is none */
  readonly pkiPolicyRefusal: 'Policy Identifier' | 'policy identifier'
  /**
   * Whose hash `signature_bits` is: of the key that is asked for, or of the authority that is to sign with it, which a
   * role looks up when it is written (recorded: `role any`; `validateRole` in `path_roles.go` of Vault 1.21)
   */
  readonly pkiHashIs: "the key's" | "the issuer's"
  /** no certificate begins before that of its issuer (recorded: `issue with a lease`) */
  readonly pkiBeginsWithinIssuer: boolean
  /** warnings of a new certificate come twice (recorded: `issue`) */
  readonly pkiRepeatsWarnings: boolean
  /** what many leases harm */
  readonly pkiLeaseHarm: 'Vault-wide' | 'instance-wide'
}

const OPERATIONS = [
  'tidy_cert_store', 'tidy_revoked_certs', 'tidy_revoked_cert_issuer_associations', 'tidy_expired_issuers',
  'tidy_move_legacy_ca_bundle', 'tidy_revocation_queue', 'tidy_cross_cluster_revoked_certs', 'tidy_acme'
]
const CROSS_CLUSTER_LISTS = ['cross_cluster_revocation', 'unified_crl', 'unified_crl_on_existing_paths']
const CROSS_CLUSTER_TIDYING = ['tidy_cross_cluster_revoked_certs', 'tidy_revocation_queue']
const CROSS_CLUSTER_COUNTS = ['cross_revoked_cert_deleted_count', 'revocation_queue_deleted_count']
const OPENBAO_TIDYING = ['page_size', 'revoked_safety_buffer', 'tidy_invalid_certs']

const vault114: PkiQuirks = {
  pkiRoleFields: [],
  pkiCrlFields: CROSS_CLUSTER_LISTS,
  pkiAutoTidyFields: ['revocation_queue_safety_buffer', ...CROSS_CLUSTER_TIDYING],
  pkiTidyStatusFields: ['revocation_queue_safety_buffer', ...CROSS_CLUSTER_TIDYING, ...CROSS_CLUSTER_COUNTS],
  pkiTidyOperations: OPERATIONS,
  pkiDeltaDistributionPoints: false,
  pkiShowsTemplating: false,
  pkiShowsNotBefore: false,
  pkiShowsAuthorityKeyId: false,
  pkiTidyCountsFromStart: false,
  pkiAcmeMaxTtl: false,
  pkiSortsRequestedNames: true,
  pkiPolicyRefusal: 'Policy Identifier',
  pkiHashIs: "the key's",
  pkiBeginsWithinIssuer: false,
  pkiRepeatsWarnings: false,
  pkiLeaseHarm: 'Vault-wide'
}

const vault121: PkiQuirks = {
  ...vault114,
  pkiRoleFields: ['serial_number_source'],
  pkiCrlFields: [...CROSS_CLUSTER_LISTS, 'max_crl_entries'],
  pkiAutoTidyFields: [
    ...vault114.pkiAutoTidyFields, 'max_startup_backoff_duration', 'min_startup_backoff_duration', 'tidy_cert_metadata',
    'tidy_cmpv2_nonce_store'
  ],
  pkiTidyStatusFields: [
    ...vault114.pkiTidyStatusFields, 'cert_metadata_deleted_count', 'cmpv2_nonce_deleted_count', 'tidy_cert_metadata',
    'tidy_cmpv2_nonce_store'
  ],
  pkiTidyOperations: [
    ...OPERATIONS.filter((name) => !CROSS_CLUSTER_TIDYING.includes(name)), ...CROSS_CLUSTER_TIDYING,
    'tidy_cert_metadata', 'tidy_cmpv2_nonce_store'
  ],
  pkiDeltaDistributionPoints: true,
  pkiShowsTemplating: true,
  pkiShowsAuthorityKeyId: true,
  pkiHashIs: "the issuer's",
  pkiBeginsWithinIssuer: true,
  pkiRepeatsWarnings: true,
  pkiTidyCountsFromStart: true,
  pkiAcmeMaxTtl: true
}

export const pkiQuirks: ByProfile<PkiQuirks> = {
  documented: vault114,
  'vault-1.14': vault114,
  'vault-1.21': vault121,
  'openbao-2.5': {
    ...vault114,
    pkiRoleFields: ['allowed_ip_sans_cidr', 'not_after_bound', 'not_before', 'not_before_bound'],
    pkiCrlFields: ['allow_expired_cert_revocation'],
    pkiAutoTidyFields: OPENBAO_TIDYING,
    pkiTidyStatusFields: OPENBAO_TIDYING,
    pkiTidyOperations: [
      'tidy_cert_store', 'tidy_revoked_certs', 'tidy_invalid_certs', 'tidy_revoked_cert_issuer_associations',
      'tidy_expired_issuers', 'tidy_move_legacy_ca_bundle', 'tidy_acme'
    ],
    pkiDeltaDistributionPoints: true,
    pkiShowsNotBefore: true,
    pkiSortsRequestedNames: false,
    pkiPolicyRefusal: 'policy identifier',
    pkiLeaseHarm: 'instance-wide'
  }
}
