// Nomad: a server's configuration, its figures and its place in the gossip pool, as `agent-info` shows them.
import { formatDurationMs } from '../../go/durations.js'
import { goMap, type JsonObject, type JsonValue } from '../../json/index.js'
import type { Region } from '../../nomad/region.js'
import type { NomadServer } from '../../nomad/server.js'

/** Of Serf and its delegate; the same on every server of the last years. */
const PROTOCOL_VERSIONS = {
  ProtocolMin: 1, ProtocolMax: 5, ProtocolCur: 2, DelegateMin: 2, DelegateMax: 5, DelegateCur: 4
}

/** The machine that the servers say they run on; no figure of the real one, so that equal worlds answer alike. */
const RUNTIME = {
  arch: 'amd64', cpu_count: '2', goroutines: '100', 'kernel.name': 'linux', max_procs: '2', version: 'go1.26.5'
}

/** The part of an agent's configuration that clients read; no UI, so that the CLI does not point to one. */
export function renderConfig (region: Region, server: NomadServer): JsonValue {
  const { httpPort, rpcPort, serfPort, host } = server
  const at = (port: number): string => `${host.includes(':') ? `[${host}]` : host}:${port}`
  return goMap({
    ACL: goMap({ Enabled: region.acl.enabled }),
    Addresses: goMap({ HTTP: host, RPC: host, Serf: host }),
    AdvertiseAddrs: goMap({ HTTP: at(httpPort), RPC: at(rpcPort), Serf: at(serfPort) }),
    Autopilot: renderAutopilot(region),
    BindAddr: host,
    Client: goMap({ Enabled: false }),
    Datacenter: region.datacenter,
    DevMode: false,
    EnableDebug: false,
    LogLevel: 'INFO',
    Name: server.name,
    Ports: goMap({ HTTP: httpPort, RPC: rpcPort, Serf: serfPort }),
    Region: region.name,
    Server: goMap({ BootstrapExpect: region.servers.length, Enabled: true, RaftProtocol: region.profile.raftProtocol }),
    TLSConfig: goMap({ EnableHTTP: false, EnableRPC: false }),
    UI: goMap({ Enabled: false, ShowCLIHints: false }),
    Version: renderVersion(region.profile.version)
  })
}

function renderAutopilot ({ autopilot: { config } }: Region): JsonValue {
  return goMap({
    CleanupDeadServers: config.cleanupDeadServers,
    LastContactThreshold: config.lastContactThresholdMs * 1e6,
    MaxTrailingLogs: config.maxTrailingLogs,
    MinQuorum: config.minQuorum,
    ServerStabilizationTime: config.serverStabilizationTimeMs * 1e6
  })
}

function renderVersion (version: string): JsonValue {
  const [number = '', prerelease = ''] = version.split('-')
  return goMap({ Version: number, VersionMetadata: '', VersionPrerelease: prerelease })
}

/** Figures and all, every value is a string. */
export function renderStats (region: Region, server: NomadServer): JsonValue {
  return goMap({
    nomad: goMap({
      bootstrap: String(region.servers.length === 1),
      known_regions: '1',
      leader: String(region.leader === server),
      leader_addr: region.leaderSeenFrom(server)?.address ?? '',
      server: 'true'
    }),
    raft: renderRaft(region, server),
    runtime: goMap(RUNTIME),
    serf: renderSerf(region)
  })
}

/** The names are those of `raft.Stats`. Nothing waits, and no snapshot shortens the log. */
function renderRaft (region: Region, server: NomadServer): JsonValue {
  const { raft, profile } = region
  const lastLog = String(raft.lastIndexSeenFrom(server.id))
  return goMap({
    applied_index: String(raft.appliedIndex(server.id)),
    commit_index: String(raft.appliedIndex(server.id)),
    fsm_pending: '0',
    last_contact: lastContact(region, server),
    last_log_index: lastLog,
    last_log_term: String(raft.termSeenFrom(server.id)),
    last_snapshot_index: '0',
    last_snapshot_term: '0',
    latest_configuration: `[${raft.servers.map(({ id, address, suffrage }) => {
      return `{Suffrage:${suffrage === 'voter' ? 'Voter' : 'Nonvoter'} ID:${id} Address:${address}}`
    }).join(' ')}]`,
    latest_configuration_index: String(profile.tracksIndex ? raft.configurationIndex : 0),
    num_peers: String(otherVoters(region, server)),
    protocol_version: String(profile.raftProtocol),
    protocol_version_max: '3',
    protocol_version_min: '0',
    snapshot_version_max: '1',
    snapshot_version_min: '0',
    state: stateOf(region, server),
    term: String(raft.termSeenFrom(server.id))
  })
}

function stateOf (region: Region, server: NomadServer): string {
  if (region.leader === server) return 'Leader'
  return region.leaderSeenFrom(server) === undefined ? 'Candidate' : 'Follower'
}

function lastContact (region: Region, server: NomadServer): string {
  return region.leader === server ? '0' : formatDurationMs(region.raft.lastContactMs(server.id))
}

function otherVoters ({ raft }: Region, server: NomadServer): number {
  return raft.servers.filter(({ id, suffrage }) => suffrage === 'voter' && id !== server.id).length
}

/** Lamport clocks go on by one with each member; their exact figures are inferred. */
function renderSerf ({ gossip }: Region): JsonValue {
  const { members } = gossip
  const statuses = members.map((member) => gossip.statusOf(member))
  const count = (wanted: string): string => String(statuses.filter((status) => status === wanted).length)
  return goMap({
    encrypted: 'false',
    event_queue: '0',
    event_time: '1',
    failed: count('failed'),
    health_score: '0',
    intent_queue: '0',
    left: count('left'),
    member_time: String(members.length),
    members: String(members.length),
    query_queue: '0',
    query_time: '1'
  })
}

export function renderMember (region: Region, server: NomadServer): JsonObject {
  return goMap({
    Name: server.memberName,
    Addr: server.host,
    Port: server.serfPort,
    Tags: goMap({
      build: region.profile.version,
      dc: region.datacenter,
      expect: String(region.servers.length),
      id: server.id,
      port: String(server.rpcPort),
      raft_vsn: String(region.profile.raftProtocol),
      region: region.name,
      role: 'nomad',
      rpc_addr: server.host,
      vsn: '1'
    }),
    Status: region.gossip.statusOf(server),
    ...PROTOCOL_VERSIONS
  })
}
