// The page on sys/storage/raft as it was in 2019: fewer parameters, the join with a token, no sample answers.
import { activeNode, get, joined, post } from '../steps.js'

const RAFT = '/v1/sys/storage/raft'
const succeeds = { states: { status: '2xx' } }

export default {
  start: 'running',
  nodes: 2,
  steps: [
    ...activeNode,
    post('join', `${RAFT}/join`, { leader_api_addr: '{{node0}}', retry: false }, { node: 1, ...succeeds }),
    ...joined(1),
    get('read the configuration', `${RAFT}/configuration`, {
      ...succeeds, save: { joined: (json) => json.data.config.servers.at(-1).node_id }
    }),
    post('remove a node', `${RAFT}/remove-peer`, { server_id: '{{joined}}' }, succeeds),
    get('take a snapshot', `${RAFT}/snapshot`, { binary: true, save: { snapshot: '$raw' }, ...succeeds }),
    post('restore a snapshot', `${RAFT}/snapshot`, '{{snapshot}}', succeeds)
  ]
}
