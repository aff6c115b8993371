// sys/config/auditing/request-headers: which request headers audit devices are to show.
// https://developer.hashicorp.com/vault/api-docs/system/config-auditing
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom, NAMED_ONLY } from '../../vault/source.js'
import { stored } from './stored.js'

const fields = Type.Object({
  header: field.string({ description: 'The name of the header.', default: '' }),
  hmac: field.bool({ description: 'Whether the header is shown as an HMAC.', default: false })
})
type HeaderCall = Call<Static<typeof fields>>

export const auditedHeaderPaths = knownFrom(NAMED_ONLY, [
  definePath({
    path: 'config/auditing/request-headers',
    summary: 'Lists the headers configured to be audited.',
    sudo: true,
    fields: Type.Object({}),
    operations: { read: list }
  }),
  definePath({
    path: 'config/auditing/request-headers/:header',
    summary: 'Configures the headers sent to the audit logs.',
    sudo: true,
    fields,
    operations: { read, update: write, delete: remove }
  })
])

function nameIn ({ fields: { header } }: HeaderCall): string {
  if (header === '') throw invalid('missing header name')
  return header.toLowerCase()
}

function list ({ storage }: Call<unknown>): LogicalResponse {
  return { data: goMap({ headers: goMap(Object.fromEntries(stored.auditedHeaders(storage).entries())) }) }
}

function read (call: HeaderCall): LogicalResponse {
  const settings = stored.auditedHeaders(call.storage).get(nameIn(call))
  if (settings === undefined) throw invalid('Could not find header in config')
  return { data: goMap({ [call.fields.header]: settings }) }
}

function write (call: HeaderCall): undefined {
  stored.auditedHeaders(call.storage).put(nameIn(call), { hmac: call.fields.hmac })
}

function remove (call: HeaderCall): undefined {
  stored.auditedHeaders(call.storage).delete(nameIn(call))
}
