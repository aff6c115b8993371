// sys/leader, sys/step-down. https://developer.hashicorp.com/vault/api-docs/system/leader
import type { FastifyReply, FastifyRequest } from 'fastify'
import { stepDown } from '../../cluster/leadership.js'
import type { Node } from '../../cluster/node.js'
import { sendEmpty, sendJson, sendRedirect } from '../answer.js'
import type { LocalRoute } from '../app.js'
import { tokenOf } from '../logical.js'
import { nodeOf } from '../addressee.js'
import { servingNode } from '../standby.js'
import { printJson, type JsonObject } from '../../json/index.js'
import { VaultError } from '../../refusal/index.js'
import { rfc3339Nano, ZERO_TIME } from '../../sim/instants.js'
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
