// sys/storage/raft/autopilot.
import { Type, type Static } from '@sinclair/typebox'
import { autopilotConfig, configureAutopilot } from '../../cluster/autopilot.js'
import type { Cluster } from '../../cluster/cluster.js'
import { demotedPeers } from '../../cluster/membership.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { versionOf } from '../../profiles/index.js'
import { autopilotState, type AutopilotServer } from '../../raft/autopilot.js'
import { invalid } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { formatDurationMs } from '../../go/durations.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'

const Configuration = Type.Object({
  cleanup_dead_servers: field.bool({
    description: 'Controls whether to remove dead servers from the Raft peer list periodically or when a new ' +
      'server joins.'
  }),
  last_contact_threshold: field.durationSeconds({
    description: 'Limit on the amount of time a server can go without leader contact before being considered ' +
      'unhealthy.'
  }),
  dead_server_last_contact_threshold: field.durationSeconds({
    description: 'Limit on the amount of time a server can go without leader contact before being considered ' +
      'failed. This takes effect only when cleanup_dead_servers is set.'
  }),
  max_trailing_logs: field.int({
    description: 'Amount of entries in the Raft Log that a server can be behind before being considered ' +
      'unhealthy.'
  }),
  min_quorum: field.int({
    description: 'Minimum number of servers allowed in a cluster before autopilot can prune dead servers. ' +
      'This should at least be 3.'
  }),
  server_stabilization_time: field.durationSeconds({
    description: 'Minimum amount of time a server must be in a stable, healthy state before it can be added ' +
      'to the cluster.'
  }),
  disable_upgrade_migration: field.bool({ description: 'Whether or not to perform automated version upgrades.' }),
  dr_operation_token: field.string({
    description: 'DR operation token used to authorize this request (if a DR secondary node).'
  })
})

type Configuration = Static<typeof Configuration>

export const autopilotPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/storage/raftautopilot', [
  definePath({
    path: 'storage/raft/autopilot/configuration',
    summary: 'Returns autopilot configuration.',
    fields: Configuration,
    operations: { read: ({ cluster }) => renderConfiguration(cluster), update: writeConfiguration }
  }),
  definePath({
    path: 'storage/raft/autopilot/state',
    summary: 'Returns the state of the raft cluster under integrated storage as seen by autopilot.',
    fields: Type.Object({ dr_operation_token: field.string() }),
    operations: { read: ({ cluster, nowMs }) => renderState(cluster, nowMs) }
  })
])

function renderConfiguration (cluster: Cluster): LogicalResponse {
  const config = autopilotConfig(cluster)
  return {
    data: goMap({
      cleanup_dead_servers: config.cleanupDeadServers,
      dead_server_last_contact_threshold: formatDurationMs(config.deadServerLastContactThresholdMs),
      disable_upgrade_migration: cluster.profile.upgradeMigrationField ? config.disableUpgradeMigration : undefined,
      last_contact_threshold: formatDurationMs(config.lastContactThresholdMs),
      max_trailing_logs: config.maxTrailingLogs,
      min_quorum: config.minQuorum,
      server_stabilization_time: formatDurationMs(config.serverStabilizationTimeMs)
    })
  }
}

function writeConfiguration ({ cluster, fields }: Call<Configuration>): undefined {
  const { profile, edition } = cluster
  if (fields.disable_upgrade_migration !== undefined && profile.upgradeMigrationField && edition === 'ce') {
    throw invalid('disable_upgrade_migration is only available in Vault Enterprise')
  }
  const inMs = (seconds: number | undefined): number | undefined => seconds === undefined ? undefined : seconds * 1000
  configureAutopilot(cluster, {
    cleanupDeadServers: fields.cleanup_dead_servers,
    deadServerLastContactThresholdMs: inMs(fields.dead_server_last_contact_threshold),
    disableUpgradeMigration: fields.disable_upgrade_migration,
    lastContactThresholdMs: inMs(fields.last_contact_threshold),
    maxTrailingLogs: fields.max_trailing_logs,
    minQuorum: fields.min_quorum,
    serverStabilizationTimeMs: inMs(fields.server_stabilization_time)
  })
}

/** Nothing to show right after an election: 404. */
function renderState (cluster: Cluster, nowMs: number): LogicalResponse | undefined {
  const state = autopilotState(cluster.raft, autopilotConfig(cluster), nowMs)
  const demoted = demotedPeers(cluster)
  return state && {
    data: goMap({
      failure_tolerance: state.failureTolerance,
      healthy: state.healthy,
      leader: state.leader,
      servers: goMap(Object.fromEntries(state.servers.map((server) => [
        server.id, renderServer(cluster, server, demoted.includes(server.id) ? 'non-voter' : 'voter')
      ]))),
      voters: state.voters,
      non_voters: nonVoters(cluster)
    })
  }
}

/** Left out where there are none; Vault's community edition never lists them. */
function nonVoters (cluster: Cluster): string[] | undefined {
  const ids = cluster.profile.promoteAndDemote ? demotedPeers(cluster) : enterpriseNonVoters(cluster)
  return ids.length > 0 ? ids : undefined
}

function enterpriseNonVoters ({ edition, raft }: Cluster): string[] {
  if (edition !== 'ent') return []
  return raft.servers.filter(({ permanentNonVoter }) => permanentNonVoter === true).map(({ id }) => id)
}

/** Order of Go's struct. */
function renderServer (
  { profile, edition }: Cluster, server: AutopilotServer, nodeType: 'voter' | 'non-voter'
): JsonObject {
  return {
    id: server.id,
    name: server.id,
    address: server.address,
    node_status: server.nodeStatus,
    last_contact: formatDurationMs(server.lastContactMs),
    last_term: server.lastTerm,
    last_index: server.lastIndex,
    healthy: server.healthy,
    stable_since: rfc3339Nano(server.stableSinceAtMs),
    status: server.status,
    version: versionOf(profile, edition).replace('+ent', ''),
    node_type: nodeType
  }
}
