// The documentation's page on sys/storage/raft: its requests in an order in which they work; its sample answer.
// The page states no statuses: a request that it shows must succeed.
import { activeNode, get, joined, post } from '../steps.js'

const RAFT = '/v1/sys/storage/raft'
const succeeds = { states: { status: '2xx' } }
const active = { path: '/v1/sys/health', noToken: true, until: (a) => a.status === 200 }
const server = { address: '127.0.0.1:8201', leader: true, node_id: 'raft1', protocol_version: '\u0003', voter: true }
const sample = {
  request_id: 'ca4b5a1d-38d6-e27e-e756-269521328a15',
  lease_id: '',
  lease_duration: 0,
  renewable: false,
  data: { config: { index: 24, servers: [server] } },
  warnings: null
}

export default {
  start: 'running',
  nodes: 2,
  steps: [
    ...activeNode,
    post('join', `${RAFT}/join`, { leader_api_addr: '{{node0}}' }, { node: 1, noToken: true, ...succeeds }),
    ...joined(1),
    get('read the configuration', `${RAFT}/configuration`, {
      states: { status: 200, contentType: 'application/json', form: sample },
      save: { joined: (json) => json.data.config.servers.at(-1).node_id }
    }),
    get('take a snapshot', `${RAFT}/snapshot`, { binary: true, save: { snapshot: '$raw' }, ...succeeds }),
    post('restore a snapshot', `${RAFT}/snapshot`, '{{snapshot}}', succeeds),
    active,
    post('force restore a snapshot', `${RAFT}/snapshot-force`, '{{snapshot}}', succeeds),
    active,
    post('remove a node', `${RAFT}/remove-peer`, { server_id: '{{joined}}', dr_operation_token: '' }, succeeds)
  ]
}
