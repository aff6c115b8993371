// Enterprise paths that are not simulated: the community edition's stubs, and a refusal that says so elsewhere;
// with sys/license/status, which is. https://developer.hashicorp.com/vault/api-docs/system/license
import { Type } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import { rfc3339 } from '../../sim/instants.js'
import { enterpriseOnly, NotSimulated, unsupportedPath } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type Handler, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'

/** By what they are about. */
const NOT_SIMULATED: Readonly<Record<string, readonly string[]>> = {
  namespaces: ['namespaces', 'namespaces/*path'],
  'control groups': ['control-group/authorize', 'control-group/request', 'config/control-group'],
  'managed keys': ['managed-keys/:type', 'managed-keys/:type/*path'],
  'login MFA of the enterprise edition': ['mfa/method', 'mfa/method/*path'],
  'Sentinel policies': ['policies/egp', 'policies/egp/*path', 'policies/rgp', 'policies/rgp/*path'],
  'seal wrap': ['sealwrap/rewrap'],
  'lease count quotas': ['quotas/lease-count', 'quotas/lease-count/*path'],
  'group policy application': ['config/group-policy-application']
}
const LICENSE_YEARS_MS = 10 * 365 * 86_400_000

export const enterprisePaths: readonly PathDefinition[] = [
  ...Object.entries(NOT_SIMULATED).flatMap(([subject, paths]) => paths.map((path) => stub(path, subject))),
  definePath({
    path: 'license/status',
    summary: 'The current license.',
    fields: Type.Object({}),
    operations: { read: readLicense }
  }),
  definePath({
    path: 'replication/dr/secondary/license/status',
    summary: 'The current license, without a token: for a DR secondary.',
    unauthenticated: true,
    fields: Type.Object({}),
    operations: { read: readLicense }
  })
]

function stub (path: string, subject: string): PathDefinition {
  const refuse = (call: Call<unknown>): never => {
    refuseCommunity(call, subject)
    throw new NotSimulated(subject)
  }
  const operations: Record<'read' | 'update' | 'patch' | 'delete' | 'list', Handler<unknown>> = { read: refuse, update: refuse, patch: refuse, delete: refuse, list: refuse }
  return { ...definePath({ path, summary: `Enterprise: ${subject}.`, fields: Type.Object({ path: field.string(), type: field.string() }), checked: false, operations }) }
}

/** OpenBao has namespaces, and nothing else of this. */
function refuseCommunity ({ cluster: { profile, edition } }: Call<unknown>, subject: string): void {
  if (edition === 'ent' || (profile.product === 'OpenBao' && subject === 'namespaces')) return
  throw profile.enterpriseStubs ? enterpriseOnly() : unsupportedPath()
}

function readLicense (call: Call<unknown>): LogicalResponse {
  refuseCommunity(call, 'license')
  return { data: goMap({ autoloading_used: true, autoloaded: renderLicense(call), persisted_autoload: renderLicense(call) }) }
}

function renderLicense ({ nowMs }: Call<unknown>): JsonObject {
  const expiresAtMs = nowMs + LICENSE_YEARS_MS
  return goMap({
    expiration_time: rfc3339(expiresAtMs),
    features: ['Performance Replication', 'DR Replication', 'Performance Standby', 'Automated Snapshots'],
    license_id: '00000000-0000-4000-8000-000000000000',
    performance_standby_count: 9999,
    start_time: '2020-01-01T00:00:00Z',
    termination_time: rfc3339(expiresAtMs)
  })
}
