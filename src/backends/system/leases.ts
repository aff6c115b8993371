// sys/leases: what expires, looked up, renewed and revoked; with the old names sys/renew and sys/revoke….
import { Type, type Static } from '@sinclair/typebox'
import type { Storage } from '../../cluster/storage.js'
import { goMap, type JsonObject } from '../../json/index.js'
import type { Profile } from '../../profiles/index.js'
import { invalid, VaultError } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { field } from '../../vault/fields/fields.js'
import { leaseNames, leaseOf, revokeLease, revokePrefix, type Lease } from '../../vault/tokens/leases.js'
import { onceSettled, type Eventually } from '../../vault/eventually.js'
import { homeOfId, isReached } from '../../vault/namespaces/homes.js'
import { definePath, type Call, type Handler, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { renewSecret, secretLease } from '../../vault/tokens/secret-leases.js'

const leaseFields = Type.Object({
  lease_id: field.string({ description: 'The lease.' }),
  url_lease_id: field.string({ description: 'The lease, in the path.' }),
  increment: field.durationSeconds({ description: 'How long the lease shall last from now on.' }),
  sync: field.bool({ description: 'False: answers 202 at once.' })
})
const prefixFields = Type.Object({
  prefix: field.string({ description: 'Path that issued the leases.' }),
  sync: field.bool({ description: 'False: answers 202 at once.' })
})

type LeaseFields = Static<typeof leaseFields>
type LeaseCall = Call<LeaseFields>
type PrefixCall = Call<Static<typeof prefixFields>>

export const leasePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/leases', [
  definePath({ path: 'leases/lookup', summary: 'Shows a lease.', fields: leaseFields, operations: { update: lookup } }),
  definePath({
    path: 'leases/lookup/*prefix',
    summary: 'Lists leases by prefix.',
    fields: prefixFields,
    sudo: true,
    operations: { list }
  }),
  ...named('leases/renew', 'Renews a lease.', renew),
  ...named('renew', 'Renews a lease.', renew),
  ...named('leases/revoke', 'Revokes a lease.', revoke),
  ...named('revoke', 'Revokes a lease.', revoke),
  ...['leases/revoke-prefix', 'revoke-prefix', 'leases/revoke-force', 'revoke-force'].map((path) => definePath({
    path: `${path}/*prefix`,
    summary: 'Revokes all leases below a path.',
    fields: prefixFields,
    sudo: true,
    inProfile: inProfile(path),
    operations: { update: revokeBelow }
  }))
])

/** OpenBao has dropped the old names. */
function inProfile (path: string): (profile: Profile) => boolean {
  return ({ legacyLeasePaths }) => legacyLeasePaths || path.startsWith('leases/')
}

/** The lease stands in the body or behind the path. */
function named (path: string, summary: string, update: Handler<LeaseFields>): PathDefinition[] {
  const definition = { summary, fields: leaseFields, inProfile: inProfile(path), operations: { update } }
  return [definePath({ path, ...definition }), definePath({ path: `${path}/*url_lease_id`, ...definition })]
}

interface Named {
  readonly leaseId: string
  /** the storage of the lease's namespace: one named in the path may be of another than the request */
  readonly home: Storage
}

function leaseIn (call: LeaseCall): Named {
  const leaseId = call.params.url_lease_id || call.fields.lease_id || ''
  if (leaseId === '') throw invalid('lease_id must be specified')
  const home = homeOfId(call.storage, leaseId)
  if (!isReached(call, home)) throw invalid('invalid lease')
  return { leaseId, home }
}

/** @see recorded: `lease lookup, unknown` */
function lookup (call: LeaseCall): LogicalResponse {
  const { leaseId, home } = leaseIn(call)
  const entry = leaseOf(home, leaseId)
  if (entry === undefined) throw invalid('invalid lease')
  return { data: render(leaseId, entry, call) }
}

function render (leaseId: string, entry: Lease, { nowMs }: LeaseCall): JsonObject {
  return goMap({
    expire_time: rfc3339Nano(entry.expiresAtMs),
    id: leaseId,
    issue_time: rfc3339Nano(entry.issuedAtMs),
    last_renewal: entry.lastRenewalAtMs === 0 ? null : rfc3339Nano(entry.lastRenewalAtMs),
    renewable: entry.renewable,
    ttl: Math.max(0, Math.floor((entry.expiresAtMs - nowMs) / 1000))
  })
}

function list (call: PrefixCall): LogicalResponse {
  return { data: goMap({ keys: leaseNames(call.storage, call.params.prefix ?? '') }) }
}

/** Tokens are renewed by their owners. */
function renew (call: LeaseCall): Eventually<LogicalResponse | undefined> {
  const { leaseId, home } = leaseIn(call)
  const lease = secretLease(home, leaseId)
  if (lease === undefined) {
    if (leaseOf(home, leaseId) === undefined) throw invalid('lease not found')
    throw new VaultError('denied', 'tokens cannot be renewed through this endpoint')
  }
  if (home.namespaceId !== call.storage.namespaceId) throw invalid('cannot renew a lease across namespaces')
  return renewSecret(call, leaseId, lease, call.fields.increment ?? 0)
}

function revoke (call: LeaseCall): Eventually<LogicalResponse | undefined> {
  const { leaseId, home } = leaseIn(call)
  return onceSettled(revokeLease({ ...call, storage: home }, leaseId), () => acknowledge(call.fields.sync))
}

function revokeBelow (call: PrefixCall): Eventually<void> {
  return revokePrefix(call, call.params.prefix ?? '', call.request.path.includes('revoke-force/'))
}

/** 204, or 202 for who does not want to wait (observed on 1.14). */
function acknowledge (sync: boolean | undefined): LogicalResponse | undefined {
  return sync === false ? { status: { code: 202, body: 'empty' } } : undefined
}
