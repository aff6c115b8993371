// The cubbyhole: a small store of its own for each service token, gone when the token goes.
import { Type } from '@sinclair/typebox'
import { failure, invalid } from '../refusal/index.js'
import { field } from '../vault/fields/fields.js'
import { cubbyholeOf } from '../vault/tokens/cubbyholes.js'
import type { Backend, Call, LogicalResponse } from '../vault/paths.js'
import { definePath } from '../vault/paths.js'
import { listFolder, readObject, scanFolder } from './passthrough.js'

const fields = Type.Object({ path: field.string({ description: 'Specifies the path of the secret.' }) })

/** The engine of `cubbyhole/`. */
export const cubbyhole: Backend = {
  type: 'cubbyhole',
  paths: [definePath({
    path: '*path',
    summary: 'Reads, writes, lists and deletes secrets that only the token in use can see.',
    fields,
    exists: (call) => call.storage.has(location(call)),
    operations: { read, create: write, update: write, delete: remove, list, scan }
  })]
}

function prefixOf (call: Call<unknown>): string {
  if (call.token?.type !== 'service') throw invalid('cubbyhole operations are only supported by "service" type tokens')
  return cubbyholeOf(call.storage, call.token).prefix
}

function location (call: Call<unknown>): string {
  const prefix = prefixOf(call)
  if (call.params.path === '') throw failure('missing path')
  return prefix + call.params.path
}

function read (call: Call<unknown>): LogicalResponse | undefined {
  const data = readObject(call.storage, location(call))
  return data && { data }
}

function write (call: Call<unknown>): undefined {
  const path = location(call)
  if (Object.keys(call.request.data).length === 0) throw failure('missing data fields')
  call.storage.put(path, call.request.data)
}

function remove (call: Call<unknown>): undefined {
  call.storage.delete(location(call))
}

function list (call: Call<unknown>): LogicalResponse | undefined {
  return listFolder(call.storage, prefixOf(call), call.params.path ?? '')
}

function scan (call: Call<unknown>): LogicalResponse | undefined {
  return scanFolder(call.storage, prefixOf(call), call.params.path ?? '')
}
