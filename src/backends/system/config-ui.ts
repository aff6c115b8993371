// sys/config/ui/headers: headers for the web interface; kept and shown, though there is no such interface here.
// https://developer.hashicorp.com/vault/api-docs/system/config-ui
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'

const FOLDER = 'replicated/core/ui-header/'

const fields = Type.Object({
  header: field.string({ description: 'The name of the header.', default: '' }),
  values: field.stringList({ description: 'The values to set the header.', default: [] }),
  multivalue: field.bool({ description: 'Returns multiple values if true', default: false })
})
type HeaderCall = Call<Static<typeof fields>>

export const uiHeaderPaths: readonly PathDefinition[] = [
  definePath({
    path: 'config/ui/headers',
    summary: 'Return a list of configured UI headers.',
    sudo: true,
    fields: Type.Object({}),
    operations: { list: ({ storage }) => ({ data: goMap({ keys: [...storage.children(FOLDER)] }) }) }
  }),
  definePath({
    path: 'config/ui/headers/:header',
    summary: 'Configures response headers that should be returned from the UI.',
    sudo: true,
    fields,
    operations: { read, update: write, delete: (call) => { call.storage.delete(pathOf(call)) } }
  })
]

/** Header names don't heed case. */
function pathOf ({ fields: { header } }: HeaderCall): string {
  return FOLDER + header.toLowerCase()
}

function read (call: HeaderCall): LogicalResponse | undefined {
  const values = call.storage.get(pathOf(call)) as readonly string[] | undefined
  if (values === undefined) return undefined
  return { data: call.fields.multivalue ? goMap({ values }) : goMap({ value: values[0] }) }
}

function write (call: HeaderCall): undefined {
  const { header, values } = call.fields
  if (values.length === 0) throw invalid('header values cannot be empty')
  if (header.toLowerCase().startsWith('x-vault-')) throw invalid('X-Vault headers cannot be set')
  call.storage.put(pathOf(call), values)
}
