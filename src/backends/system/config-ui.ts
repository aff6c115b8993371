// sys/config/ui/headers: headers for the web interface; kept and shown, though there is no such interface here.
// https://developer.hashicorp.com/vault/api-docs/system/config-ui
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom, NAMED_ONLY } from '../../vault/source.js'
import { stored } from './stored.js'

const fields = Type.Object({
  header: field.string({ description: 'The name of the header.', default: '' }),
  values: field.stringList({ description: 'The values to set the header.', default: [] }),
  multivalue: field.bool({ description: 'Returns multiple values if true', default: false })
})
type HeaderCall = Call<Static<typeof fields>>

export const uiHeaderPaths = knownFrom(NAMED_ONLY, [
  definePath({
    path: 'config/ui/headers',
    summary: 'Return a list of configured UI headers.',
    sudo: true,
    fields: Type.Object({}),
    operations: { list }
  }),
  definePath({
    path: 'config/ui/headers/:header',
    summary: 'Configures response headers that should be returned from the UI.',
    sudo: true,
    fields,
    operations: { read, update: write, delete: remove }
  })
])

/** Header names don't heed case. */
function nameIn ({ fields: { header } }: HeaderCall): string {
  return header.toLowerCase()
}

function list ({ storage }: Call<unknown>): LogicalResponse {
  return { data: goMap({ keys: stored.uiHeaders(storage).children() }) }
}

function read (call: HeaderCall): LogicalResponse | undefined {
  const values = stored.uiHeaders(call.storage).get(nameIn(call))
  if (values === undefined) return undefined
  return { data: call.fields.multivalue ? goMap({ values }) : goMap({ value: values[0] }) }
}

function write (call: HeaderCall): undefined {
  const { values } = call.fields
  if (values.length === 0) throw invalid('header values cannot be empty')
  if (nameIn(call).startsWith('x-vault-')) throw invalid('X-Vault headers cannot be set')
  stored.uiHeaders(call.storage).put(nameIn(call), values)
}

function remove (call: HeaderCall): undefined {
  stored.uiHeaders(call.storage).delete(nameIn(call))
}
