// Three nodes: join, promotion to voters, standbys, forwarding, remove-peer, step-down.
import { activeNode, joinNode, get, put, post } from '../steps.js'

const anon = { noToken: true }
const allVoters = (n) => ({
  path: '/v1/sys/storage/raft/configuration',
  until: (a) => a.json?.data?.config?.servers?.filter((s) => s.voter).length === n,
  within: 60_000
})

export default {
  start: 'uninitialized',
  nodes: 3,
  steps: [
    ...activeNode,
    post('node 1 joins', '/v1/sys/storage/raft/join', { leader_api_addr: '{{node0}}' }, { node: 1, ...anon }),
    get('node 1, joined and not yet unsealed: health', '/v1/sys/health', { node: 1, ...anon }),
    get('node 1, joined and not yet unsealed: seal-status', '/v1/sys/seal-status', { node: 1, ...anon }),
    get('node 1, joined and not yet unsealed: init status', '/v1/sys/init', { node: 1, ...anon }),
    get('leader: configuration before the unseal', '/v1/sys/storage/raft/configuration'),
    post(
      'node 1 joins again while pending', '/v1/sys/storage/raft/join', { leader_api_addr: '{{node0}}' },
      { node: 1, ...anon }
    ),
    put('node 1: unseal', '/v1/sys/unseal', { key: '{{key}}' }, { node: 1, ...anon }),
    { node: 1, path: '/v1/sys/health', ...anon, until: (a) => a.status === 429 },
    get('leader: configuration with a fresh non-voter', '/v1/sys/storage/raft/configuration'),
    get('leader: autopilot state with a fresh non-voter', '/v1/sys/storage/raft/autopilot/state'),
    ...joinNode(2),
    allVoters(3),
    { pause: 3000 },
    get('configuration, three voters', '/v1/sys/storage/raft/configuration'),
    get('autopilot state, three voters', '/v1/sys/storage/raft/autopilot/state'),
    get('standby: health', '/v1/sys/health', { node: 1, ...anon }),
    { id: 'standby: health by HEAD', node: 1, method: 'HEAD', path: '/v1/sys/health', ...anon },
    get('standby: health standbyok=true', '/v1/sys/health?standbyok=true', { node: 1, ...anon }),
    get('standby: health standbyok without value', '/v1/sys/health?standbyok', { node: 1, ...anon }),
    get('standby: health standbyok=True', '/v1/sys/health?standbyok=True', { node: 1, ...anon }),
    get('standby: health standbyok=false', '/v1/sys/health?standbyok=false', { node: 1, ...anon }),
    get('standby: health standbycode=200', '/v1/sys/health?standbycode=200', { node: 1, ...anon }),
    get('standby: leader', '/v1/sys/leader', { node: 1, ...anon }),
    get('standby: seal-status', '/v1/sys/seal-status', { node: 1, ...anon }),
    get('standby: configuration (forwarded)', '/v1/sys/storage/raft/configuration', { node: 1 }),
    get('standby: configuration without token', '/v1/sys/storage/raft/configuration', { node: 1, ...anon }),
    get('standby: autopilot state (forwarded)', '/v1/sys/storage/raft/autopilot/state', { node: 1 }),
    get('standby: configuration, no forwarding', '/v1/sys/storage/raft/configuration', {
      node: 1, headers: { 'X-Vault-No-Request-Forwarding': '1' }
    }),
    get('standby: snapshot', '/v1/sys/storage/raft/snapshot', { node: 1, binary: true }),
    get('standby: snapshot, no token', '/v1/sys/storage/raft/snapshot', { node: 1, ...anon }),
    post('standby: restore', '/v1/sys/storage/raft/snapshot', 'x', { node: 1 }),
    post('standby: restore force with a query', '/v1/sys/storage/raft/snapshot-force?a=b', 'x', { node: 1 }),
    get('standby: unknown path', '/v1/sys/nowhere', { node: 1 }),
    get('standby: token lookup-self', '/v1/auth/token/lookup-self', { node: 1 }),
    get('standby: ha-status', '/v1/sys/ha-status', { node: 1 }),
    post('standby: join', '/v1/sys/storage/raft/join', { leader_api_addr: '{{node0}}' }, { node: 1, ...anon }),
    put(
      'standby: remove-peer of node 2 (forwarded)', '/v1/sys/storage/raft/remove-peer',
      { server_id: 'raft_2' }, { node: 1 }
    ),
    { pause: 2000 },
    get('configuration, two voters left', '/v1/sys/storage/raft/configuration'),
    get('autopilot state, two voters left', '/v1/sys/storage/raft/autopilot/state'),
    put('remove-peer of node 2 again', '/v1/sys/storage/raft/remove-peer', { server_id: 'raft_2' }),
    put('standby: step-down (forwarded)', '/v1/sys/step-down', undefined, { node: 1 }),
    // from here on the leader may be either node: only what does not depend on it is compared
    { path: '/v1/sys/leader', node: 0, ...anon, until: (a) => (a.json?.leader_address ?? '') !== '', within: 60_000 },
    { pause: 12_000 },
    put('remove-peer through any node, unknown id', '/v1/sys/storage/raft/remove-peer', { server_id: 'nobody' }),
    get(
      'health of node 0 after the step-down, every role 299', '/v1/sys/health?standbycode=299&activecode=299',
      { ...anon, maskWith: (b) => ({ ...b, standby: '<bool>' }) }
    )
  ]
}
