// auth/token/renew and its kin.
import { Type, type Static } from '@sinclair/typebox'
import { invalid, VaultError } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { identityPolicies } from '../../vault/identity.js'
import { homeOf, isReached } from '../../vault/namespaces/homes.js'
import { tidyPolicies } from '../../vault/policies/policy-names.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { renewToken } from '../../vault/tokens/token-renewal.js'
import { lookupToken } from '../../vault/tokens/tokens.js'
import { requireTokenId, tokenWithAccessor } from './lookup.js'

const increment = field.durationSeconds({ description: 'How long the token shall live from now on.' })
const renewFields = Type.Object({ token: field.string({ description: 'The token to renew.' }), increment })
const accessorFields = Type.Object({ accessor: field.string({ description: "The token's accessor." }), increment })

export const renewPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/token#renew-a-token', [
  definePath({
    path: 'renew',
    summary: 'Renews a token.',
    fields: renewFields,
    operations: { update: (call) => renew(call, requireTokenId(call.fields.token || call.token?.id)) }
  }),
  definePath({
    path: 'renew-self',
    summary: 'Renews the token in use.',
    fields: renewFields,
    operations: { update: (call) => renew(call, call.token?.id ?? '') }
  }),
  definePath({
    path: 'renew-accessor',
    summary: 'Renews the token with an accessor; the answer does not tell its id.',
    fields: accessorFields,
    operations: { update: renewAccessor }
  })
])

function renew (call: Call<Static<typeof renewFields>>, id: string): LogicalResponse {
  const found = lookupToken(call, id)
  if (found === undefined) throw invalid('token not found')
  const { entry, ttlSeconds, warnings } = renewToken(call, found, call.fields.increment ?? 0)
  return {
    auth: {
      clientToken: entry.id,
      entry,
      leaseDurationSeconds: ttlSeconds,
      identityPolicies: tidyPolicies(identityPolicies(homeOf(call.storage, entry), entry.entityId), false)
    },
    warnings
  }
}

function renewAccessor (call: Call<Static<typeof accessorFields>>): LogicalResponse {
  const found = tokenWithAccessor(call)
  if (!isReached(call, homeOf(call.storage, found))) throw new VaultError('invalid', 'invalid accessor', true)
  const { entry, ttlSeconds, warnings } = renewToken(call, found, call.fields.increment ?? 0)
  return { auth: { clientToken: '', entry, leaseDurationSeconds: ttlSeconds }, warnings }
}
