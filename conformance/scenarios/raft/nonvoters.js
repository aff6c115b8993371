// OpenBao's non-voters: join as one, promote, demote.
import { activeNode, joinNode, get, post } from '../steps.js'

const anon = { noToken: true }
const S = '/v1/sys/storage/raft'
// the real server lists non-voters in no fixed order
const sorted = {
  maskWith: (b) => ({
    ...b,
    data: { ...b.data, ...(b.data?.non_voters && { non_voters: [...b.data.non_voters].sort() }) }
  })
}
const servers = (n) => ({
  path: `${S}/configuration`, until: (a) => a.json?.data?.config?.servers?.length === n, within: 60_000
})
const voters = (n) => ({
  path: `${S}/configuration`,
  until: (a) => a.json?.data?.config?.servers?.filter((s) => s.voter).length === n,
  within: 60_000
})
const inState = (n) => ({
  path: `${S}/autopilot/state`,
  until: (a) => Object.keys(a.json?.data?.servers ?? {}).length === n && a.json.data.healthy === true,
  within: 60_000
})

export default {
  start: 'uninitialized',
  nodes: 3,
  steps: [
    ...activeNode,
    ...joinNode(1),
    voters(2),
    post('a non-voter joins', `${S}/join`, { leader_api_addr: '{{node0}}', non_voter: true }, { node: 2, ...anon }),
    { node: 2, method: 'PUT', path: '/v1/sys/unseal', body: { key: '{{key}}' }, noToken: true },
    { node: 2, path: '/v1/sys/health', noToken: true, until: (a) => a.status === 429 },
    servers(3),
    { pause: 15_000 },
    inState(3),
    get('configuration with a non-voter', `${S}/configuration`),
    get('autopilot state with a non-voter', `${S}/autopilot/state`, sorted),
    post('promote, no id', `${S}/promote`, {}),
    post('promote, unknown', `${S}/promote`, { server_id: 'nobody' }),
    post('promote a voter', `${S}/promote`, { server_id: 'raft_1' }),
    post('demote a non-voter', `${S}/demote`, { server_id: 'raft_2' }),
    post('promote the non-voter', `${S}/promote`, { server_id: 'raft_2' }),
    voters(3),
    { pause: 5000 },
    get('configuration after promote', `${S}/configuration`),
    get('autopilot state after promote', `${S}/autopilot/state`, sorted),
    post('promote it again', `${S}/promote`, { server_id: 'raft_2' }),
    post('demote, no id', `${S}/demote`, {}),
    post('demote, unknown', `${S}/demote`, { server_id: 'nobody' }),
    post('demote the leader', `${S}/demote`, { server_id: 'raft_0' }),
    post('demote a voter', `${S}/demote`, { server_id: 'raft_1' }),
    voters(2),
    { pause: 15_000 },
    get('configuration after demote', `${S}/configuration`),
    get('autopilot state after demote', `${S}/autopilot/state`, sorted),
    post('demote it again', `${S}/demote`, { server_id: 'raft_1' }),
    get('no GET', `${S}/promote`),
    post('promote without a token', `${S}/promote`, { server_id: 'raft_1' }, anon)
  ]
}
