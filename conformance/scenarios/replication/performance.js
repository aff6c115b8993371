// Performance replication between two clusters of an enterprise edition. No recording of it exists yet.
import { activeNode, get, post, put, secondCluster } from '../steps.js'
import { activation, enabled, modes, newRootAtSecondary, REPLICATION, status } from '../replication-steps.js'

const P = `${REPLICATION}/performance`
const anon = { noToken: true }
const second = { node: 1, token: '{{root1}}' }
const filter = `${P}/primary/paths-filter/us-east-1`

export default {
  start: 'uninitialized',
  nodes: 2,
  apart: true,
  steps: [
    ...activeNode,
    ...secondCluster,
    status('status at first', `${REPLICATION}/status`),
    status('performance status at first', `${P}/status`),
    post('primary enable without token', `${P}/primary/enable`, {}, anon),
    post('secondary token before the primary', `${P}/primary/secondary-token`, { id: 'us-east-1' }),
    post('primary demote before the primary', `${P}/primary/demote`, undefined),
    post('secondary promote before the secondary', `${P}/secondary/promote`, {}),
    post('primary enable', `${P}/primary/enable`, {}),
    ...enabled('performance', 'primary'),
    post('primary enable again', `${P}/primary/enable`, {}),
    status('status of the primary', `${REPLICATION}/status`),
    status('performance status of the primary', `${P}/status`),
    post('secondary token without id', `${P}/primary/secondary-token`, {}),
    post('secondary token', `${P}/primary/secondary-token`, { id: 'us-east-1' }, activation),
    post('secondary token again', `${P}/primary/secondary-token`, { id: 'us-east-1' }),
    post('paths filter', filter, { mode: 'deny', paths: ['hidden/'] }),
    get('paths filter read', filter),
    post('paths filter, bad mode', filter, { mode: 'some', paths: ['hidden/'] }),
    post('secondary enable, bad token', `${P}/secondary/enable`, { token: 'nonsense' }, second),
    post('secondary enable', `${P}/secondary/enable`, { token: '{{activation}}' }, second),
    ...enabled('performance', 'secondary', { node: 1 }),
    { pause: 5000 },
    status('secondary: status', `${REPLICATION}/status`, { node: 1 }),
    get('secondary: health', '/v1/sys/health', { node: 1, ...anon }),
    get('secondary: its old token', '/v1/auth/token/lookup-self', second),
    ...newRootAtSecondary,
    get('secondary: a new token', '/v1/auth/token/lookup-self', second),
    status('primary: status with a secondary', `${REPLICATION}/status`),
    put('primary: a policy', '/v1/sys/policies/acl/shared', { policy: 'path "a" { capabilities = ["read"] }' }),
    post('primary: recover', `${REPLICATION}/recover`, undefined),
    post('primary: reindex', `${REPLICATION}/reindex`, undefined),
    post('primary: revoke a secondary', `${P}/primary/revoke-secondary`, { id: 'us-east-1' }),
    { pause: 3000 },
    status('primary: status after the revocation', `${P}/status`),
    post('primary demote', `${P}/primary/demote`, undefined),
    ...modes('performance', 'secondary'),
    status('status after the demotion', `${P}/status`),
    post('secondary promote', `${P}/secondary/promote`, {}),
    ...modes('performance', 'primary'),
    post('primary disable', `${P}/primary/disable`, undefined),
    ...modes('performance', 'disabled'),
    status('status after all', `${REPLICATION}/status`)
  ]
}
