// The same page's bootstrap: raft is used for ha_storage alone, and this makes the node active.
import { post, unsealedNode } from '../steps.js'

export default {
  start: 'uninitialized',
  highAvailabilityOnly: true,
  steps: [
    ...unsealedNode,
    post('bootstrap an HA node', '/v1/sys/storage/raft/bootstrap', undefined, { states: { status: '2xx' } })
  ]
}
