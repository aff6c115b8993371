// sys/wrapping/{wrap,lookup,unwrap,rewrap}: responses that are given out once.
// https://developer.hashicorp.com/vault/api-docs/system/wrapping-wrap, …/wrapping-lookup, …-unwrap, …-rewrap
import { apiAddrAsCalled } from '../../cluster/called-at.js'
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { isWrappingToken, rewrap, unwrap, wrappingToken } from '../../vault/wrapping/wrapping.js'
import type { TokenEntry } from '../../vault/tokens/tokens.js'

const tokenFields = Type.Object({
  token: field.string({ description: 'The wrapping token; by default the one in use.' })
})

type TokenCall = Call<Static<typeof tokenFields>>

/** `admitWrappingToken` has run before all but the first. */
export const wrappingPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/wrapping-wrap', [
  definePath({
    path: 'wrapping/wrap',
    summary: 'Wraps what it is given.',
    fields: Type.Object({}),
    checked: false,
    operations: { update: wrap }
  }),
  definePath({
    path: 'wrapping/lookup',
    summary: 'Shows what a wrapping token is, without using it.',
    fields: tokenFields,
    unauthenticated: true,
    operations: { read: lookup, update: lookup }
  }),
  definePath({
    path: 'wrapping/unwrap',
    summary: 'Gives out what was wrapped, once.',
    fields: tokenFields,
    operations: { update: unwrapOnce }
  }),
  definePath({
    path: 'wrapping/rewrap',
    summary: 'Moves what was wrapped to a new token.',
    fields: tokenFields,
    operations: { update: rewrapOnce }
  })
])

function wrap ({ request }: Call): LogicalResponse {
  if ((request.wrapTtlMs ?? 0) === 0) throw invalid('endpoint requires response wrapping to be used')
  return { data: request.data }
}

/** @see recorded: `wrapping lookup` */
function lookup (call: TokenCall): LogicalResponse {
  const entry = wrappingToken(call, call.fields.token || call.request.clientToken)
  return {
    data: goMap({
      creation_path: entry.path,
      creation_time: rfc3339Nano(entry.createdAtMs),
      creation_ttl: entry.creationTtlSeconds
    })
  }
}

function unwrapOnce (call: TokenCall): LogicalResponse | undefined {
  const verbatim = unwrap(call, tokenToOpen(call))
  return verbatim === '' ? undefined : { verbatim }
}

function rewrapOnce (call: TokenCall): LogicalResponse {
  return { wrapInfo: rewrap(call, tokenToOpen(call), apiAddrAsCalled(call.node, call.request.calledAt), isOwn(call)) }
}

/** The caller's own wrapping token has had its one use by now, so that it can't be looked up any more. */
function tokenToOpen (call: TokenCall): TokenEntry {
  return isOwn(call) && call.token !== undefined ? call.token : wrappingToken(call, call.fields.token ?? '')
}

function isOwn ({ fields, token }: TokenCall): boolean {
  return (fields.token === undefined || fields.token === token?.id) && token !== undefined && isWrappingToken(token)
}
