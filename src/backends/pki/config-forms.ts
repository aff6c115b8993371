// What is configured of a mount, as it is stored.
import type { JsonObject } from '../../json/index.js'

/** Lists of revoked certificates and OCSP; durations as they were written. */
export type CrlConfig = JsonObject & {
  readonly expiry: string
  readonly disable: boolean
  readonly ocsp_disable: boolean
  readonly ocsp_expiry: string
  readonly auto_rebuild: boolean
  readonly auto_rebuild_grace_period: string
  readonly enable_delta: boolean
  readonly delta_rebuild_interval: string
  readonly allow_expired_cert_revocation: boolean
  readonly max_crl_entries: number
}

export const DEFAULT_CRL_CONFIG: CrlConfig = {
  expiry: '72h',
  disable: false,
  ocsp_disable: false,
  ocsp_expiry: '12h',
  auto_rebuild: false,
  auto_rebuild_grace_period: '12h',
  enable_delta: false,
  delta_rebuild_interval: '15m',
  allow_expired_cert_revocation: false,
  max_crl_entries: 100_000
}

/** What tidying does, by the names of the API; durations in seconds. */
export type TidyConfig = JsonObject & {
  readonly enabled: boolean
  readonly interval_duration: number
  readonly safety_buffer: number
  readonly issuer_safety_buffer: number
  readonly revocation_queue_safety_buffer: number
  readonly revoked_safety_buffer: number
  readonly acme_account_safety_buffer: number
  readonly pause_duration: string
  readonly page_size: number
  readonly maintain_stored_certificate_counts: boolean
  readonly publish_stored_certificate_count_metrics: boolean
  readonly max_startup_backoff_duration: number
  readonly min_startup_backoff_duration: number
  readonly tidy_acme: boolean
  readonly tidy_cert_metadata: boolean
  readonly tidy_cert_store: boolean
  readonly tidy_cmpv2_nonce_store: boolean
  readonly tidy_cross_cluster_revoked_certs: boolean
  readonly tidy_expired_issuers: boolean
  readonly tidy_invalid_certs: boolean
  readonly tidy_move_legacy_ca_bundle: boolean
  readonly tidy_revocation_queue: boolean
  readonly tidy_revoked_cert_issuer_associations: boolean
  readonly tidy_revoked_certs: boolean
}

const HOUR_SECONDS = 3600
const DAY_SECONDS = 24 * HOUR_SECONDS

export const DEFAULT_TIDY_CONFIG: TidyConfig = {
  enabled: false,
  interval_duration: 12 * HOUR_SECONDS,
  safety_buffer: 3 * DAY_SECONDS,
  issuer_safety_buffer: 365 * DAY_SECONDS,
  revocation_queue_safety_buffer: 2 * DAY_SECONDS,
  revoked_safety_buffer: 3 * DAY_SECONDS,
  acme_account_safety_buffer: 30 * DAY_SECONDS,
  pause_duration: '0s',
  page_size: 1000,
  maintain_stored_certificate_counts: false,
  publish_stored_certificate_count_metrics: false,
  max_startup_backoff_duration: 900,
  min_startup_backoff_duration: 300,
  tidy_acme: false,
  tidy_cert_metadata: false,
  tidy_cert_store: false,
  tidy_cmpv2_nonce_store: false,
  tidy_cross_cluster_revoked_certs: false,
  tidy_expired_issuers: false,
  tidy_invalid_certs: false,
  tidy_move_legacy_ca_bundle: false,
  tidy_revocation_queue: false,
  tidy_revoked_cert_issuer_associations: false,
  tidy_revoked_certs: false
}
