// sys/health: GET and HEAD, no token, never forwarded.
import { Type, type Static } from '@sinclair/typebox'
import type { Node } from '../../cluster/node.js'
import { sendEmpty, sendJson, setStatus } from '../answer.js'
import { NO_ERRORS } from '../errors.js'
import { sinceHeartbeatMs } from '../../replication/echoes.js'
import { renderEcho } from '../../backends/system/ha-status.js'
import { nodeOf } from '../addressee.js'
import { versionOf } from '../../profiles/index.js'
import { replicationModes } from '../../replication/modes.js'
import { parseGoBool } from '../../go/strconv.js'
import { rfc3339 } from '../../sim/instants.js'
import { license } from '../../vault/license.js'
import { localPlugin } from './local-plugin.js'

interface Condition {
  readonly code: number
  /** the query parameter that replaces the code */
  readonly override: string
}

const Mode = Type.Union(['unknown', 'disabled', 'primary', 'secondary', 'bootstrapping'].map((mode) => Type.Literal(mode)))

const LicenseSummary = Type.Object({
  state: Type.String(),
  expiry_time: Type.String(),
  terminated: Type.Boolean()
}, { additionalProperties: false })

const Health = Type.Object({
  initialized: Type.Boolean(),
  sealed: Type.Boolean(),
  standby: Type.Boolean(),
  performance_standby: Type.Boolean(),
  replication_performance_mode: Mode,
  replication_dr_mode: Mode,
  server_time_utc: Type.Integer(),
  version: Type.String(),
  enterprise: Type.Optional(Type.Boolean()),
  cluster_name: Type.Optional(Type.String()),
  cluster_id: Type.Optional(Type.String()),
  last_wal: Type.Optional(Type.Integer()),
  license: Type.Optional(LicenseSummary),
  echo_duration_ms: Type.Optional(Type.Integer()),
  clock_skew_ms: Type.Optional(Type.Integer()),
  replication_primary_canary_age_ms: Type.Optional(Type.Integer()),
  removed_from_cluster: Type.Optional(Type.Boolean()),
  ha_connection_healthy: Type.Optional(Type.Boolean()),
  last_request_forwarding_heartbeat_ms: Type.Optional(Type.Integer())
}, { additionalProperties: false })

/** Shown by sealed nodes, too; it comes from the node's configuration (`http/sys_health.go`). */
const LICENSE: Static<typeof LicenseSummary> = {
  state: 'autoloaded', expiry_time: rfc3339(license.expiresAtMs), terminated: false
}

/** HTTP forbids a body with these, but Vault's label is there (recorded). */
const BODYLESS = [204, 304]

export const healthPlugin = localPlugin((app) => {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/v1/sys/health',
    schema: { response: { default: Health } },
    handler (request, reply) {
      const node = nodeOf(request)
      const code = statusCode(node, request.query as Query)
      if (code === undefined) {
        sendJson(reply, 400, NO_ERRORS)
        return
      }
      if (BODYLESS.includes(code)) {
        sendEmpty(reply, code)
        return
      }
      setStatus(reply, code)
      return renderHealth(node)
    }
  })
}, { source: 'https://developer.hashicorp.com/vault/api-docs/system/health' })

type Query = Readonly<Record<string, string | string[] | undefined>>

/** undefined where a parameter is no number or no bool: a 400 without words. */
function statusCode (node: Node, query: Query): number | undefined {
  if (Object.keys(query).length === 0) return conditionOf(node, NO_FLAGS).code
  const standbyOk = flag(query, 'standbyok')
  const perfStandbyOk = flag(query, 'perfstandbyok')
  if (standbyOk === undefined || perfStandbyOk === undefined) return undefined
  const overrides: Record<string, number> = {}
  for (const name of OVERRIDES) {
    const given = query[name]
    if (given === undefined || given === '') continue
    if (!/^[+-]?\d+$/.test(String(given))) return undefined
    overrides[name] = Number(given)
  }
  const { code, override } = conditionOf(node, { standbyOk, perfStandbyOk })
  return overrides[override] ?? code
}

const NO_FLAGS = { standbyOk: false, perfStandbyOk: false }
const OVERRIDES = [
  'uninitcode', 'removedcode', 'sealedcode', 'haunhealthycode', 'drsecondarycode', 'performancestandbycode', 'standbycode',
  'activecode'
]

/** Go's bool; without a value it is false. */
function flag (query: Query, name: string): boolean | undefined {
  const given = query[name]
  return given === undefined || given === '' ? false : parseGoBool(String(given))
}

const ACTIVE: Condition = { code: 200, override: 'activecode' }

/** The first condition that holds, in Vault's order (`http/sys_health.go`). */
function conditionOf (node: Node, { standbyOk, perfStandbyOk }: Record<'standbyOk' | 'perfStandbyOk', boolean>): Condition {
  const { cluster } = node
  if (!node.initialized) return { code: 501, override: 'uninitcode' }
  if (node.removed && cluster.profile.removedFromCluster) return { code: 530, override: 'removedcode' }
  if (node.sealed) return { code: 503, override: 'sealedcode' }
  if (cluster.profile.removedFromCluster && lostTheActive(node)) return { code: 474, override: 'haunhealthycode' }
  if (replicationModes(cluster).dr === 'secondary') return { code: 472, override: 'drsecondarycode' }
  if (node.isActive) return ACTIVE
  if (cluster.surroundings.performanceStandbys) return perfStandbyOk ? ACTIVE : { code: 473, override: 'performancestandbycode' }
  return standbyOk ? ACTIVE : { code: 429, override: 'standbycode' }
}

/** A standby whose heartbeats to the active node fail (1.19 and later). */
function lostTheActive (node: Node): boolean {
  if (node.isActive) return false
  const active = node.cluster.activeNodeSeenFrom(node)
  if (active === undefined || !active.isActive) return true
  return !node.cluster.surroundings.network.canReach(node.networkName, active.networkName)
}

function renderHealth (node: Node): Static<typeof Health> {
  const { cluster } = node
  const { profile, edition, timeline, surroundings: { network } } = cluster
  const open = !node.sealed
  const echo = renderEcho(node)
  const followsUnsealed = profile.removedFromCluster && open && !node.isActive
  const knowsModes = open && cluster.activeNodeSeenFrom(node) !== undefined
  const modes = knowsModes ? replicationModes(cluster) : { performance: 'unknown', dr: 'unknown' }
  return {
    initialized: node.initialized,
    sealed: node.sealed,
    standby: !node.isActive,
    performance_standby: open && !node.isActive && cluster.surroundings.performanceStandbys,
    replication_performance_mode: modes.performance,
    replication_dr_mode: modes.dr,
    server_time_utc: Math.floor((timeline.nowMs + network.skewMs(node.networkName)) / 1000),
    version: versionOf(profile, edition),
    enterprise: profile.clockFields ? edition === 'ent' : undefined,
    cluster_name: open ? cluster.identity?.name : undefined,
    cluster_id: open ? cluster.identity?.id : undefined,
    last_wal: edition === 'ent' && node.isActive ? lastWal(node) : undefined,
    license: edition === 'ent' ? LICENSE : undefined,
    echo_duration_ms: echo.echo_duration_ms,
    clock_skew_ms: echo.clock_skew_ms,
    replication_primary_canary_age_ms: echo.replication_primary_canary_age_ms,
    removed_from_cluster: profile.removedFromCluster && cluster.raftUse !== 'none' ? node.removed : undefined,
    ha_connection_healthy: followsUnsealed ? !lostTheActive(node) : undefined,
    last_request_forwarding_heartbeat_ms: followsUnsealed ? sinceHeartbeatMs(node) : undefined
  }
}

/** Every write to the storage counts; absent while there is none. */
function lastWal ({ storage }: Node): number | undefined {
  const writes = storage.writes('replicated') + storage.writes('local')
  return writes === 0 ? undefined : writes
}
