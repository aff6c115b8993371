// The cubbyhole: a small store of its own for each service token, gone when the token goes.
import { Type } from '@sinclair/typebox'
import type { JsonObject } from '../json/index.js'
import { failure, invalid } from '../refusal/index.js'
import { field } from '../vault/fields/fields.js'
import { cubbyholeOf } from '../vault/tokens/cubbyholes.js'
import type { Backend, Call } from '../vault/paths.js'
import { plainObjectsPath } from './plain-objects.js'

/** The engine of `cubbyhole/`. */
export const cubbyhole: Backend = {
  type: 'cubbyhole',
  paths: [plainObjectsPath({
    source: 'https://developer.hashicorp.com/vault/api-docs/secret/cubbyhole',
    summary: 'Reads, writes, lists and deletes secrets that only the token in use can see.',
    fields: Type.Object({ path: field.string({ description: 'Specifies the path of the secret.' }) }),
    area: (call) => call.storage.area<JsonObject>(prefixOf(call)),
    name: nameIn,
    checkWrite,
    render: (_call, data) => ({ data })
  })]
}

function prefixOf (call: Call<unknown>): string {
  if (call.token?.type !== 'service') throw invalid('cubbyhole operations are only supported by "service" type tokens')
  return cubbyholeOf(call.storage, call.token).prefix
}

function nameIn ({ params: { path = '' } }: Call<unknown>): string {
  if (path === '') throw failure('missing path')
  return path
}

function checkWrite ({ request }: Call<unknown>): void {
  if (Object.keys(request.data).length === 0) throw failure('missing data fields')
}
