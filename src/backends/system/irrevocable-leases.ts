// sys/leases, sys/leases/count, sys/leases/tidy: leases whose secrets could not be taken back, and what is left over.
import { Type, type Static } from '@sinclair/typebox'
import { atoi } from '../../go/strconv.js'
import { GoError } from '../../go/values.js'
import { compareBytes, goMap } from '../../json/index.js'
import { failure } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { resolveMount } from '../../vault/mounts/mounts.js'
import { storagesWithin } from '../../vault/namespaces/namespaces.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import type { SecretLease } from '../../vault/stored.js'
import { irrevocableLeases } from '../../vault/tokens/secret-leases.js'
import { tidyStarted } from '../tidying.js'

const MOST_SHOWN = 10_000n
const HALTED = 'Command halted because many irrevocable leases were found. ' +
  'To emit the entire list, re-run the command with force set true.'

const which = {
  type: field.string({ description: 'Which leases; "irrevocable" is all there is.' }),
  include_child_namespaces: field.bool({ description: 'Those of child namespaces as well.' })
}
const countFields = Type.Object(which)
const listFields = Type.Object({ ...which, limit: field.string({ description: 'How many at most; "none": all.' }) })

export const irrevocableLeasePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/leases', [
  definePath({
    path: 'leases/count', summary: 'Counts irrevocable leases.', fields: countFields, operations: { read: count }
  }),
  definePath({ path: 'leases', summary: 'Lists irrevocable leases.', fields: listFields, sudo: true, operations: { read: list } }),
  definePath({
    path: 'leases/tidy',
    summary: 'Looks for what leases left behind.',
    fields: Type.Object({}),
    operations: { update: tidyStarted }
  })
])

type CountCall = Call<Static<typeof countFields>>

interface Found { readonly id: string, readonly lease: SecretLease, readonly mountAccessor: string }

/** Those of the namespace, or of those below it as well; undefined for any other type, which is not found. */
function leasesFor ({ fields, storage }: CountCall): Found[] | undefined {
  if (fields.type?.toLowerCase() !== 'irrevocable') return undefined
  const storages = fields.include_child_namespaces === true ? storagesWithin(storage) : [storage]
  return storages.flatMap((each) => irrevocableLeases(each).map(([id, lease]) => {
    return { id, lease, mountAccessor: resolveMount(each, lease.path)?.mount.accessor ?? 'mount-accessor-not-found' }
  }))
}

function count (call: CountCall): LogicalResponse | undefined {
  const all = leasesFor(call)
  if (all === undefined) return undefined
  const counts: Record<string, number> = {}
  for (const { mountAccessor } of all) counts[mountAccessor] = (counts[mountAccessor] ?? 0) + 1
  return { data: goMap({ counts: goMap(counts), lease_count: all.length }) }
}

/** Those that expired first, first. */
function list (call: Call<Static<typeof listFields>>): LogicalResponse | undefined {
  const all = leasesFor(call)
  if (all === undefined) return undefined
  const shown = all.slice(0, limitOf(call.fields.limit ?? ''))
    .sort((one, other) => one.lease.expiresAtMs - other.lease.expiresAtMs || compareBytes(one.id, other.id))
  const leases = shown.map(({ id, lease, mountAccessor }) => {
    return { lease_id: id, mount_id: mountAccessor, error: lease.revocationError ?? '' }
  })
  return {
    data: goMap({ lease_count: leases.length, leases }),
    ...(shown.length < all.length ? { warnings: [HALTED] } : {})
  }
}

/** @throws VaultError `invalid 'limit' provided: …`, `limit must be 'none' or a positive integer` */
function limitOf (text: string): number | undefined {
  if (text.toLowerCase() === 'none') return undefined
  const limit = text === '' ? MOST_SHOWN : whole(text)
  if (limit < 1n) throw failure("limit must be 'none' or a positive integer")
  return Number(limit)
}

function whole (text: string): bigint {
  try {
    return atoi(text)
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw failure(`invalid 'limit' provided: ${error.message}`)
  }
}
