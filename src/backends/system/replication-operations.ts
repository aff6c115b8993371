// What the legacy, performance and DR pages have in common: the same operations on one of the two machines.
import { Type, type Static } from '@sinclair/typebox'
import type { Cluster } from '../../cluster/cluster.js'
import { demotePrimary, disablePrimary, enablePrimary } from '../../replication/transitions.js'
import { noteCorruptionCheck, startReindex } from '../../replication/reindex.js'
import { isDrSecondary, type ReplicationKind } from '../../replication/records.js'
import { refusals } from '../../replication/refusals.js'
import { catchUp } from '../../replication/stream.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { enterpriseOnly, unsupportedOperation, unsupportedPath } from '../../refusal/index.js'
import { rfc3339 } from '../../sim/instants.js'
import { requireDrOperationToken } from '../../vault/replication/dr-operation-token.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { issueActivation, revokeActivation } from '../../vault/replication/replication-activation.js'
import { enableSecondary, leave, promote, updatePrimary } from '../../vault/replication/replication-secondary.js'
import { aclOf } from '../../vault/request.js'
import { then, type Eventually } from '../../vault/replication/eventually.js'

/** Where operations of one machine are found, and how they are answered. */
export interface Page {
  /** below `sys/`, with a slash at its end: `replication/dr/` */
  readonly base: string
  readonly kind: ReplicationKind
  /** the paths of 0.7: empty answers and a GET where the documentation has them */
  readonly legacy: boolean
}

/** Observed, but for those of update-primary, recover and reindex (`reference/replication.md` §2.2). */
const UNAVAILABLE = 'Vault will be unavailable for a brief period and will resume service shortly.'
const WARNINGS = {
  enable: `This cluster is being enabled as a primary for replication. ${UNAVAILABLE}`,
  follow: 'Vault has successfully found secondary information; it may take a while to perform setup tasks. Vault will be unavailable until these tasks and initial sync complete.',
  demote: `This cluster is being demoted to a replication secondary. ${UNAVAILABLE}`,
  promote: `This cluster is being promoted to a replication primary. ${UNAVAILABLE}`,
  disable: `This cluster is having replication disabled. ${UNAVAILABLE}`,
  recover: 'Vault is attempting to recover replication; this may take some time.',
  reindex: 'Reindexing has been requested. The operation will continue in the background; check the server logs or the replication status for progress.'
} as const

const DEFAULT_TTL_SECONDS = 1800

/**
 * Replication is for the enterprise edition; the community's stubs say so, once the caller is known.
 *
 * @throws {VaultError} `not-found`, `unsupported-path`
 */
export function requireEnterprise ({ profile, edition }: Cluster): void {
  if (profile.product === 'Vault' && edition === 'ent') return
  throw profile.enterpriseStubs ? enterpriseOnly() : unsupportedPath()
}

/** What the documentation answers with 204 on the legacy paths, and every server with 200 and a warning. */
function done ({ cluster }: Pick<Call, 'cluster'>, { legacy }: Page, warning: keyof typeof WARNINGS): LogicalResponse | undefined {
  return legacy && cluster.profile.name === 'documented' ? undefined : warned(warning)
}

function warned (warning: keyof typeof WARNINGS): LogicalResponse {
  return { data: null, warnings: [WARNINGS[warning]] }
}

type Act<Fields> = (call: Call<Fields>) => Eventually<LogicalResponse | undefined>

/** An operation that only the enterprise edition has. */
export function enterprise<Fields> (act: Act<Fields>): Act<Fields> {
  return (call) => {
    requireEnterprise(call.cluster)
    return act(call)
  }
}

/**
 * An operation on a DR secondary, open to whoever brings a DR operation token. Elsewhere a bad Vault token is refused
 * first (observed in hashicorp/vault#19603).
 */
export function withDrOperationToken<Fields> (act: Act<Fields>): Act<Fields> {
  return enterprise((call) => {
    if (!isDrSecondary(call.cluster) && call.request.clientToken !== '') aclOf(call as Call)
    requireDrOperationToken(call.cluster, call.request)
    return act(call)
  })
}

const NoFields = Type.Object({})
const PrimaryAddress = Type.Object({
  primary_cluster_addr: field.string({ default: '', description: 'Cluster address that the primary gives to secondaries.' })
})
const Promotion = Type.Object({
  ...PrimaryAddress.properties,
  force: field.bool({ default: false, description: 'Promote although the secondary has not caught up.' }),
  dr_operation_token: field.string({ description: 'DR operation token.' })
})
const SecondaryToken = Type.Object({
  id: field.string({ default: '', description: 'Opaque identifier of the secondary; must be unique.' }),
  ttl: field.durationSeconds({ default: DEFAULT_TTL_SECONDS, description: 'TTL of the activation token.' }),
  secondary_public_key: field.string({ default: '', description: 'Public key of the secondary; the token is then sealed for it.' })
})
const SecondaryId = Type.Object({ id: field.string({ default: '', description: 'Identifier of the secondary.' }) })
const ActivationFields = Type.Object({
  token: field.string({ default: '', description: 'Activation token from the primary.' }),
  primary_api_addr: field.string({ default: '', description: "Overrides the primary's API address in the token." }),
  ca_file: field.string({ description: 'Accepted, not read.' }),
  ca_path: field.string({ description: 'Accepted, not read.' }),
  client_cert_pem: field.string({ description: 'Accepted, not read.' }),
  client_key_pem: field.string({ description: 'Accepted, not read.' }),
  update_primary_addrs: field.stringList({ default: [], description: "Replaces the known addresses of the primary's nodes." }),
  dr_operation_token: field.string({ description: 'DR operation token.' })
})
const ReindexFields = Type.Object({
  diff: field.bool({ description: 'Compare with the existing tree.' }),
  force: field.bool({ description: 'Only scan the storage.' }),
  skip_flush: field.bool({ description: 'Do not flush in between.' }),
  dr_operation_token: field.string({ description: 'DR operation token.' })
})

/** `primary/…`: what a primary, or a cluster to become one, is told. */
export function primaryPaths (page: Page): PathDefinition[] {
  const { base, kind } = page
  return [
    definePath({
      path: `${base}primary/enable`,
      summary: 'Enables replication in primary mode.',
      fields: PrimaryAddress,
      operations: {
        update: enterprise((call) => {
          enablePrimary(call.cluster, kind, { primaryClusterAddr: call.fields.primary_cluster_addr })
          return done(call, page, 'enable')
        })
      }
    }),
    definePath({
      path: `${base}primary/demote`,
      summary: 'Demotes a primary to a secondary without a primary.',
      fields: NoFields,
      operations: { update: enterprise((call) => { demotePrimary(call.cluster, kind); return done(call, page, 'demote') }) }
    }),
    definePath({
      path: `${base}primary/disable`,
      summary: 'Disables replication on a primary.',
      fields: NoFields,
      operations: { update: enterprise((call) => { disablePrimary(call.cluster, kind); return done(call, page, 'disable') }) }
    }),
    secondaryTokenPath(page),
    revokePath(page, 'primary/revoke-secondary')
  ]
}

/** The legacy documentation reads a token; the real server wants a write (hashicorp/vault#3342). */
function secondaryTokenPath ({ base, kind, legacy }: Page): PathDefinition {
  const issue: Act<Static<typeof SecondaryToken>> = enterprise(({ cluster, fields, request }) =>
    issueActivation(cluster, kind, {
      id: fields.id,
      ttlSeconds: fields.ttl,
      publicKey: fields.secondary_public_key,
      creationPath: request.path,
      calledAt: request.calledAt
    }))
  const issueByRead: Act<Static<typeof SecondaryToken>> = (call) => {
    requireEnterprise(call.cluster)
    if (call.cluster.profile.name !== 'documented') throw unsupportedOperation()
    return issue(call)
  }
  return definePath({
    path: `${base}primary/secondary-token`,
    summary: 'Issues an activation token for a secondary.',
    sudo: true,
    fields: SecondaryToken,
    operations: legacy ? { update: issue, read: issueByRead } : { update: issue }
  })
}

/** @param name below the page's base; the legacy page has a second one */
export function revokePath ({ base, kind }: Page, name: string): PathDefinition {
  return definePath({
    path: base + name,
    summary: "Revokes a secondary's access.",
    fields: SecondaryId,
    operations: {
      update: enterprise(({ cluster, fields }) => {
        if (name !== 'primary/revoke-secondary' && cluster.profile.name !== 'documented') throw unsupportedPath()
        revokeActivation(cluster, kind, fields.id)
        return undefined
      })
    }
  })
}

/** `secondary/…`: what a secondary, or a cluster to become one, is told. */
export function secondaryPaths (page: Page): PathDefinition[] {
  const { base, kind } = page
  const isDr = kind === 'dr'
  const guarded = <Fields>(act: Act<Fields>): Act<Fields> => isDr ? withDrOperationToken(act) : enterprise(act)
  return [
    definePath({
      path: `${base}secondary/enable`,
      summary: "Makes this cluster a secondary; all its data is replaced by the primary's.",
      fields: ActivationFields,
      operations: {
        update: enterprise((call) => then(
          enableSecondary(call.cluster, kind, { token: call.fields.token, primaryApiAddr: call.fields.primary_api_addr }),
          () => done(call, page, 'follow')
        ))
      }
    }),
    definePath({
      path: `${base}secondary/promote`,
      summary: 'Promotes a secondary to primary.',
      unauthenticated: isDr,
      fields: Promotion,
      operations: {
        update: guarded((call) => {
          promote(call.cluster, kind, { primaryClusterAddr: call.fields.primary_cluster_addr })
          return done(call, page, 'promote')
        })
      }
    }),
    definePath({
      path: `${base}secondary/disable`,
      summary: 'Disables replication on a secondary; it keeps its data.',
      unauthenticated: isDr,
      fields: Type.Object({ dr_operation_token: Promotion.properties.dr_operation_token }),
      operations: { update: guarded((call) => { leave(call.cluster, kind); return done(call, page, 'disable') }) }
    }),
    definePath({
      path: `${base}secondary/update-primary`,
      summary: 'Points a secondary at another primary, or at none; its data is not wiped.',
      unauthenticated: isDr,
      fields: ActivationFields,
      operations: {
        update: guarded((call) => then(
          updatePrimary(call.cluster, kind, { token: call.fields.token, primaryApiAddr: call.fields.primary_api_addr, addresses: call.fields.update_primary_addrs }),
          () => done(call, page, 'follow')
        ))
      }
    })
  ]
}

/** Recover, reindex and merkle-check act on the cluster as a whole. @param isDr below `dr/secondary/`, for DR operation tokens */
export function maintenancePaths (base: string, { isDr }: { readonly isDr: boolean }): PathDefinition[] {
  const guarded = <Fields>(act: Act<Fields>): Act<Fields> => isDr ? withDrOperationToken(act) : enterprise(act)
  return [
    definePath({
      path: `${base}recover`,
      summary: 'Attempts recovery if replication is in an adverse state.',
      unauthenticated: isDr,
      fields: NoFields,
      checked: !isDr,
      operations: { update: enterprise(({ cluster }) => { recover(cluster); return warned('recover') }) }
    }),
    definePath({
      path: `${base}reindex`,
      summary: 'Builds the merkle tree anew.',
      unauthenticated: isDr,
      sudo: true,
      fields: ReindexFields,
      operations: { update: guarded(({ cluster }) => { startReindex(cluster); return warned('reindex') }) }
    }),
    definePath({
      path: `${base}merkle-check`,
      summary: 'Looks for corruption in the merkle tree.',
      unauthenticated: isDr,
      fields: Type.Object({ dr_operation_token: Promotion.properties.dr_operation_token }),
      operations: { update: (call) => { requireMerkleCheck(call.cluster); return guarded(({ cluster }) => ({ data: checkMerkleTree(cluster) }))(call) } }
    })
  ]
}

/** The documentation's server has always something to recover; a real one refuses while replication is off (inferred). */
function recover (cluster: Cluster): void {
  const takesPart = ['performance', 'dr'].some((kind) => cluster.storage.has(`own/replication/${kind}`))
  if (!takesPart && cluster.profile.name !== 'documented') throw refusals.disabled()
  catchUp(cluster.surroundings)
}

/** From 1.15 on; the community edition has no stub for it. */
function requireMerkleCheck ({ profile, edition }: Cluster): void {
  if (edition !== 'ent' || (!profile.clockFields && profile.name !== 'documented')) throw unsupportedPath()
}

function checkMerkleTree (cluster: Cluster): JsonObject {
  noteCorruptionCheck(cluster)
  const tree = (type: string): JsonObject => goMap({
    corrupted_index_tuples_map: null,
    corrupted_subtree_root: false,
    root_hash: Buffer.from(cluster.storage.root(type === 'replicated' ? 'replicated' : 'local'), 'hex').toString('base64'),
    tree_type: type
  })
  return {
    merkle_corruption_report: goMap({
      corrupted_root: false,
      corrupted_tree_map: goMap({ 1: tree('replicated'), 2: tree('local') }),
      last_corruption_check_epoch: rfc3339(cluster.timeline.nowMs)
    })
  }
}
