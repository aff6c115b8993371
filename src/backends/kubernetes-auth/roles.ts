// auth/kubernetes/role: which service accounts log in, and what their tokens are like.
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { tokenParameterFields } from '../../vault/tokens/token-parameters.js'
import { changeEntry, listEntries, newEntry, oldNameFields, renderEntry } from '../auth-entries.js'
import { ROLES, rolesIn, type KubernetesRoleValues } from './stored.js'

const SOURCES = ['serviceaccount_uid', 'serviceaccount_name']

const fields = Type.Object({
  name: field.string({ description: 'Name of the role.' }),
  alias_name_source: field.string({ description: 'What tells accounts apart: serviceaccount_uid or serviceaccount_name.' }),
  audience: field.string({ description: 'The audience that tokens must name.' }),
  bound_service_account_names: field.stringList({ description: 'Accounts that may log in; * for all.' }),
  bound_service_account_namespaces: field.stringList({ description: 'Namespaces whose accounts may; * for all.' }),
  bound_service_account_namespace_selector: field.string({ description: 'Labels of such namespaces (OpenBao and Vault 1.21).' }),
  ...oldNameFields,
  ...tokenParameterFields
})
type RoleCall = Call<Static<typeof fields>>

const NEW_ROLE: KubernetesRoleValues = {
  alias_name_source: 'serviceaccount_uid',
  audience: '',
  bound_service_account_names: [],
  bound_service_account_namespaces: [],
  bound_service_account_namespace_selector: ''
}

const nameIn = ({ params }: Call<unknown>): string => (params.name ?? '').toLowerCase()

export const rolePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/kubernetes#create-update-role', [
  definePath({
    path: 'role',
    summary: 'Lists the roles.',
    fields: Type.Object({}),
    operations: { list: listEntries(ROLES) }
  }),
  definePath({
    path: 'role/:name',
    summary: 'A role.',
    fields,
    exists: (call) => rolesIn(call).get(nameIn(call)) !== undefined,
    operations: { read, create: write, update: write, delete: remove }
  })
])

/** @see recorded: `kubernetes-auth`, role read */
function read (call: RoleCall): LogicalResponse | undefined {
  const role = rolesIn(call).get(nameIn(call))
  if (role === undefined) return undefined
  const { namespaceSelector } = call.cluster.profile.kubernetesAuth
  const rendered = renderEntry(role, call.cluster.profile)
  const { audience, bound_service_account_namespace_selector: selector, ...shown } = rendered
  return {
    data: goMap({
      ...shown,
      ...(audience !== '' && { audience }),
      ...(namespaceSelector && { bound_service_account_namespace_selector: selector })
    })
  }
}

function remove (call: RoleCall): undefined {
  rolesIn(call).delete(nameIn(call))
}

function write (call: RoleCall): LogicalResponse | undefined {
  const role = changeEntry(rolesIn(call).get(nameIn(call)) ?? newEntry(NEW_ROLE), call.fields)
  const { bound_service_account_names: names, bound_service_account_namespaces: namespaces } = role.values
  if (names.length === 0) throw invalid('"bound_service_account_names" can not be empty')
  refuseNoNamespaces(call, role.values)
  for (const list of [names, namespaces]) {
    if (list.length > 1 && list.includes('*')) throw invalid('can not mix "*" with values')
  }
  if (!SOURCES.includes(role.values.alias_name_source)) {
    throw invalid(`invalid alias_name_source, must be one of: ${SOURCES.join(', ')}`)
  }
  rolesIn(call).put(nameIn(call), role)
  const isWarned = call.cluster.profile.kubernetesAuth.wantsAudience && role.values.audience.trim() === ''
  return isWarned ? { warnings: [withoutAudience(call.params.name ?? '')] } : undefined
}

function withoutAudience (name: string): string {
  return `Role ${name} does not have an audience configured. While audiences are not required, consider specifying ` +
    'one if your use case would benefit from additional JWT claim verification.'
}

function refuseNoNamespaces (call: RoleCall, values: KubernetesRoleValues): void {
  const { namespaceSelector } = call.cluster.profile.kubernetesAuth
  if (values.bound_service_account_namespaces.length > 0) return
  if (namespaceSelector && values.bound_service_account_namespace_selector !== '') return
  const more = namespaceSelector ? ' if "bound_service_account_namespace_selector" is not set' : ''
  throw invalid(`"bound_service_account_namespaces" can not be empty${more}`)
}
