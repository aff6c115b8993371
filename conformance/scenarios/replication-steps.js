// Building blocks of the scenarios on replication.
import { unmasked } from './steps.js'

export const REPLICATION = '/v1/sys/replication'

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
