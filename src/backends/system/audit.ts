// sys/audit, sys/audit-hash. https://developer.hashicorp.com/vault/api-docs/system/audit
import { Type, type Static } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { auditDevice, auditDevices, auditHash, disableAudit, enableAudit, type AuditDevice } from '../../vault/audit-devices.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type PathDefinition } from '../../vault/paths.js'

const Device = Type.Object({
  path: field.string({ description: 'The name of the backend. Cannot be delimited. Example: "mysql"' }),
  type: field.string({ description: 'The type of the backend. Example: "mysql"' }),
  description: field.string({ description: 'User-friendly description for this audit backend.', default: '' }),
  options: field.keyValue({ description: 'Configuration options for the audit backend.' }),
  local: field.bool({ description: 'Mark the mount as a local mount, which is not replicated and is unaffected by replication.', default: false })
})

export const auditPaths: readonly PathDefinition[] = [
  definePath({
    path: 'audit',
    summary: 'List the currently enabled audit backends.',
    sudo: true,
    fields: Type.Object({}),
    operations: { read: ({ storage }) => ({ data: goMap(Object.fromEntries(auditDevices(storage).map((device) => [device.path, renderDevice(device)]))) }) }
  }),
  definePath({
    path: 'audit/*path',
    summary: 'Enable or disable an audit backend.',
    sudo: true,
    fields: Device,
    operations: {
      update: writeDevice,
      delete: ({ storage, params }) => { disableAudit(storage, withSlash(params.path)); return undefined }
    }
  }),
  definePath({
    path: 'audit-hash/*path',
    summary: 'The hash of the given string via the given audit backend',
    fields: Type.Object({ path: field.string(), input: field.string() }),
    operations: {
      update: ({ storage, params, fields }) => {
        const path = withSlash(params.path)
        const device = auditDevice(storage, path)
        if (fields.input === undefined || fields.input === '') throw invalid('the "input" parameter is empty')
        if (device === undefined) throw invalid(`unknown audit backend "${path}"`)
        return { data: goMap({ hash: auditHash(device, fields.input) }) }
      }
    }
  })
]

function withSlash (path: string | undefined): string {
  return `${(path ?? '').replace(/\/+$/, '')}/`
}

function writeDevice ({ cluster, storage, params, fields }: Call<Static<typeof Device>>): undefined {
  if (cluster.profile.product === 'OpenBao') throw invalid('cannot enable audit device via API; use declarative, config-based audit device management instead')
  if (fields.type === undefined || fields.type === '') throw invalid('backend type must be specified as a string')
  enableAudit(storage, cluster.surroundings.files, {
    path: withSlash(params.path),
    type: fields.type,
    description: fields.description,
    options: goMap(fields.options ?? {}),
    local: fields.local,
    salt: cluster.random.stream('ids').uuid()
  })
}

function renderDevice ({ path, type, description, options, local }: AuditDevice): JsonObject {
  return goMap({ path, type, description, options, local })
}
