// sys/audit-hash: how an audit device would show a text.
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { auditDevice, auditHash } from '../../vault/audit-devices.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { devicePath } from './audit.js'

const fields = Type.Object({ path: field.string(), input: field.string() })

export const auditHashPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/audit-hash', [
  definePath({
    path: 'audit-hash/*path',
    summary: 'The hash of the given string via the given audit backend',
    fields,
    operations: { update: hash }
  })
])

function hash ({ storage, params, fields: { input } }: Call<Static<typeof fields>>): LogicalResponse {
  const path = devicePath(params.path)
  const device = auditDevice(storage, path)
  if (input === undefined || input === '') throw invalid('the "input" parameter is empty')
  if (device === undefined) throw invalid(`unknown audit backend "${path}"`)
  return { data: goMap({ hash: auditHash(device, input) }) }
}
