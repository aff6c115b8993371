// The same page's bootstrap: raft is used for ha_storage alone, and this makes the node active.
import { post } from '../steps.js'

export default {
  start: 'uninitialized',
  highAvailabilityOnly: true,
  steps: [
    {
      method: 'PUT',
      path: '/v1/sys/init',
      body: { secret_shares: 1, secret_threshold: 1 },
      noToken: true,
      save: { key: 'keys_base64.0', root: 'root_token' },
      needed: true
    },
    { method: 'PUT', path: '/v1/sys/unseal', body: { key: '{{key}}' }, noToken: true },
    post('bootstrap an HA node', '/v1/sys/storage/raft/bootstrap', undefined, { states: { status: '2xx' } })
  ]
}
