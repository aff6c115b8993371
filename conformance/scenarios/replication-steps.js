// Building blocks of the scenarios on replication.
import { unmasked } from './steps.js'

export const REPLICATION = '/v1/sys/replication'

const VOLATILE = [
  'merkle_root', 'last_wal', 'last_dr_wal', 'last_performance_wal', 'last_remote_wal', 'last_start', 'last_reindex_epoch',
  'last_heartbeat', 'last_heartbeat_duration_ms', 'clock_skew_ms', 'replication_primary_canary_age_ms',
  'ssct_generation_counter', 'secondaries.*.last_heartbeat', 'primaries.*.last_heartbeat'
]
const PLACES = ['', 'data.', 'data.dr.', 'data.performance.']

/** A status: what depends on when it was asked and on all that was written before is hidden. */
export const status = (id, path, more = {}) => ({
  id,
  path,
  noToken: true,
  hide: Object.fromEntries(PLACES.flatMap((place) => VOLATILE.map((name) => [place + name, 'varies']))),
  ...more
})

/** Waits until one kind of replication has a mode. */
export const modes = (kind, mode, more = {}) => [
  { path: `${REPLICATION}/${kind}/status`, noToken: true, until: (a) => a.json?.data?.mode === mode, ...more },
  { pause: 1000 }
]

/** The server comes up anew after a change of its mode. */
export const enabled = (kind, mode, more = {}) => [
  ...modes(kind, mode, more),
  { path: '/v1/sys/health', noToken: true, until: (a) => [200, 472].includes(a.status), ...more }
]

/** Keeps the activation token for the other cluster. */
export const activation = { save: { activation: 'wrap_info.token' } }

/** A secondary's own tokens are gone: the primary's key makes a new one at node 1, afterwards {{root1}}. */
export const newRootAtSecondary = [
  {
    node: 1,
    method: 'PUT',
    path: '/v1/sys/generate-root/attempt',
    body: {},
    noToken: true,
    save: { nonce: 'nonce', otp: 'otp' }
  },
  {
    node: 1,
    method: 'PUT',
    path: '/v1/sys/generate-root/update',
    body: { key: '{{key}}', nonce: '{{nonce}}' },
    noToken: true,
    save: { root1: unmasked }
  }
]
