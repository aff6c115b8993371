// The page on vaultx's raft calls, as its version 0.0.5 sends them. A call that the page shows must succeed.
import { activeNode, get, joined, post } from '../steps.js'

const RAFT = '/v1/sys/storage/raft'
const AUTOMATED = `${RAFT}/snapshot-auto`
const NAME = 'my-local-auto-snapshot'
const succeeds = { states: { status: '2xx' } }
const config = {
  interval: '1d',
  storage_type: 'local',
  retain: 5,
  local_max_space: '100000',
  path_prefix: '/opt/vault/backups',
  file_prefix: 'vault-raft-auto-snapshot'
}
// what these read, another of these calls has made
const made = { ...succeeds, changes: true }

export default {
  start: 'running',
  nodes: 2,
  steps: [
    ...activeNode,
    post('join_raft_cluster', `${RAFT}/join`, { leader_api_addr: '{{node0}}', retry: false }, { node: 1, ...succeeds }),
    ...joined(1),
    get('read_raft_config', `${RAFT}/configuration`, {
      states: { status: 200, form: { data: { config: { servers: [{}] } } } },
      save: { joined: (json) => json.data.config.servers.at(-1).node_id }
    }),
    post('remove_raft_node', `${RAFT}/remove-peer`, { server_id: '{{joined}}' }, succeeds),
    post('create_or_update_raft_auto_snapshot_config', `${AUTOMATED}/config/${NAME}`, config, succeeds),
    get('read_raft_auto_snapshot_status', `${AUTOMATED}/status/${NAME}`, made),
    get('read_raft_auto_snapshot_config', `${AUTOMATED}/config/${NAME}`, made),
    { id: 'list_raft_auto_snapshot_configs', method: 'LIST', path: `${AUTOMATED}/config`, ...made },
    { id: 'delete_raft_auto_snapshot_config', method: 'DELETE', path: `${AUTOMATED}/config/${NAME}`, ...succeeds }
  ]
}
