// Enterprise paths that are not simulated: the community edition's stubs, and elsewhere a refusal that says so.
// https://developer.hashicorp.com/vault/api-docs/system: control-group, config-control-group, managed-keys,
// mfa, policies (EGP and RGP), sealwrap-rewrap, lease-count-quotas, config-group-policy-application
import { Type } from '@sinclair/typebox'
import { NotSimulated } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type Handler, type PathDefinition } from '../../vault/paths.js'
import { REFUSED } from '../../vault/source.js'
import { requireEnterprise } from './editions.js'

interface Subject {
  /** as the refusal names it */
  readonly subject: string
  readonly paths: readonly string[]
}

const NOT_SIMULATED: readonly Subject[] = [
  { subject: 'control groups', paths: ['control-group/authorize', 'control-group/request', 'config/control-group'] },
  { subject: 'managed keys', paths: ['managed-keys/:type', 'managed-keys/:type/*path'] },
  { subject: 'login MFA of the enterprise edition', paths: ['mfa/method', 'mfa/method/*path'] },
  { subject: 'Sentinel policies', paths: ['policies/egp', 'policies/egp/*path', 'policies/rgp', 'policies/rgp/*path'] },
  { subject: 'seal wrap', paths: ['sealwrap/rewrap'] },
  { subject: 'lease count quotas', paths: ['quotas/lease-count', 'quotas/lease-count/*path'] },
  { subject: 'group policy application', paths: ['config/group-policy-application'] }
]
const fields = Type.Object({ path: field.string(), type: field.string() })

export const notSimulatedPaths: readonly PathDefinition[] =
  NOT_SIMULATED.flatMap((what) => what.paths.map((path) => stub(path, what)))

function stub (path: string, { subject }: Subject): PathDefinition {
  const refuse: Handler<unknown> = ({ cluster }: Call<unknown>) => {
    requireEnterprise(cluster)
    throw new NotSimulated(subject)
  }
  const operations = { read: refuse, update: refuse, patch: refuse, delete: refuse, list: refuse }
  const source = REFUSED
  return definePath({ path, summary: `Enterprise: ${subject}.`, fields, checked: false, operations, source })
}
