// sys/audit: the audit devices.
import { Type, type Static } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { auditDevices, disableAudit, enableAudit, type AuditDevice } from '../../vault/audit-devices.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'

const Device = Type.Object({
  path: field.string({ description: 'The name of the backend. Cannot be delimited. Example: "mysql"' }),
  type: field.string({ description: 'The type of the backend. Example: "mysql"' }),
  description: field.string({ description: 'User-friendly description for this audit backend.', default: '' }),
  options: field.keyValue({ description: 'Configuration options for the audit backend.' }),
  local: field.bool({
    description: 'Mark the mount as a local mount, which is not replicated and is unaffected by replication.',
    default: false
  })
})

const NOT_OVER_API = 'cannot enable audit device via API; ' +
  'use declarative, config-based audit device management instead'

export const auditPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/audit', [
  definePath({
    path: 'audit',
    summary: 'List the currently enabled audit backends.',
    sudo: true,
    fields: Type.Object({}),
    operations: { read: list }
  }),
  definePath({
    path: 'audit/*path',
    summary: 'Enable or disable an audit backend.',
    sudo: true,
    fields: Device,
    operations: { update: enable, delete: disable }
  })
])

/** A device's path as it is stored: with one slash at its end. */
export function devicePath (path: string | undefined): string {
  return `${(path ?? '').replace(/\/+$/, '')}/`
}

function list ({ storage }: Call<unknown>): LogicalResponse {
  const devices = auditDevices(storage).map((device) => [device.path, renderDevice(device)])
  return { data: goMap(Object.fromEntries(devices)) }
}

function enable ({ cluster, storage, params, fields }: Call<Static<typeof Device>>): undefined {
  if (!cluster.profile.auditOverApi) throw invalid(NOT_OVER_API)
  if (fields.type === undefined || fields.type === '') throw invalid('backend type must be specified as a string')
  enableAudit(storage, cluster.surroundings.files, {
    path: devicePath(params.path),
    type: fields.type,
    description: fields.description,
    options: goMap(fields.options ?? {}),
    local: fields.local,
    salt: cluster.random.stream('ids').uuid()
  }, cluster.profile.auditRefusals)
}

function disable ({ storage, params }: Call<unknown>): undefined {
  disableAudit(storage, devicePath(params.path))
}

function renderDevice ({ path, type, description, options, local }: AuditDevice): JsonObject {
  return goMap({ path, type, description, options, local })
}
