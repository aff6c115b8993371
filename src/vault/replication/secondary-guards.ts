// What ordinary traffic meets on a secondary.
import type { Cluster } from '../../cluster/cluster.js'
import type { Node } from '../../cluster/node.js'
import { VaultError } from '../../refusal/index.js'
import { bootstrappingRecord, isDrSecondary, isPerformanceSecondary, takesNoPart } from '../../replication/records.js'
import { refusals } from '../../replication/refusals.js'
import { replicationOf } from '../../replication/replication.js'
import { isDrOperationToken, requireDrOperationToken } from './dr-operation-tokens.js'
import type { LogicalRequest } from '../paths.js'

/** How a request may pass: with what its path asks for, or because a DR operation token came with it. */
export type Admission = 'as usual' | 'by DR operation token'

const OPEN_ON_DR_SECONDARY = /^sys\/(?:replication\/(?:status|dr\/status|performance\/status|dr\/secondary\/.+)|ha-status|license\/status|storage\/raft\/bootstrap\/(?:challenge|answer))$/
const WITH_DR_OPERATION_TOKEN = /^sys\/storage\/raft\/(?:configuration|remove-peer|promote|demote|autopilot\/(?:state|configuration))$/

/**
 * The first thing looked at, before tokens and routes: a DR secondary refuses nearly everything. Its own raft is open
 * to whoever brings a DR operation token, in the body of a write or, as the command line does it, in `X-Vault-Token`.
 *
 * @throws {VaultError} `invalid`; what `requireDrOperationToken` throws
 * @see `reference/replication.md` §4, §9.1; `reference/raft.md` §1.11
 */
export function admitOnDrSecondary ({ cluster }: Node, request: LogicalRequest): Admission {
  refuseWhileChanging(cluster, request)
  if (!isDrSecondary(cluster) || OPEN_ON_DR_SECONDARY.test(request.path)) return 'as usual'
  if (!WITH_DR_OPERATION_TOKEN.test(request.path)) throw refusals.pathDisabled()
  if (bringsTokenInHeader(cluster, request)) return 'by DR operation token'
  if (request.operation !== 'update') throw refusals.pathDisabled()
  requireDrOperationToken(cluster, request)
  return 'by DR operation token'
}

/** A token in the body is the one that counts; `remove-peer` of the command line sends it empty. */
function bringsTokenInHeader (cluster: Cluster, request: LogicalRequest): boolean {
  const { operation, data: { dr_operation_token: inBody = '' }, clientToken } = request
  if (inBody !== '' || (operation !== 'read' && operation !== 'update')) return false
  return isDrOperationToken(cluster, clientToken, request)
}

/**
 * Until the primary's data is there a cluster is neither what it was nor what it is to be; and while a primary is
 * demoted, nothing is to be written that nobody would get (`reference/replication.md` §2.3; inferred).
 */
function refuseWhileChanging (cluster: Cluster, { path }: LogicalRequest): void {
  const isShipping = replicationOf(cluster).draining && !/^sys\/replication\/(?:.+\/)?status$/.test(path)
  if (isShipping) throw new VaultError('sealed', 'Vault is sealed')
  if (takesNoPart(cluster)) return
  if (bootstrappingRecord(cluster, 'dr') !== undefined && !OPEN_ON_DR_SECONDARY.test(path)) throw refusals.pathDisabled()
  if (bootstrappingRecord(cluster, 'performance') === undefined || path.startsWith('sys/replication/')) return
  throw new VaultError('sealed', 'Vault is sealed')
}

/** A view that is written for, because the DR operation token has to come in a body, is still a read. */
export function readsByUpdate ({ path, data }: LogicalRequest): boolean {
  return /\/autopilot\/(?:state|configuration)$/.test(path) && Object.keys(data).every((name) => name === 'dr_operation_token')
}

/** For the endpoints outside the logical router. @throws {VaultError} `invalid` */
export function refuseOnDrSecondary (cluster: Cluster): void {
  if (isDrSecondary(cluster)) throw refusals.pathDisabled()
}

/** @throws {VaultError} `invalid` */
export function refuseRekeyOnSecondary (cluster: Cluster): void {
  refuseOnDrSecondary(cluster)
  if (isPerformanceSecondary(cluster)) throw refusals.rekeyOnSecondary()
}

/** @throws {VaultError} `invalid` */
export function refuseRotateOnSecondary (cluster: Cluster): void {
  if (isPerformanceSecondary(cluster)) throw refusals.rotateOnSecondary()
}
