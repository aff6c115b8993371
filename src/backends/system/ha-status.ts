// sys/ha-status.
import { Type } from '@sinclair/typebox'
import { apiAddrAsCalled, type CalledAt } from '../../cluster/called-at.js'
import type { Node } from '../../cluster/node.js'
import type { JsonObject } from '../../json/index.js'
import { versionOf } from '../../profiles/index.js'
import { echoOf } from '../../replication/echoes.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { definePath, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'

export const haStatusPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/ha-status', [
  definePath({
    path: 'ha-status',
    summary: 'Provides information about the nodes in an HA cluster.',
    fields: Type.Object({}),
    operations: {
      read: ({ node, request }): LogicalResponse => ({ data: { nodes: renderNodes(node, request.calledAt) } })
    }
  })
])

/** The active node and the peers it hears from, by API address. */
function renderNodes (active: Node, calledAt: CalledAt | undefined): JsonObject[] {
  const { cluster } = active
  const members = [...cluster.nodes.values()].filter((node) => node === active || hears(active, node))
  members.sort((a, b) => a.apiAddr < b.apiAddr ? -1 : 1)
  return members.map((node) => renderNode(node, active, apiAddrAsCalled(node, calledAt)))
}

function hears (active: Node, node: Node): boolean {
  const { cluster } = active
  return node.participates && cluster.raft.servers.some(({ id }) => id === node.id) &&
    cluster.surroundings.network.canReach(node.networkName, active.networkName)
}

function renderNode (node: Node, active: Node, apiAddr: string): JsonObject {
  const { cluster } = node
  const { profile, edition, timeline, raft } = cluster
  const version = versionOf(profile, edition)
  return {
    hostname: 'vault-mock',
    api_address: apiAddr,
    cluster_address: `https://${node.clusterAddr}`,
    active_node: node === active,
    last_echo: node === active ? null : rfc3339Nano(timeline.nowMs - raft.lastContactMs(node.id)),
    version,
    ...(cluster.raftUse === 'none' ? {} : { upgrade_version: node.upgradeVersion }),
    ...renderEcho(node)
  }
}

type Echo = { readonly [Name in 'echo_duration_ms' | 'clock_skew_ms' | 'replication_primary_canary_age_ms']?: number }

/** From 1.16 and 1.17 on, in health, too. */
export function renderEcho (node: Node): Echo {
  if (!node.cluster.profile.clockFields) return {}
  const { durationMs, clockSkewMs, canaryAgeMs } = echoOf(node)
  return {
    echo_duration_ms: durationMs,
    clock_skew_ms: clockSkewMs,
    replication_primary_canary_age_ms: canaryAgeMs
  }
}
