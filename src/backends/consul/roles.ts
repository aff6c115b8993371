// consul/roles: which tokens there are.
// https://developer.hashicorp.com/vault/api-docs/secret/consul#create-update-consul-role and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { decodeBase64 } from '../../go/base64.js'
import { GoError } from '../../go/values.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import type { Call } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { namedEntryPaths } from '../named-entries.js'
import { storedRoles, type ConsulRole } from './stored.js'

const list = (description: string) => field.stringList({ default: [], description })

const fields = Type.Object({
  name: field.string({ description: 'Name of the role.' }),
  policy: field.string({ default: '', description: 'Policy document, base64 encoded. For Consul before 1.4.' }),
  token_type: field.string({ default: 'client', description: 'Which type of token to create: client or management.' }),
  consul_policies: list('List of policies to attach to the token.'),
  policies: list('Deprecated, use consul_policies.'),
  consul_roles: list('List of Consul roles to attach to the token.'),
  service_identities: list('List of service identities to attach to the token, separated by semicolons.'),
  node_identities: list('List of node identities to attach to the token.'),
  consul_namespace: field.string({ default: '', description: 'Namespace in which the token is created.' }),
  partition: field.string({ default: '', description: 'Admin partition in which the token is created.' }),
  local: field.bool({ default: false, description: 'Whether the token is local to its datacenter.' }),
  ttl: field.durationSeconds({ description: 'TTL of the token.' }),
  lease: field.durationSeconds({ description: 'Deprecated, use ttl.' }),
  max_ttl: field.durationSeconds({ default: 0, description: 'Max TTL of the token.' })
})

type RoleCall = Call<Static<typeof fields>>

export const rolePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/consul', namedEntryPaths({
  path: 'roles', summary: 'The tokens that there are, by name.', fields, area: storedRoles, write, render
}))

/** Replaces what was there. */
function write ({ fields }: RoleCall): ConsulRole {
  const names = [
    fields.consul_policies, fields.policies, fields.consul_roles, fields.service_identities, fields.node_identities
  ]
  if (fields.policy === '' && names.every((each) => each.length === 0)) {
    throw invalid('Use either a policy document, a list of policies or roles, or a set of service or node ' +
      'identities, depending on your Consul version')
  }
  checkPolicy(fields.policy)
  if (!['client', 'management'].includes(fields.token_type)) {
    throw invalid('token_type must be "client" or "management"')
  }
  return {
    policy: fields.policy,
    tokenType: fields.token_type,
    consulPolicies: fields.consul_policies,
    policies: fields.policies,
    consulRoles: fields.consul_roles,
    serviceIdentities: fields.service_identities,
    nodeIdentities: fields.node_identities,
    consulNamespace: fields.consul_namespace,
    partition: fields.partition,
    local: fields.local,
    ttlSeconds: fields.lease ?? fields.ttl ?? 0,
    maxTtlSeconds: fields.max_ttl
  }
}

function checkPolicy (policy: string): void {
  try {
    decodeBase64(policy)
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw invalid(`Error decoding policy base64: ${error.message}`)
  }
}

/** What was not given is not shown. @see recorded: `consul: role read` */
function render (role: ConsulRole): JsonObject {
  return goMap({
    consul_namespace: role.consulNamespace,
    consul_policies: some(role.consulPolicies),
    consul_roles: some(role.consulRoles),
    lease: role.ttlSeconds,
    local: role.local,
    max_ttl: role.maxTtlSeconds,
    node_identities: some(role.nodeIdentities),
    partition: role.partition,
    policies: some(role.policies),
    policy: role.policy || undefined,
    service_identities: some(role.serviceIdentities),
    token_type: role.tokenType,
    ttl: role.ttlSeconds
  })
}

function some (names: readonly string[]): readonly string[] | undefined {
  return names.length === 0 ? undefined : names
}
