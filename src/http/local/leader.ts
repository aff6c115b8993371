// sys/leader, sys/step-down.
import { Type, type Static } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { stepDown } from '../../cluster/leadership.js'
import type { Node } from '../../cluster/node.js'
import { VaultError } from '../../refusal/index.js'
import { rfc3339Nano, ZERO_TIME } from '../../sim/instants.js'
import { requireSudo } from '../../vault/authentication.js'
import { nodeOf } from '../addressee.js'
import { apiAddrFor } from '../addresses.js'
import { sendEmpty, sendRedirect } from '../answer.js'
import { refusesForwarding, tokenOf } from '../request-headers.js'
import { servingNode } from '../standby.js'
import { localPlugin, WRITES } from './local-plugin.js'

const SITS_OUT_MS = 10_000

const Leader = Type.Object({
  ha_enabled: Type.Boolean(),
  is_self: Type.Boolean(),
  active_time: Type.String(),
  leader_address: Type.String(),
  leader_cluster_address: Type.String(),
  performance_standby: Type.Optional(Type.Boolean()),
  performance_standby_last_remote_wal: Type.Optional(Type.Integer()),
  last_wal: Type.Optional(Type.Integer()),
  raft_committed_index: Type.Optional(Type.Integer()),
  raft_applied_index: Type.Optional(Type.Integer())
}, { additionalProperties: false })

const NO_LEADER: Static<typeof Leader> = {
  ha_enabled: false, is_self: false, active_time: ZERO_TIME, leader_address: '', leader_cluster_address: ''
}
const NO_STANDBY = { performance_standby: false, performance_standby_last_remote_wal: 0 }

export const leaderPlugin = localPlugin((app) => {
  app.get('/v1/sys/leader', { schema: { response: { 200: Leader } } }, (request) => {
    const node = nodeOf(request)
    if (node.cluster.raftUse === 'none') return withoutLeader(node)
    if (node.sealed) throw new VaultError('sealed', 'Vault is sealed')
    return renderLeader(node, request)
  })

  app.route({ method: WRITES, url: '/v1/sys/step-down', handler: writeStepDown })
}, { source: 'https://developer.hashicorp.com/vault/api-docs/system/leader' })

/** Without high availability nobody leads, whether the node is open or not (`vault/ha.go`). */
function withoutLeader ({ cluster: { profile } }: Node): Static<typeof Leader> {
  return { ...NO_LEADER, ...(profile.leaderFields === 'vault' ? NO_STANDBY : {}) }
}

function renderLeader (node: Node, request: FastifyRequest): Static<typeof Leader> {
  const { cluster } = node
  const active = cluster.activeNodeSeenFrom(node)
  const index = cluster.raft.appliedIndex(node.id)
  return {
    ha_enabled: true,
    is_self: node.isActive,
    active_time: node.isActive ? rfc3339Nano(node.activeSinceAtMs) : ZERO_TIME,
    leader_address: active === undefined ? '' : apiAddrFor(request, active),
    leader_cluster_address: active === undefined ? '' : `https://${active.clusterAddr}`,
    ...(cluster.profile.leaderFields === 'vault' ? renderWal(node) : {}),
    ...(index === 0 ? {} : { raft_committed_index: cluster.raft.lastIndexSeenFrom(node.id), raft_applied_index: index })
  }
}

function renderWal (node: Node): Partial<Static<typeof Leader>> {
  const { cluster: { surroundings, edition }, storage, isActive } = node
  const standby = !isActive && surroundings.performanceStandbys
  const writes = storage.writes('replicated') + storage.writes('local')
  return {
    performance_standby: standby,
    performance_standby_last_remote_wal: standby ? writes : 0,
    last_wal: edition === 'ent' && isActive && writes !== 0 ? writes : undefined
  }
}

/** Without high availability there is nothing to do, and nobody is asked for a token (`vault/ha.go`). */
function writeStepDown (request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (nodeOf(request).cluster.raftUse === 'none') return sendEmpty(reply)
  const path = 'sys/step-down'
  const target = servingNode(nodeOf(request), path, { forwardingRefused: refusesForwarding(request.headers) })
  if ('redirectTo' in target) return sendRedirect(reply, apiAddrFor(request, target.redirectTo) + request.url)
  requireSudo(target.node, path, tokenOf(request.headers))
  stepDown(target.node, SITS_OUT_MS)
  return sendEmpty(reply)
}
