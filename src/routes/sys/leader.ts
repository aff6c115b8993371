// sys/leader, sys/step-down, sys/ha-status. https://developer.hashicorp.com/vault/api-docs/system/leader
import { Type } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { stepDown } from '../../cluster/leadership.js'
import type { Node } from '../../cluster/node.js'
import { sendEmpty, sendJson, sendRedirect } from '../../http/answer.js'
import type { LocalRoute } from '../../http/app.js'
import { tokenOf } from '../../http/logical.js'
import { nodeOf } from '../../http/request-node.js'
import { servingNode } from '../../http/standby.js'
import { printJson, type JsonObject } from '../../json/index.js'
import { versionOf } from '../../profiles/index.js'
import { VaultError } from '../../refusal.js'
import { rfc3339Nano, ZERO_TIME } from '../../sim/instants.js'
import { definePath, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { requireSudo } from '../../vault/request.js'

const SITS_OUT_MS = 10_000

export const leaderRoutes: readonly LocalRoute[] = [
  { path: 'sys/leader', verbs: { GET: readLeader } },
  { path: 'sys/step-down', verbs: { PUT: writeStepDown, POST: writeStepDown } }
]

function readLeader (request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const node = nodeOf(request)
  if (node.sealed) throw new VaultError('sealed', 'Vault is sealed')
  return sendJson(reply, 200, `${printJson(renderLeader(node))}\n`)
}

function renderLeader (node: Node): JsonObject {
  const { cluster } = node
  const active = cluster.activeNodeSeenFrom(node)
  const vault = cluster.profile.leaderFields === 'vault'
  const isSelf = node.isActive
  const wal = cluster.edition === 'ent' && isSelf ? node.storage.writes('replicated') + node.storage.writes('local') : 0
  const index = cluster.raft.appliedIndex(node.id)
  const found: Record<string, JsonObject[string]> = {
    ha_enabled: true,
    is_self: isSelf,
    active_time: isSelf ? rfc3339Nano(node.activeSinceAtMs) : ZERO_TIME,
    leader_address: active?.apiAddr ?? '',
    leader_cluster_address: active === undefined ? '' : `https://${active.clusterAddr}`
  }
  if (vault) {
    const isPerformanceStandby = !isSelf && cluster.surroundings.performanceStandbys
    found.performance_standby = isPerformanceStandby
    found.performance_standby_last_remote_wal = isPerformanceStandby ? node.storage.writes('replicated') + node.storage.writes('local') : 0
    if (wal !== 0) found.last_wal = wal
  }
  if (index !== 0) {
    found.raft_committed_index = cluster.raft.lastIndexSeenFrom(node.id)
    found.raft_applied_index = index
  }
  return found
}

function writeStepDown (request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const target = servingNode(nodeOf(request), 'sys/step-down', { forwardingRefused: (request.headers['x-vault-no-request-forwarding'] ?? '') !== '' })
  if ('redirectTo' in target) return sendRedirect(reply, target.redirectTo + request.url)
  requireSudo(target, 'sys/step-down', tokenOf(request.headers))
  stepDown(target, SITS_OUT_MS)
  return sendEmpty(reply)
}

export const haStatusPaths: readonly PathDefinition[] = [
  definePath({
    path: 'ha-status',
    summary: 'Provides information about the nodes in an HA cluster.',
    fields: Type.Object({}),
    operations: { read: ({ node }): LogicalResponse => ({ data: { nodes: renderNodes(node) } }) }
  })
]

/** The active node and the peers it hears from, by API address. */
function renderNodes (active: Node): JsonObject[] {
  const { cluster } = active
  const members = [...cluster.nodes.values()].filter((node) => node === active || hears(active, node))
  members.sort((a, b) => a.apiAddr < b.apiAddr ? -1 : 1)
  return members.map((node) => renderNode(node, active))
}

function hears (active: Node, node: Node): boolean {
  const { cluster } = active
  return node.participates && cluster.raft.servers.some(({ id }) => id === node.id) &&
    cluster.surroundings.network.canReach(node.networkName, active.networkName)
}

function renderNode (node: Node, active: Node): JsonObject {
  const { cluster } = node
  const { profile, edition, timeline, raft } = cluster
  const version = versionOf(profile, edition)
  return {
    hostname: 'vault-mock',
    api_address: node.apiAddr,
    cluster_address: `https://${node.clusterAddr}`,
    active_node: node === active,
    last_echo: node === active ? null : rfc3339Nano(timeline.nowMs - raft.lastContactMs(node.id)),
    ...(profile.clockFields ? { echo_duration_ms: 0, clock_skew_ms: 0, replication_primary_canary_age_ms: 0 } : {}),
    version,
    upgrade_version: node.upgradeVersion
  }
}
