// Metrics of tokens, leases, identity, policies, and of what secrets engines hold.
import { counter, gauge, summary } from './tables.js'

const PER_CLUSTER = { labels: ['cluster', 'namespace'] }

export const tokenMetrics = {
  'vault.token.create': summary('ms', 'tokens created'),
  'vault.token.createAccessor': summary('ms', 'accessors created'),
  'vault.token.create_root': counter('tokens', 'root tokens created'),
  'vault.token.creation': counter('tokens', 'tokens created, by how', {
    labels: ['cluster', 'namespace', 'auth_method', 'mount_point', 'creation_ttl', 'token_type']
  }),
  'vault.token.lookup': summary('ms', 'tokens looked up'),
  'vault.token.store': summary('ms', 'token entries stored again'),
  'vault.token.revoke': summary('ms', 'tokens revoked'),
  'vault.token.revoke-tree': summary('ms', 'tokens revoked with their descendants'),
  'vault.token.count': gauge('tokens', 'service tokens that are valid', PER_CLUSTER),
  'vault.token.count.by_auth': gauge('tokens', 'the same by auth method', {
    labels: ['cluster', 'namespace', 'auth_method']
  }),
  'vault.token.count.by_policy': gauge('tokens', 'the same by policy', { labels: ['cluster', 'namespace', 'policy'] }),
  'vault.token.count.by_ttl': gauge('tokens', 'the same by the TTL at creation', {
    labels: ['cluster', 'namespace', 'creation_ttl']
  })
}

export const leaseMetrics = {
  'vault.expire.num_leases': gauge('leases', 'leases that will end'),
  'vault.expire.num_irrevocable_leases': gauge('leases', 'leases that could not be revoked, six times'),
  'vault.expire.leases.by_expiration': gauge('leases', 'leases by the hour of their end, a week ahead', {
    labels: ['cluster', 'expiring', 'namespace']
  }),
  'vault.expire.register': summary('ms', 'leases of secrets registered'),
  'vault.expire.register-auth': summary('ms', 'leases of tokens registered'),
  'vault.expire.renew': summary('ms', 'leases of secrets renewed'),
  'vault.expire.renew-token': summary('ms', 'leases of tokens renewed'),
  'vault.expire.revoke': summary('ms', 'leases revoked'),
  'vault.expire.revoke-prefix': summary('ms', 'leases revoked by prefix'),
  'vault.expire.lease_expiration': counter('leases', 'leases that ended by themselves')
}

export const identityMetrics = {
  'vault.identity.num_entities': gauge('entities', 'entities'),
  'vault.identity.entity.count': gauge('entities', 'entities by namespace', PER_CLUSTER),
  'vault.identity.entity.alias.count': gauge('aliases', 'aliases by the mount that knows them', {
    labels: ['cluster', 'namespace', 'auth_method', 'mount_point']
  }),
  'vault.identity.entity.creation': counter('entities', 'entities that logins made', {
    labels: ['cluster', 'namespace', 'auth_method', 'mount_point']
  })
}

export const policyMetrics = {
  'vault.policy.get_policy': summary('ms', 'policies fetched, for requests, too'),
  'vault.policy.list_policies': summary('ms', 'policies listed'),
  'vault.policy.set_policy': summary('ms', 'policies written'),
  'vault.policy.delete_policy': summary('ms', 'policies deleted')
}

export const secretMetrics = {
  'vault.secret.kv.count': gauge('secrets', 'secrets in a KV mount', { labels: ['cluster', 'namespace', 'mount_point'] })
}
