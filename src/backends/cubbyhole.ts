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
  help: (product) => [
    'The cubbyhole backend reads and writes arbitrary secrets to the backend.',
    `The secrets are encrypted/decrypted by ${product}: they are never stored`,
    'unencrypted in the backend and the backend never has an opportunity to',
    'see the unencrypted value.',
    '',
    "This backend differs from the 'kv' backend in that it is namespaced",
    'per-token. Tokens can only read and write their own values, with no',
    'sharing possible (per-token cubbyholes). This can be useful for implementing',
    'certain authentication workflows, as well as "scratch" areas for individual',
    'clients. When the token is revoked, the entire set of stored values for that',
    'token is also removed.'
  ].join('\n'),
  paths: [plainObjectsPath({
    source: 'https://developer.hashicorp.com/vault/api-docs/secret/cubbyhole',
    summary: 'Pass-through secret storage to a token-specific cubbyhole in the storage\n' +
      'backend, allowing you to read/write arbitrary data into secret storage.',
    description: [
      'The cubbyhole backend reads and writes arbitrary data into secret storage,',
      'encrypting it along the way.',
      '',
      'The view into the cubbyhole storage space is different for each token; it is',
      'a per-token cubbyhole. When the token is revoked all values are removed.'
    ].join('\n'),
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
