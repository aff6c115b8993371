// kubernetes/roles: for whom there are tokens.
// https://developer.hashicorp.com/vault/api-docs/secret/kubernetes#create-role and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { formatDurationMs } from '../../go/durations.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { invalid, NotSimulated } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import type { Call } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { namedEntryPaths } from '../named-entries.js'
import { storedRoles, type KubernetesRole, type RoleParts } from './stored.js'

const fields = Type.Object({
  name: field.string({ description: 'Name of the role' }),
  allowed_kubernetes_namespaces: field.stringList({ description: 'Namespaces for which credentials can be made; "*": all.' }),
  allowed_kubernetes_namespace_selector: field.string({ description: 'A label selector for such namespaces, as JSON or YAML.' }),
  token_max_ttl: field.durationSeconds({ description: 'The maximum ttl for generated service account tokens.' }),
  token_default_ttl: field.durationSeconds({ description: 'The default ttl for generated service account tokens.' }),
  token_default_audiences: field.stringList({ description: 'The default audiences for generated tokens.' }),
  service_account_name: field.string({ description: 'The pre-existing service account to generate tokens for.' }),
  kubernetes_role_name: field.string({ description: 'The pre-existing Role or ClusterRole to bind a new account to.' }),
  kubernetes_role_type: field.string({ description: 'Role or ClusterRole.' }),
  generated_role_rules: field.string({ description: 'The rules of a role that is made, as JSON or YAML.' }),
  name_template: field.string({ description: 'The name template for what is made.' }),
  extra_annotations: field.map({ description: 'Annotations of what is made.' }),
  extra_labels: field.map({ description: 'Labels of what is made.' })
})

type RoleFields = Static<typeof fields>

export const rolePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/kubernetes', namedEntryPaths({
  path: 'roles', summary: 'Manage the roles that can be created with this secrets engine.', fields, area: storedRoles, write, render
}))

const NEW: Omit<RoleParts, 'name'> = {
  allowedNamespaces: [],
  allowedNamespaceSelector: '',
  serviceAccountName: '',
  kubernetesRoleName: '',
  kubernetesRoleType: 'Role',
  generatedRoleRules: '',
  nameTemplate: '',
  extraAnnotations: null,
  extraLabels: null,
  tokenDefaultAudiences: null,
  tokenDefaultTtlSeconds: 0,
  tokenMaxTtlSeconds: 0
}

/** What is left out stays. */
function write ({ fields: given, params }: Call<RoleFields>, old: KubernetesRole | undefined): KubernetesRole {
  const before: Omit<RoleParts, 'name'> = old ?? NEW
  const role = {
    name: params.name ?? '',
    allowedNamespaces: given.allowed_kubernetes_namespaces ?? before.allowedNamespaces,
    allowedNamespaceSelector: given.allowed_kubernetes_namespace_selector ?? before.allowedNamespaceSelector,
    serviceAccountName: given.service_account_name ?? before.serviceAccountName,
    kubernetesRoleName: given.kubernetes_role_name ?? before.kubernetesRoleName,
    kubernetesRoleType: given.kubernetes_role_type ?? before.kubernetesRoleType,
    generatedRoleRules: given.generated_role_rules ?? before.generatedRoleRules,
    nameTemplate: given.name_template ?? before.nameTemplate,
    extraAnnotations: given.extra_annotations ?? before.extraAnnotations,
    extraLabels: given.extra_labels ?? before.extraLabels,
    tokenDefaultAudiences: given.token_default_audiences ?? before.tokenDefaultAudiences,
    tokenDefaultTtlSeconds: given.token_default_ttl ?? before.tokenDefaultTtlSeconds,
    tokenMaxTtlSeconds: given.token_max_ttl ?? before.tokenMaxTtlSeconds
  }
  check(role)
  return role
}

/** @throws VaultError in the real server's order (recorded: `kubernetes: role …`) */
function check (role: RoleParts): void {
  if (role.allowedNamespaces.length === 0 && role.allowedNamespaceSelector === '') {
    throw invalid('one (at least) of allowed_kubernetes_namespaces or allowed_kubernetes_namespace_selector must be set')
  }
  const given = [role.serviceAccountName, role.kubernetesRoleName, role.generatedRoleRules].filter((each) => each !== '')
  if (given.length !== 1) {
    throw invalid('one (and only one) of service_account_name, kubernetes_role_name or generated_role_rules must be set')
  }
  const { tokenDefaultTtlSeconds: standard, tokenMaxTtlSeconds: most } = role
  if (most > 0 && standard > most) {
    const [default_, max] = [standard, most].map((seconds) => formatDurationMs(seconds * 1000))
    throw invalid(`token_default_ttl ${default_} cannot be greater than token_max_ttl ${max}`)
  }
  if (!['Role', 'ClusterRole'].includes(role.kubernetesRoleType)) {
    throw invalid("kubernetes_role_type must be either 'Role' or 'ClusterRole'")
  }
  if (role.nameTemplate !== '') throw new NotSimulated('templates for names in Kubernetes')
}

/** @see recorded: `kubernetes: role read` */
function render (role: KubernetesRole): JsonObject {
  return goMap({
    allowed_kubernetes_namespace_selector: role.allowedNamespaceSelector,
    allowed_kubernetes_namespaces: role.allowedNamespaces,
    extra_annotations: role.extraAnnotations,
    extra_labels: role.extraLabels,
    generated_role_rules: role.generatedRoleRules,
    kubernetes_role_name: role.kubernetesRoleName,
    kubernetes_role_type: role.kubernetesRoleType,
    name: role.name,
    name_template: role.nameTemplate,
    service_account_name: role.serviceAccountName,
    token_default_audiences: role.tokenDefaultAudiences,
    token_default_ttl: role.tokenDefaultTtlSeconds,
    token_max_ttl: role.tokenMaxTtlSeconds
  })
}
