// Disaster recovery between two clusters of an enterprise edition. No recording of it exists yet.
import { activeNode, get, post, put, secondCluster, unmasked } from '../steps.js'
import { activation, enabled, REPLICATION, status } from '../replication-steps.js'

const D = `${REPLICATION}/dr`
const anon = { noToken: true }
const second = { node: 1, token: '{{root1}}' }
const atSecond = { node: 1, ...anon }

export default {
  start: 'uninitialized',
  nodes: 2,
  apart: true,
  steps: [
    ...activeNode,
    ...secondCluster,
    status('dr status at first', `${D}/status`),
    post('primary enable', `${D}/primary/enable`, {}),
    ...enabled('dr', 'primary'),
    status('dr status of the primary', `${D}/status`),
    post('secondary token', `${D}/primary/secondary-token`, { id: 'standby' }, activation),
    post('secondary enable', `${D}/secondary/enable`, { token: '{{activation}}' }, second),
    ...enabled('dr', 'secondary', { node: 1 }),
    { pause: 5000 },
    status('secondary: dr status', `${D}/status`, atSecond),
    get('secondary: health', '/v1/sys/health', atSecond),
    get('secondary: health, drsecondarycode=299', '/v1/sys/health?drsecondarycode=299', atSecond),
    get('secondary: a request as any other', '/v1/sys/mounts', { node: 1 }),
    get('secondary: configuration of raft', '/v1/sys/storage/raft/configuration', { node: 1 }),
    post('secondary: promote without a token', `${D}/secondary/promote`, {}, atSecond),
    get('secondary: operation token, none running', `${D}/secondary/generate-operation-token/attempt`, atSecond),
    put('secondary: operation token, start', `${D}/secondary/generate-operation-token/attempt`, {}, {
      ...atSecond, save: { nonce: 'nonce', otp: 'otp' }
    }),
    put('secondary: operation token, a key', `${D}/secondary/generate-operation-token/update`, {
      key: '{{key}}', nonce: '{{nonce}}'
    }, { ...atSecond, save: { operation: unmasked } }),
    post('secondary: promote', `${D}/secondary/promote`, { dr_operation_token: '{{operation}}' }, atSecond),
    ...enabled('dr', 'primary', { node: 1 }),
    status('promoted: dr status', `${D}/status`, atSecond),
    post('primary demote', `${D}/primary/demote`, undefined),
    { pause: 3000 },
    status('demoted: dr status', `${D}/status`),
    get('demoted: health', '/v1/sys/health', anon)
  ]
}
