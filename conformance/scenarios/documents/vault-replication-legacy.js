// The page on sys/replication in its old form, one kind of replication: the statuses that it states, and its samples.
import { newRootAtSecondary, REPLICATION } from '../replication-steps.js'
import { activeNode, get, post, secondCluster } from '../steps.js'

const nothing = { states: { status: 204, empty: true } }
const warned = { states: { status: 200, contentType: 'application/json', form: { warnings: ['...'] } } }
const mode = (wanted, more = {}) => ({
  path: `${REPLICATION}/status`, noToken: true, until: (a) => a.json?.data?.mode === wanted, ...more
})
const primary = {
  cluster_id: 'd4095d41-3aee-8791-c421-9bc7f88f7c3e',
  known_secondaries: [],
  last_wal: 0,
  merkle_root: 'c3260c4c682ff2d6eb3c8bfd877134b3cec022d1',
  mode: 'primary'
}
const envelope = { request_id: '', lease_id: '', renewable: false, lease_duration: 0, warnings: null }
const wrapped = {
  token: 'fb79b9d3-d94e-9eb6-4919-c559311133d6',
  ttl: 300,
  creation_time: '2016-09-28T14:41:00.56961496-04:00',
  wrapped_accessor: ''
}
const stated = { status: 200, contentType: 'application/json' }
const sample = { ...stated, form: { ...primary, ...envelope, data: primary, wrap_info: null, auth: null } }
const second = { node: 1, token: '{{root1}}' }

export default {
  start: 'running',
  nodes: 2,
  apart: true,
  steps: [
    ...activeNode,
    ...secondCluster,
    get('status', `${REPLICATION}/status`, { noToken: true, states: { ...stated, form: { mode: 'disabled' } } }),
    post('enable the primary', `${REPLICATION}/primary/enable`, {}, nothing),
    mode('primary'),
    { id: 'status of a primary', path: `${REPLICATION}/status`, noToken: true, changes: true, states: sample },
    post('attempt recovery', `${REPLICATION}/recover`, undefined, warned),
    post('reindex', `${REPLICATION}/reindex`, undefined, warned),
    {
      ...get('a secondary\'s activation token', `${REPLICATION}/primary/secondary-token?id=us-east-1`),
      changes: true,
      save: { activation: 'wrap_info.token' },
      hide: { 'wrap_info.token': 'activation token' },
      states: { ...stated, form: { ...envelope, data: null, wrap_info: wrapped } }
    },
    post('enable the secondary', `${REPLICATION}/secondary/enable`, { token: '{{activation}}' }, { ...second, ...nothing }),
    mode('secondary', { node: 1 }),
    ...newRootAtSecondary,
    {
      path: `${REPLICATION}/primary/secondary-token?id=us-east-2`, changes: true, save: { again: 'wrap_info.token' }
    },
    post('update the secondary\'s primary', `${REPLICATION}/secondary/update-primary`, { token: '{{again}}' }, {
      ...second, ...nothing
    }),
    post('promote the secondary', `${REPLICATION}/secondary/promote`, {}, { ...second, ...nothing }),
    mode('primary', { node: 1 }),
    post('demote it', `${REPLICATION}/primary/demote`, undefined, { ...second, ...nothing }),
    mode('secondary', { node: 1 }),
    post('disable the secondary', `${REPLICATION}/secondary/disable`, undefined, { ...second, ...nothing }),
    { path: `${REPLICATION}/primary/secondary-token?id=us-east`, changes: true },
    post('revoke a secondary\'s token', `${REPLICATION}/secondary/revoke-secondary`, { id: 'us-east' }, nothing),
    post('disable the primary', `${REPLICATION}/primary/disable`, undefined, nothing)
  ]
}
