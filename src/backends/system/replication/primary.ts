// replication/…/primary/…: what a primary, or a cluster to become one, is told; the same for both kinds.
// https://developer.hashicorp.com/vault/api-docs/system/replication/replication-performance, …/replication-dr
import { Type, type Static } from '@sinclair/typebox'
import { unsupportedOperation, unsupportedPath } from '../../../refusal/index.js'
import { disablePrimary, enablePrimary } from '../../../replication/transitions.js'
import { field } from '../../../vault/fields/fields.js'
import { definePath, type PathDefinition } from '../../../vault/paths.js'
import { onceSettled } from '../../../vault/eventually.js'
import { demote as demoteShipped } from '../../../vault/replication/demotion.js'
import { issueActivation, revokeActivation } from '../../../vault/replication/activation-tokens.js'
import { requireEnterprise } from '../editions.js'
import { done, enterprise, type Act, type Page } from './pages.js'

const DEFAULT_TTL_SECONDS = 1800

const NoFields = Type.Object({})
const Enabling = Type.Object({
  primary_cluster_addr: field.string({
    default: '',
    description: 'Cluster address that the primary gives to secondaries.'
  })
})
const SecondaryToken = Type.Object({
  id: field.string({ default: '', description: 'Opaque identifier of the secondary; must be unique.' }),
  ttl: field.durationSeconds({ default: DEFAULT_TTL_SECONDS, description: 'TTL of the activation token.' }),
  secondary_public_key: field.string({
    default: '', description: 'Public key of the secondary; the token is then sealed for it.'
  })
})
const SecondaryId = Type.Object({ id: field.string({ default: '', description: 'Identifier of the secondary.' }) })

/** The paths below a page's `primary/`. */
export function primaryPaths (page: Page): PathDefinition[] {
  const { base, kind } = page
  const enable: Act<Static<typeof Enabling>> = (call) => {
    enablePrimary(call.cluster, kind, { primaryClusterAddr: call.fields.primary_cluster_addr })
    return done(call, page, 'enable')
  }
  const demote: Act<unknown> = (call) => {
    return onceSettled(demoteShipped(call.cluster, kind), () => done(call, page, 'demote'))
  }
  const disable: Act<unknown> = (call) => {
    disablePrimary(call.cluster, kind)
    return done(call, page, 'disable')
  }
  return [
    definePath({
      path: `${base}primary/enable`,
      summary: 'Enables replication in primary mode.',
      fields: Enabling,
      operations: { update: enterprise(enable) }
    }),
    definePath({
      path: `${base}primary/demote`,
      summary: 'Demotes a primary to a secondary without a primary.',
      fields: NoFields,
      operations: { update: enterprise(demote) }
    }),
    definePath({
      path: `${base}primary/disable`,
      summary: 'Disables replication on a primary.',
      fields: NoFields,
      operations: { update: enterprise(disable) }
    }),
    secondaryTokenPath(page),
    revokePath(page)
  ]
}

/** The legacy documentation reads a token; the real server wants a write (hashicorp/vault#3342). */
function secondaryTokenPath ({ base, kind, legacy }: Page): PathDefinition {
  const issue: Act<Static<typeof SecondaryToken>> = enterprise(({ cluster, fields, request }) => {
    const { id, ttl: ttlSeconds, secondary_public_key: publicKey } = fields
    const { path: creationPath, calledAt } = request
    return issueActivation(cluster, kind, { id, ttlSeconds, publicKey, creationPath, calledAt })
  })
  const issueByRead: Act<Static<typeof SecondaryToken>> = (call) => {
    requireEnterprise(call.cluster)
    if (!call.cluster.profile.documentedLegacyPaths) throw unsupportedOperation()
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

function revokePath ({ base, kind }: Page): PathDefinition {
  return definePath({
    path: `${base}primary/revoke-secondary`,
    summary: "Revokes a secondary's access.",
    fields: SecondaryId,
    operations: {
      update: enterprise(({ cluster, fields }) => {
        revokeActivation(cluster, kind, fields.id)
        return undefined
      })
    }
  })
}

/** The second name that the documentation of the legacy paths has for revoking a secondary. */
export function legacyRevokePath (page: Page): PathDefinition {
  const definition = revokePath(page)
  const { update: revoke } = definition.operations
  return {
    ...definition,
    path: `${page.base}secondary/revoke-secondary`,
    operations: {
      update: (call) => {
        requireEnterprise(call.cluster)
        if (!call.cluster.profile.documentedLegacyPaths) throw unsupportedPath()
        return revoke?.(call)
      }
    }
  }
}
