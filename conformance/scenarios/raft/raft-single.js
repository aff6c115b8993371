// One node: join refused in every way, bootstrap, configuration, autopilot, snapshots and their restore.
import { activeNode, get, put, post, del, list } from '../steps.js'

const anon = { noToken: true }

export default {
  start: 'uninitialized',
  steps: [
    post('join, fresh node, no body', '/v1/sys/storage/raft/join', undefined, anon),
    post('join, fresh node, empty object', '/v1/sys/storage/raft/join', {}, anon),
    post(
      'join, fresh node, leader unreachable', '/v1/sys/storage/raft/join',
      { leader_api_addr: 'http://127.0.0.1:1' }, anon
    ),
    post(
      'join, both leader and auto_join', '/v1/sys/storage/raft/join',
      { leader_api_addr: 'http://127.0.0.1:1', auto_join: 'provider=aws' },
      anon
    ),
    post(
      'join, bad auto_join_scheme', '/v1/sys/storage/raft/join',
      { auto_join: 'provider=aws', auto_join_scheme: 'ftp' }, anon
    ),
    post('join, malformed JSON', '/v1/sys/storage/raft/join', '{"leader_api_addr":', anon),
    post(
      'join, form body', '/v1/sys/storage/raft/join', 'leader_api_addr=http%3A%2F%2F127.0.0.1%3A1',
      { ...anon, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }
    ),
    post(
      'join, wrong type for retry', '/v1/sys/storage/raft/join',
      { leader_api_addr: 'http://127.0.0.1:1', retry: 'yes' }, anon
    ),
    post(
      'join, bad PEM', '/v1/sys/storage/raft/join',
      { leader_api_addr: 'https://127.0.0.1:1', leader_ca_cert: 'nonsense' },
      anon
    ),
    get('join by GET', '/v1/sys/storage/raft/join', anon),
    put('join by PUT', '/v1/sys/storage/raft/join', { leader_api_addr: 'http://127.0.0.1:1' }, anon),
    put('bootstrap challenge, uninitialized', '/v1/sys/storage/raft/bootstrap/challenge', { server_id: 'x' }, anon),
    post('bootstrap, sealed', '/v1/sys/storage/raft/bootstrap', undefined, anon),
    get('bootstrap by GET', '/v1/sys/storage/raft/bootstrap', anon),
    ...activeNode,
    post('join, already initialized', '/v1/sys/storage/raft/join', { leader_api_addr: 'http://127.0.0.1:1' }, anon),
    post(
      'join, already initialized, retry', '/v1/sys/storage/raft/join',
      { leader_api_addr: 'http://127.0.0.1:1', retry: true }, anon
    ),
    post('bootstrap, active storage node', '/v1/sys/storage/raft/bootstrap', undefined, anon),
    get('configuration', '/v1/sys/storage/raft/configuration'),
    get('configuration, no token', '/v1/sys/storage/raft/configuration', anon),
    get('configuration, wrong token', '/v1/sys/storage/raft/configuration', { token: 'wrong' }),
    get('configuration, bearer token', '/v1/sys/storage/raft/configuration', {
      noToken: true, headers: { Authorization: 'Bearer {{root}}' }
    }),
    post('configuration by POST', '/v1/sys/storage/raft/configuration', {}),
    del('configuration by DELETE', '/v1/sys/storage/raft/configuration'),
    list('configuration by LIST', '/v1/sys/storage/raft/configuration'),
    get('configuration with a trailing slash', '/v1/sys/storage/raft/configuration/'),
    put('challenge', '/v1/sys/storage/raft/bootstrap/challenge', { server_id: 'raft_9' }, anon),
    put('challenge, no server_id', '/v1/sys/storage/raft/bootstrap/challenge', {}, anon),
    get('challenge by GET', '/v1/sys/storage/raft/bootstrap/challenge', anon),
    put('answer, empty', '/v1/sys/storage/raft/bootstrap/answer', {}, anon),
    put('answer, no answer', '/v1/sys/storage/raft/bootstrap/answer', { server_id: 'raft_9' }, anon),
    put(
      'answer, no cluster_addr', '/v1/sys/storage/raft/bootstrap/answer',
      { server_id: 'raft_9', answer: 'AAAA' }, anon
    ),
    put(
      'answer, not base64', '/v1/sys/storage/raft/bootstrap/answer',
      { server_id: 'raft_9', answer: '!!!', cluster_addr: '127.0.0.1:1' },
      anon
    ),
    put(
      'answer, wrong', '/v1/sys/storage/raft/bootstrap/answer',
      { server_id: 'raft_9', answer: 'AAAA', cluster_addr: '127.0.0.1:1' },
      anon
    ),
    put(
      'answer, none expected', '/v1/sys/storage/raft/bootstrap/answer',
      { server_id: 'never', answer: 'AAAA', cluster_addr: '127.0.0.1:1' },
      anon
    ),
    put('remove-peer, no server_id', '/v1/sys/storage/raft/remove-peer', {}),
    put('remove-peer, no body', '/v1/sys/storage/raft/remove-peer', undefined),
    put('remove-peer, null body', '/v1/sys/storage/raft/remove-peer', 'null'),
    put('remove-peer, unknown server_id', '/v1/sys/storage/raft/remove-peer', { server_id: 'nobody' }),
    put('remove-peer, the only server', '/v1/sys/storage/raft/remove-peer', { server_id: 'raft_0' }),
    put('remove-peer, no token', '/v1/sys/storage/raft/remove-peer', { server_id: 'nobody' }, anon),
    get('remove-peer by GET', '/v1/sys/storage/raft/remove-peer'),
    put('remove-peer, wrong type', '/v1/sys/storage/raft/remove-peer', { server_id: { a: 1 } }),
    put('remove-peer, number as server_id', '/v1/sys/storage/raft/remove-peer', { server_id: 7 }),
    put('remove-peer, unknown parameters', '/v1/sys/storage/raft/remove-peer', { server_id: 'nobody', colour: 'red' }),
    get('autopilot configuration', '/v1/sys/storage/raft/autopilot/configuration'),
    { pause: 3000 },
    get('autopilot state', '/v1/sys/storage/raft/autopilot/state'),
    post(
      'autopilot configuration, durations as strings', '/v1/sys/storage/raft/autopilot/configuration',
      { last_contact_threshold: '7s', server_stabilization_time: '1m30s' }
    ),
    get('autopilot configuration, after the change', '/v1/sys/storage/raft/autopilot/configuration'),
    post(
      'autopilot configuration, durations as numbers', '/v1/sys/storage/raft/autopilot/configuration',
      { last_contact_threshold: 11, max_trailing_logs: '500' }
    ),
    get('autopilot configuration, after numbers', '/v1/sys/storage/raft/autopilot/configuration'),
    post(
      'autopilot configuration, zero and empty', '/v1/sys/storage/raft/autopilot/configuration',
      { last_contact_threshold: 0, min_quorum: 0, max_trailing_logs: 0 }
    ),
    get('autopilot configuration, after zeros', '/v1/sys/storage/raft/autopilot/configuration'),
    post(
      'autopilot configuration, clean-up without min_quorum', '/v1/sys/storage/raft/autopilot/configuration',
      { cleanup_dead_servers: true }
    ),
    post('autopilot configuration, min_quorum 2', '/v1/sys/storage/raft/autopilot/configuration', {
      cleanup_dead_servers: true, min_quorum: 2
    }),
    post(
      'autopilot configuration, dead server threshold 5s', '/v1/sys/storage/raft/autopilot/configuration',
      { cleanup_dead_servers: true, min_quorum: 3, dead_server_last_contact_threshold: '5s' }
    ),
    post('autopilot configuration, clean-up', '/v1/sys/storage/raft/autopilot/configuration', {
      cleanup_dead_servers: 'true', min_quorum: '3', dead_server_last_contact_threshold: '10m'
    }),
    get('autopilot configuration, clean-up on', '/v1/sys/storage/raft/autopilot/configuration'),
    post(
      'autopilot configuration, not a duration', '/v1/sys/storage/raft/autopilot/configuration',
      { last_contact_threshold: 'soon' }
    ),
    post(
      'autopilot configuration, negative duration', '/v1/sys/storage/raft/autopilot/configuration',
      { last_contact_threshold: '-3s' }
    ),
    post(
      'autopilot configuration, not a bool', '/v1/sys/storage/raft/autopilot/configuration',
      { cleanup_dead_servers: 'maybe' }
    ),
    post(
      'autopilot configuration, not a number', '/v1/sys/storage/raft/autopilot/configuration',
      { min_quorum: 'three' }
    ),
    post('autopilot configuration, unknown parameter', '/v1/sys/storage/raft/autopilot/configuration', { nonsense: 1 }),
    post('autopilot configuration, empty', '/v1/sys/storage/raft/autopilot/configuration', {}),
    post('autopilot state by POST', '/v1/sys/storage/raft/autopilot/state', {}),
    get('autopilot state, no token', '/v1/sys/storage/raft/autopilot/state', anon),
    list('snapshot-auto config by LIST', '/v1/sys/storage/raft/snapshot-auto/config'),
    get('snapshot-auto config', '/v1/sys/storage/raft/snapshot-auto/config/daily'),
    post('snapshot-auto config write', '/v1/sys/storage/raft/snapshot-auto/config/daily', {
      interval: '1d', storage_type: 'local', local_max_space: 1000, path_prefix: '/tmp'
    }),
    get('snapshot-auto status', '/v1/sys/storage/raft/snapshot-auto/status/daily'),
    del('snapshot-auto delete', '/v1/sys/storage/raft/snapshot-auto/config/daily'),
    get('snapshot', '/v1/sys/storage/raft/snapshot', { binary: true, save: { snapshot: '$raw' } }),
    get('snapshot, no token', '/v1/sys/storage/raft/snapshot', anon),
    post('restore, empty', '/v1/sys/storage/raft/snapshot', undefined),
    post('restore, garbage', '/v1/sys/storage/raft/snapshot', 'this is not a gzip file'),
    post('restore, truncated gzip', '/v1/sys/storage/raft/snapshot', Buffer.from('1f8b0800000000000003', 'hex')),
    post('restore force, garbage', '/v1/sys/storage/raft/snapshot-force', 'this is not a gzip file'),
    get('snapshot-force by GET', '/v1/sys/storage/raft/snapshot-force'),
    post('restore', '/v1/sys/storage/raft/snapshot', '{{snapshot}}'),
    { path: '/v1/sys/health', ...anon, until: (a) => a.status === 200 },
    { pause: 3000 },
    { path: '/v1/sys/storage/raft/configuration', until: (a) => a.status === 200 },
    post('restore force', '/v1/sys/storage/raft/snapshot-force', '{{snapshot}}'),
    { pause: 3000 },
    { path: '/v1/sys/storage/raft/configuration', until: (a) => a.status === 200 },
    post('restore, no token', '/v1/sys/storage/raft/snapshot', '{{snapshot}}', anon),
    get('unknown raft path', '/v1/sys/storage/raft/nothing'),
    get('unknown raft path, no token', '/v1/sys/storage/raft/nothing', anon),
    put('promote, unknown server', '/v1/sys/storage/raft/promote', { server_id: 'nobody' }),
    put('promote, no server_id', '/v1/sys/storage/raft/promote', {}),
    put('demote, unknown server', '/v1/sys/storage/raft/demote', { server_id: 'nobody' }),
    put('demote, the leader', '/v1/sys/storage/raft/demote', { server_id: 'raft_0' }),
    get('snapshot-load list', '/v1/sys/storage/raft/snapshot-load?list=true')
  ]
}
