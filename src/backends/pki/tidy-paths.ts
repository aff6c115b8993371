// pki/tidy, tidy-status, tidy-cancel and config/auto-tidy.
// https://developer.hashicorp.com/vault/api-docs/secret/pki#tidy and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { formatDurationMs, parseDurationMs } from '../../go/durations.js'
import { orInvalid } from '../../go/refusing.js'
import { goMap, type JsonObject, type JsonValue } from '../../json/index.js'
import type { Profile } from '../../profiles/index.js'
import { invalid } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { DEFAULT_TIDY_CONFIG, type TidyConfig } from './config-forms.js'
import { stored } from './stored.js'
import { autoTidyConfig, scheduleTidying, tidy } from './tidying.js'

const what = {
  tidy_acme: field.bool({ description: 'Looks after ACME accounts and orders.' }),
  tidy_cert_metadata: field.bool({ description: 'Looks after metadata of certificates (enterprise).' }),
  tidy_cert_store: field.bool({ description: 'Deletes certificates that ended.' }),
  tidy_cmpv2_nonce_store: field.bool({ description: 'Looks after nonces of CMPv2 (enterprise).' }),
  tidy_cross_cluster_revoked_certs: field.bool({ description: 'Looks after revocations of other clusters (enterprise).' }),
  tidy_expired_issuers: field.bool({ description: 'Deletes issuers that ended.' }),
  tidy_invalid_certs: field.bool({ description: 'Deletes what cannot be read (OpenBao).' }),
  tidy_move_legacy_ca_bundle: field.bool({ description: 'Looks after what versions before 1.11 stored.' }),
  tidy_revocation_list: field.bool({ description: 'Deprecated, use tidy_revoked_certs.' }),
  tidy_revocation_queue: field.bool({ description: 'Looks after the queue of revocations (enterprise).' }),
  tidy_revoked_cert_issuer_associations: field.bool({ description: 'Finds the issuers of revoked certificates anew.' }),
  tidy_revoked_certs: field.bool({ description: 'Deletes revoked certificates that ended.' })
}
const howLong = {
  safety_buffer: field.signedDurationSeconds({ description: 'How long certificates stay after their end.' }),
  issuer_safety_buffer: field.signedDurationSeconds({ description: 'How long issuers stay after their end.' }),
  revocation_queue_safety_buffer: field.signedDurationSeconds({ description: 'How long the queue keeps revocations.' }),
  revoked_safety_buffer: field.signedDurationSeconds({ description: 'How long revoked ones stay (OpenBao).' }),
  acme_account_safety_buffer: field.signedDurationSeconds({ description: 'How long ACME accounts stay.' }),
  pause_duration: field.string({ description: 'Pause between entries.' }),
  page_size: field.int({ description: 'Entries read at once (OpenBao).' })
}
const tidyFields = Type.Object({ ...what, ...howLong })
const autoFields = Type.Object({
  ...what,
  ...howLong,
  enabled: field.bool({ description: 'Whether tidying goes on by itself.' }),
  interval_duration: field.signedDurationSeconds({ description: 'Time from one tidying to the next.' }),
  maintain_stored_certificate_counts: field.bool({ description: 'Counts what is stored.' }),
  publish_stored_certificate_count_metrics: field.bool({ description: 'Shows the counts as metrics.' }),
  max_startup_backoff_duration: field.durationSeconds({ description: 'Longest wait after a start (from 1.18).' }),
  min_startup_backoff_duration: field.durationSeconds({ description: 'Shortest wait after a start (from 1.18).' })
})

type TidyWishes = Partial<Static<typeof tidyFields>>
type AutoCall = Call<Static<typeof autoFields>>

const OF_SOME_PROFILES: readonly string[] = [
  'max_startup_backoff_duration', 'min_startup_backoff_duration', 'page_size', 'revocation_queue_safety_buffer',
  'revoked_safety_buffer', 'tidy_cert_metadata', 'tidy_cmpv2_nonce_store', 'tidy_cross_cluster_revoked_certs',
  'tidy_invalid_certs', 'tidy_revocation_queue'
]
const BUFFERS = [
  'safety_buffer', 'issuer_safety_buffer', 'revocation_queue_safety_buffer', 'acme_account_safety_buffer'
] as const
const NONE_RUNS = 'Tidy operation cannot be cancelled as none is currently running.'
/** Counts of what is not here: none is ever found. */
const NOTHING_TO_COUNT = [
  'acme_account_deleted_count', 'acme_account_revoked_count', 'acme_orders_deleted_count', 'total_acme_account_count'
]
const COUNTS_OF_SOME = [
  'cert_metadata_deleted_count', 'cmpv2_nonce_deleted_count', 'cross_revoked_cert_deleted_count',
  'revocation_queue_deleted_count'
]

export const tidyPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/pki', [
  definePath({ path: 'tidy', summary: 'Deletes what ended.', fields: tidyFields, operations: { update: run } }),
  definePath({ path: 'tidy-status', summary: 'How tidying goes.', fields: Type.Object({}), operations: { read: readStatus } }),
  definePath({
    path: 'tidy-cancel',
    summary: 'Ends tidying.',
    fields: Type.Object({}),
    operations: { update: () => ({ data: null, warnings: [NONE_RUNS] }) }
  }),
  definePath({
    path: 'config/auto-tidy',
    summary: 'Tidying that goes on by itself.',
    fields: autoFields,
    operations: { read: (call) => shownConfig(call, autoTidyConfig(call)), update: configure }
  })
])

/** 202: the work is said to go on behind. */
function run (call: Call<Static<typeof tidyFields>>): LogicalResponse {
  const { profile } = call.cluster
  const config = { ...changed(DEFAULT_TIDY_CONFIG, call.fields), enabled: true, interval_duration: 0 }
  const asked = call.fields.revoked_safety_buffer === undefined
    ? { ...config, revoked_safety_buffer: config.safety_buffer }
    : config
  tidy(call, asked)
  const started = isAnythingAsked(config, profile)
    ? 'Tidy operation successfully started. ' +
      `Any information from the operation will be printed to ${profile.product}'s server logs.`
    : 'Manual tidy requested but no tidy operations were set. ' +
      `Enable at least one tidy operation to be run (${profile.pkiTidyOperations.join(' / ')}).`
  return { data: null, warnings: [started], status: { code: 202, newline: false, requestId: false } }
}

function isAnythingAsked (config: JsonObject, { pkiTidyOperations }: Profile): boolean {
  return pkiTidyOperations.some((name) => config[name] === true)
}

/** @throws VaultError where a time is none */
function changed (old: TidyConfig, wishes: TidyWishes): TidyConfig {
  for (const name of BUFFERS) if ((wishes[name] ?? 1) < 1) throw invalid(`${name} must be greater than zero`)
  const { tidy_revocation_list: older, pause_duration: pause, ...given } = wishes
  return {
    ...old,
    ...given,
    tidy_revoked_certs: given.tidy_revoked_certs ?? older ?? old.tidy_revoked_certs,
    pause_duration: pause === undefined || pause === '' ? old.pause_duration : formatDurationMs(pauseMs(pause))
  }
}

function pauseMs (text: string): number {
  const ms = orInvalid(() => parseDurationMs(text), (message) => `Error parsing pause_duration: ${message}`)
  if (ms < 0) throw invalid('received invalid, negative pause_duration')
  return ms
}

function configure (call: AutoCall): LogicalResponse {
  const { profile } = call.cluster
  const { fields } = call
  if (fields.interval_duration !== undefined && fields.interval_duration < 1) {
    throw invalid('given interval_duration must be greater than or equal to zero seconds; ' +
      `got: ${fields.interval_duration}`)
  }
  const config: TidyConfig = changed(autoTidyConfig(call), fields)
  if (config.enabled && !isAnythingAsked(config, profile)) {
    throw invalid('Auto-tidy enabled but no tidy operations were requested. ' +
      `Enable at least one tidy operation to be run (${profile.pkiTidyOperations.join(' / ')}).`)
  }
  if (config.publish_stored_certificate_count_metrics && !config.maintain_stored_certificate_counts) {
    throw invalid('Can not publish a running storage metrics count to metrics without first maintaining that count. ' +
      'Enable `maintain_stored_certificate_counts` to enable `publish_stored_certificate_count_metrics`.')
  }
  stored.autoTidy(call).put(config)
  scheduleTidying(call, config)
  return shownConfig(call, config)
}

function shownConfig ({ cluster: { profile } }: AutoCall, config: TidyConfig): LogicalResponse {
  const hidden = OF_SOME_PROFILES.filter((name) => !profile.pkiAutoTidyFields.includes(name))
  return { data: goMap(Object.fromEntries(Object.entries(config).filter(([name]) => !hidden.includes(name)))) }
}

function readStatus (call: Call<unknown>): LogicalResponse {
  const { profile } = call.cluster
  const status = stored.tidyStatus(call).value
  const hidden = [...OF_SOME_PROFILES, ...COUNTS_OF_SOME].filter((name) => !profile.pkiTidyStatusFields.includes(name))
  const all: JsonObject = {
    ...emptyStatus(),
    internal_backend_uuid: call.mount.uuid,
    ...counts(call),
    ...(status && {
      ...pick(status.config),
      ...Object.fromEntries([...NOTHING_TO_COUNT, ...COUNTS_OF_SOME].map((name) => [name, 0])),
      cert_store_deleted_count: status.counts.certificates,
      missing_issuer_cert_count: status.counts.missingIssuers,
      revoked_cert_deleted_count: status.counts.revoked,
      state: status.state,
      time_started: rfc3339Nano(status.startedAtMs),
      time_finished: rfc3339Nano(status.finishedAtMs)
    }),
    ...lastFinished(call, status?.finishedAtMs)
  }
  return { data: goMap(Object.fromEntries(Object.entries(all).filter(([name]) => !hidden.includes(name)))) }
}

/** Before anything was tidied, the later versions count from when the mount was made. */
function lastFinished ({ cluster, nowMs }: Call<unknown>, atMs: number | undefined): Record<string, string> {
  if (atMs !== undefined) return { last_auto_tidy_finished: rfc3339Nano(atMs) }
  return cluster.profile.pkiTidyCountsFromStart ? { last_auto_tidy_finished: rfc3339Nano(nowMs) } : {}
}

function counts (call: Call<unknown>): Record<string, JsonValue> {
  if (!autoTidyConfig(call).maintain_stored_certificate_counts) return {}
  return {
    current_cert_store_count: stored.certificates(call).children().length,
    current_revoked_cert_count: stored.revoked(call).children().length
  }
}

const STATUS_OF_CONFIG: readonly string[] = [
  ...Object.keys(what).filter((name) => name !== 'tidy_revocation_list'), ...Object.keys(howLong)
]

function pick (config: TidyConfig): JsonObject {
  return Object.fromEntries(Object.entries(config).filter(([name]) => STATUS_OF_CONFIG.includes(name)))
}

function emptyStatus (): Record<string, JsonValue> {
  const names = [
    ...STATUS_OF_CONFIG, ...NOTHING_TO_COUNT, ...COUNTS_OF_SOME, 'cert_store_deleted_count', 'current_cert_store_count',
    'current_revoked_cert_count', 'error', 'message', 'missing_issuer_cert_count', 'revoked_cert_deleted_count',
    'time_finished', 'time_started'
  ]
  const shownLater = names.filter((name) => name !== 'revocation_queue_safety_buffer')
  return { ...Object.fromEntries(shownLater.map((name) => [name, null])), state: 'Inactive' }
}
