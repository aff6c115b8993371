// replication/…/secondary/…: what a secondary, or a cluster to become one, is told; the same for both kinds.
// https://developer.hashicorp.com/vault/api-docs/system/replication/replication-performance, …/replication-dr
import { Type, type Static } from '@sinclair/typebox'
import { primaryRecord, type ReplicationKind } from '../../../replication/records.js'
import { refusals } from '../../../replication/refusals.js'
import { generatePublicKey } from '../../../replication/sealed-box.js'
import { field } from '../../../vault/fields/fields.js'
import { definePath, type PathDefinition } from '../../../vault/paths.js'
import { onceSettled } from '../../../vault/eventually.js'
import type { PresentedToken } from '../../../vault/replication/activation-tokens.js'
import { enableSecondary, leave, promote, updatePrimary } from '../../../vault/replication/becoming-secondary.js'
import { done, drOperationToken, enterprise, withDrOperationToken, type Act, type Page } from './pages.js'

const primaryFields = {
  primary_api_addr: field.string({ default: '', description: "Overrides the primary's API address in the token." }),
  ca_file: field.string({
    default: '', description: "File on this server with the authority of the primary's API address, in PEM."
  }),
  ca_path: field.string({ default: '', description: 'Folder of such files.' }),
  client_cert_pem: field.string({ description: 'Accepted, not read.' }),
  client_key_pem: field.string({ description: 'Accepted, not read.' })
}
const Enabling = Type.Object({
  token: field.string({ default: '', description: 'Activation token from the primary.' }),
  ...primaryFields
})
const Updating = Type.Object({
  token: field.string({ description: 'Activation token from the primary; empty to forget the primary.' }),
  ...primaryFields,
  update_primary_addrs: field.stringList({
    default: [], description: "Replaces the known addresses of the primary's nodes."
  }),
  dr_operation_token: drOperationToken
})
const Promotion = Type.Object({
  primary_cluster_addr: field.string({
    default: '',
    description: 'Cluster address that the primary gives to secondaries.'
  }),
  force: field.bool({ default: false, description: 'Promote although the secondary has not caught up.' }),
  dr_operation_token: drOperationToken
})
const Disabling = Type.Object({ dr_operation_token: drOperationToken })

/** The paths below a page's `secondary/`. On a DR secondary a DR operation token opens all but the first. */
export function secondaryPaths (page: Page): PathDefinition[] {
  const { base, kind } = page
  const isDr = kind === 'dr'
  const guarded = isDr ? withDrOperationToken : enterprise
  return [
    definePath({
      path: `${base}secondary/enable`,
      summary: "Makes this cluster a secondary; all its data is replaced by the primary's.",
      fields: Enabling,
      operations: { update: enterprise(enable(page)) }
    }),
    definePath({
      path: `${base}secondary/promote`,
      summary: 'Promotes a secondary to primary.',
      unauthenticated: isDr,
      fields: Promotion,
      operations: { update: guarded(promoteToPrimary(page)) }
    }),
    definePath({
      path: `${base}secondary/disable`,
      summary: 'Disables replication on a secondary; it keeps its data.',
      unauthenticated: isDr,
      fields: Disabling,
      operations: { update: guarded(disable(page)) }
    }),
    definePath({
      path: `${base}secondary/update-primary`,
      summary: 'Points a secondary at another primary, or at none; its data is not wiped.',
      unauthenticated: isDr,
      fields: Updating,
      operations: { update: guarded(follow(page)) }
    })
  ]
}

function enable (page: Page): Act<Static<typeof Enabling>> {
  return (call) => {
    const { token } = call.fields
    const enabled = enableSecondary(call.cluster, page.kind, { token, ...primaryIn(call.fields) })
    return onceSettled(enabled, () => done(call, page, 'follow'))
  }
}

/** Where the primary is called, and whom to trust there. */
function primaryIn (
  fields: Pick<Static<typeof Enabling>, 'primary_api_addr' | 'ca_file' | 'ca_path'>
): Omit<PresentedToken, 'token'> {
  const { primary_api_addr: primaryApiAddr, ca_file: caFile, ca_path: caPath } = fields
  return { primaryApiAddr, trusted: { caFile, caPath } }
}

function promoteToPrimary (page: Page): Act<Static<typeof Promotion>> {
  return (call) => {
    const { primary_cluster_addr: primaryClusterAddr, force } = call.fields
    promote(call.cluster, page.kind, { primaryClusterAddr, force })
    return done(call, page, 'promote')
  }
}

function disable (page: Page): Act<Static<typeof Disabling>> {
  return (call) => {
    leave(call.cluster, page.kind)
    return done(call, page, 'disable')
  }
}

function follow (page: Page): Act<Static<typeof Updating>> {
  return (call) => {
    const { token, update_primary_addrs: addresses } = call.fields
    const updated = updatePrimary(call.cluster, page.kind, { token, ...primaryIn(call.fields), addresses })
    return onceSettled(updated, () => done(call, page, 'follow'))
  }
}

/** Before replication is on, and on secondaries; a primary has no use for it. */
export function publicKeyPath (path: string, kind: ReplicationKind): PathDefinition {
  return definePath({
    path,
    summary: 'Makes a key pair for an activation token.',
    fields: Type.Object({}),
    operations: {
      update: enterprise(({ cluster }) => {
        if (primaryRecord(cluster, kind) !== undefined) throw refusals.alreadyEnabled()
        return { data: { secondary_public_key: generatePublicKey(cluster, kind) } }
      })
    }
  })
}
