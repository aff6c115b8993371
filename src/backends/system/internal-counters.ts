// sys/internal/counters/{tokens,entities}: how many there are.
// https://developer.hashicorp.com/vault/api-docs/system/internal-counters
import { Type } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import { entityIds } from '../../vault/identity.js'
import { countTokens } from '../../vault/tokens/token-indexes.js'
import { definePath, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom, NAMED_ONLY } from '../../vault/source.js'

const fields = Type.Object({})

export const internalCounterPaths = knownFrom(NAMED_ONLY, [
  definePath({
    path: 'internal/counters/tokens',
    summary: 'Counts the service tokens.',
    inProfile: (profile) => profile.tokenCounter,
    fields,
    operations: { read: (call) => counters({ service_tokens: total(countTokens(call.storage)) }) }
  }),
  definePath({
    path: 'internal/counters/entities',
    summary: 'Counts the entities.',
    fields,
    operations: { read: (call) => counters({ entities: total(entityIds(call.storage).length) }) }
  })
])

function counters (members: Record<string, JsonObject>): LogicalResponse {
  return { data: goMap({ counters: goMap(members) }) }
}

function total (count: number): JsonObject {
  return goMap({ total: count })
}
