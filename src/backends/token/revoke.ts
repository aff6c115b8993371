// auth/token/revoke and its kin, and tidy.
import { Type, type Static } from '@sinclair/typebox'
import { invalid } from '../../refusal/index.js'
import { homeOf, isReached } from '../../vault/namespaces/homes.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import type { Eventually } from '../../vault/eventually.js'
import { stored } from '../../vault/stored.js'
import { revokeOrphan, revokeToken } from '../../vault/tokens/token-revocation.js'
import { tokenByAccessor, tokenById } from '../../vault/tokens/tokens.js'
import { tidyStarted } from '../tidying.js'
import { accessorField, requireTokenId, tokenField } from './lookup.js'

export const revokePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/token#revoke-a-token', [
  definePath({
    path: 'revoke',
    summary: 'Revokes a token and its children.',
    fields: tokenField,
    operations: { update: revoke }
  }),
  definePath({
    path: 'revoke-self',
    summary: 'Revokes the token in use and its children.',
    fields: tokenField,
    operations: { update: (call) => revokeToken(call, call.token?.id ?? '') }
  }),
  definePath({
    path: 'revoke-orphan',
    summary: 'Revokes a token; its children live on as orphans.',
    fields: tokenField,
    sudo: true,
    operations: { update: revokeAlone }
  }),
  definePath({
    path: 'revoke-accessor',
    summary: 'Revokes the token with an accessor, and its children.',
    fields: accessorField,
    operations: { update: revokeAccessor }
  }),
  definePath({
    path: 'tidy',
    summary: 'Looks for what expired tokens left behind.',
    fields: Type.Object({}),
    operations: { update: tidyStarted }
  })
])

function revoke (call: Call<Static<typeof tokenField>>): Eventually<void> {
  const id = requireTokenId(call.fields.token)
  if (stored.tokens(call.storage).has(id)) return revokeToken(call, id)
  if (isBatchToken(call, id)) throw invalid('batch tokens cannot be revoked')
}

function isBatchToken (call: Call<unknown>, id: string): boolean {
  return id.startsWith(`${call.cluster.profile.tokenPrefix}b.`)
}

function revokeAlone (call: Call<Static<typeof tokenField>>): Eventually<void> {
  const entry = tokenById(call.storage, requireTokenId(call.fields.token))
  if (entry === undefined) throw invalid('token to revoke not found')
  return revokeOrphan(call, entry)
}

function revokeAccessor (call: Call<Static<typeof accessorField>>): Eventually<LogicalResponse | void> {
  const { accessor = '' } = call.fields
  if (accessor === '') throw invalid('missing accessor')
  const entry = tokenByAccessor(call.storage, accessor)
  if (entry === undefined || !isReached(call, homeOf(call.storage, entry))) return { warnings: ['No token found with this accessor'] }
  return revokeToken(call, entry.id)
}
