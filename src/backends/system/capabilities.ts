// sys/capabilities…: what a token may do at some paths.
// https://developer.hashicorp.com/vault/api-docs/system/capabilities, …/capabilities-accessor, …/capabilities-self
import { Type, type Static } from '@sinclair/typebox'
import { goMap, type JsonValue } from '../../json/index.js'
import { invalid, VaultError } from '../../refusal/index.js'
import { aclOfToken } from '../../vault/policies/acl.js'
import { field } from '../../vault/fields/fields.js'
import { lookupToken, tokenByAccessor, type TokenEntry } from '../../vault/tokens/tokens.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'

const shared = {
  path: field.stringList({ description: 'Deprecated, use "paths".' }),
  paths: field.stringList({ description: 'The paths asked about.' })
}
const tokenFields = Type.Object({ ...shared, token: field.string({ description: 'The token asked about.' }) })
const accessorFields = Type.Object({
  ...shared,
  accessor: field.string({ description: 'The accessor of the token asked about.' })
})

/** What all three ask about. */
type Asked = Pick<Call<Static<typeof accessorFields> | Static<typeof tokenFields>>, 'fields' | 'storage'>

export const capabilitiesPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/capabilities', [
  definePath({
    path: 'capabilities',
    summary: 'What a token may do at some paths.',
    fields: tokenFields,
    operations: { update: (call) => capabilities(call, lookupToken(call, call.fields.token ?? '')) }
  }),
  definePath({
    path: 'capabilities-self',
    summary: 'What the caller may do at some paths.',
    fields: tokenFields,
    operations: { update: (call) => capabilities(call, call.token) }
  }),
  definePath({
    path: 'capabilities-accessor',
    summary: 'What the token with an accessor may do at some paths.',
    fields: accessorFields,
    operations: { update: (call) => capabilities(call, tokenOfAccessor(call)) }
  })
])

function tokenOfAccessor (call: Call<Static<typeof accessorFields>>): TokenEntry {
  const { accessor = '' } = call.fields
  if (accessor === '') throw invalid('missing accessor')
  const entry = tokenByAccessor(call.storage, accessor)
  if (entry === undefined) throw new VaultError('invalid', 'invalid accessor', true)
  return entry
}

/** By path, and once more as `capabilities` if only one was asked about. */
function capabilities (call: Asked, token: TokenEntry | undefined): LogicalResponse {
  const { paths = [], path = [] } = call.fields
  const asked = paths.length > 0 ? paths : path
  if (asked.length === 0) throw invalid('paths must be supplied')
  if (asked.includes('')) throw new VaultError('invalid', 'missing path', true)
  if (token === undefined) throw new VaultError('invalid', 'invalid token', true)
  const acl = aclOfToken(call.storage, token)
  const found = asked.map((one): [string, JsonValue] => [one, acl.capabilities(one)])
  const only = found.length === 1 ? found.map(([, value]): [string, JsonValue] => ['capabilities', value]) : []
  return { data: goMap(Object.fromEntries([...found, ...only])) }
}
