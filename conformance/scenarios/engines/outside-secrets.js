// Secrets engines whose other side is not there: aws, consul, nomad and others.
import { activeNode, get, post, del, list } from '../steps.js'

import { outsideCa } from '../material.js'

// Secrets engines whose other side is not there: port 1 of the loopback address is closed.
const seen = { keep: ['ttl', 'kubernetes_ca_cert'] }

export default {
  start: 'active',
  steps: [
    ...activeNode,
    // aws
    post('aws: enable', '/v1/sys/mounts/aws', { type: 'aws' }),
    get('aws: config at first', '/v1/aws/config/root'),
    get('aws: lease at first', '/v1/aws/config/lease'),
    post('aws: config', '/v1/aws/config/root', {
      access_key: 'AKIA1',
      secret_key: 's',
      region: 'us-east-1',
      iam_endpoint: 'http://127.0.0.1:1',
      sts_endpoint: 'http://127.0.0.1:1',
      max_retries: 0
    }),
    get('aws: config read', '/v1/aws/config/root'),
    post('aws: lease', '/v1/aws/config/lease', { lease: '30m', lease_max: '12h' }),
    get('aws: lease read', '/v1/aws/config/lease'),
    post('aws: lease without maximum', '/v1/aws/config/lease', { lease: '30m' }),
    post('aws: role without type', '/v1/aws/roles/x', {}),
    post('aws: role, bad type', '/v1/aws/roles/x', { credential_type: 'x' }),
    post('aws: role, bad document', '/v1/aws/roles/x', { credential_type: 'iam_user', policy_document: '{' }),
    post('aws: role, bad arn', '/v1/aws/roles/x', { credential_type: 'assumed_role', role_arns: 'x' }),
    post('aws: role, user', '/v1/aws/roles/user', {
      credential_type: 'iam_user',
      policy_document: '{"Version":"2012-10-17","Statement":[]}',
      policy_arns: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      user_path: '/app/'
    }),
    get('aws: role, user, read', '/v1/aws/roles/user', seen),
    post('aws: role, assumed', '/v1/aws/roles/assumed', {
      credential_type: 'assumed_role',
      role_arns: 'arn:aws:iam::123456789012:role/app',
      default_sts_ttl: '1h',
      max_sts_ttl: '2h'
    }),
    get('aws: role, assumed, read', '/v1/aws/roles/assumed', seen),
    list('aws: roles', '/v1/aws/roles'),
    get('aws: role unknown', '/v1/aws/roles/none'),
    get('aws: creds, unknown role', '/v1/aws/creds/none'),
    get('aws: creds, not there', '/v1/aws/creds/user'),
    post('aws: sts, not there', '/v1/aws/sts/assumed', { ttl: '20m' }),
    post('aws: rotate root, not there', '/v1/aws/config/rotate-root'),
    del('aws: role delete', '/v1/aws/roles/user'),
    // gcp
    post('gcp: enable', '/v1/sys/mounts/gcp', { type: 'gcp' }),
    get('gcp: config at first', '/v1/gcp/config'),
    post('gcp: config, bad', '/v1/gcp/config', { credentials: 'abc' }),
    post('gcp: config', '/v1/gcp/config', { ttl: 3600, max_ttl: '2h' }),
    get('gcp: config read', '/v1/gcp/config', seen),
    list('gcp: rolesets', '/v1/gcp/rolesets'),
    get('gcp: roleset unknown', '/v1/gcp/roleset/none'),
    post('gcp: roleset without project', '/v1/gcp/roleset/x', { secret_type: 'access_token' }),
    get('gcp: token of an unknown roleset', '/v1/gcp/roleset/none/token'),
    // azure
    post('azure: enable', '/v1/sys/mounts/azure', { type: 'azure' }),
    get('azure: config at first', '/v1/azure/config'),
    post('azure: config', '/v1/azure/config', {
      subscription_id: 's',
      tenant_id: 't',
      client_id: 'c',
      client_secret: 'x',
      environment: 'AzurePublicCloud'
    }),
    get('azure: config read', '/v1/azure/config'),
    post('azure: config, bad environment', '/v1/azure/config', { environment: 'Moon' }),
    get('azure: role unknown', '/v1/azure/roles/none'),
    list('azure: roles', '/v1/azure/roles'),
    post('azure: role without anything', '/v1/azure/roles/x', {}),
    get('azure: creds, unknown role', '/v1/azure/creds/none'),
    // consul
    post('consul: enable', '/v1/sys/mounts/consul', { type: 'consul' }),
    get('consul: config at first', '/v1/consul/config/access'),
    post('consul: role before the config', '/v1/consul/roles/early', { consul_policies: 'reader' }),
    get('consul: creds before the config', '/v1/consul/creds/early'),
    post('consul: config', '/v1/consul/config/access', { address: '127.0.0.1:1', token: 'secret', scheme: 'http' }),
    get('consul: config read', '/v1/consul/config/access'),
    post('consul: role', '/v1/consul/roles/app', {
      consul_policies: ['reader', 'writer'],
      service_identities: 'web:dc1',
      ttl: '1h',
      max_ttl: '2h',
      local: true
    }),
    get('consul: role read', '/v1/consul/roles/app', seen),
    post('consul: role without policies', '/v1/consul/roles/x', {}),
    post('consul: role, old policy', '/v1/consul/roles/old', {
      policy: Buffer.from('key "" { policy = "read" }').toString('base64'),
      lease: '1h'
    }),
    get('consul: role, old policy, read', '/v1/consul/roles/old', seen),
    list('consul: roles', '/v1/consul/roles'),
    get('consul: creds, not there', '/v1/consul/creds/app'),
    get('consul: creds, unknown role', '/v1/consul/creds/none'),
    // nomad
    post('nomad: enable', '/v1/sys/mounts/nomad', { type: 'nomad' }),
    get('nomad: config at first', '/v1/nomad/config/access'),
    post('nomad: config', '/v1/nomad/config/access', {
      address: 'http://127.0.0.1:1', token: 'secret', max_token_name_length: 60
    }),
    get('nomad: config read', '/v1/nomad/config/access'),
    get('nomad: lease at first', '/v1/nomad/config/lease'),
    post('nomad: lease', '/v1/nomad/config/lease', { ttl: '1h', max_ttl: '2h' }),
    get('nomad: lease read', '/v1/nomad/config/lease', seen),
    post('nomad: role', '/v1/nomad/role/app', { policies: 'reader', global: true }),
    get('nomad: role read', '/v1/nomad/role/app'),
    post('nomad: role, management with policies', '/v1/nomad/role/x', { type: 'management', policies: 'reader' }),
    post('nomad: role, client without policies', '/v1/nomad/role/x', { type: 'client' }),
    post('nomad: role, bad type', '/v1/nomad/role/x', { type: 'x' }),
    list('nomad: roles', '/v1/nomad/role'),
    get('nomad: creds, not there', '/v1/nomad/creds/app'),
    get('nomad: creds, unknown role', '/v1/nomad/creds/none'),
    // rabbitmq
    post('rabbitmq: enable', '/v1/sys/mounts/rabbitmq', { type: 'rabbitmq' }),
    post('rabbitmq: connection, nothing', '/v1/rabbitmq/config/connection', {}),
    post(
      'rabbitmq: connection without user', '/v1/rabbitmq/config/connection',
      { connection_uri: 'http://127.0.0.1:1' }
    ),
    post('rabbitmq: connection, verified', '/v1/rabbitmq/config/connection', {
      connection_uri: 'http://127.0.0.1:1', username: 'u', password: 'p'
    }),
    post('rabbitmq: connection', '/v1/rabbitmq/config/connection', {
      connection_uri: 'http://127.0.0.1:1', username: 'u', password: 'p', verify_connection: false
    }),
    get('rabbitmq: connection read', '/v1/rabbitmq/config/connection'),
    get('rabbitmq: lease at first', '/v1/rabbitmq/config/lease'),
    post('rabbitmq: lease', '/v1/rabbitmq/config/lease', { ttl: 1800, max_ttl: '1h' }),
    get('rabbitmq: lease read', '/v1/rabbitmq/config/lease', seen),
    post('rabbitmq: role', '/v1/rabbitmq/roles/app', {
      vhosts: '{"/":{"configure":".*","write":".*","read":".*"}}',
      tags: 'management',
      vhost_topics: '{"/":{"amq.topic":{"write":".*","read":".*"}}}'
    }),
    get('rabbitmq: role read', '/v1/rabbitmq/roles/app'),
    post('rabbitmq: role, nothing', '/v1/rabbitmq/roles/x', {}),
    post('rabbitmq: role, bad vhosts', '/v1/rabbitmq/roles/x', { vhosts: '{' }),
    list('rabbitmq: roles', '/v1/rabbitmq/roles'),
    get('rabbitmq: creds, not there', '/v1/rabbitmq/creds/app'),
    get('rabbitmq: creds, unknown role', '/v1/rabbitmq/creds/none'),
    // kubernetes
    post('kubernetes: enable', '/v1/sys/mounts/kubernetes', { type: 'kubernetes' }),
    get('kubernetes: config at first', '/v1/kubernetes/config'),
    post('kubernetes: config without a host', '/v1/kubernetes/config', {}),
    post('kubernetes: config', '/v1/kubernetes/config', {
      kubernetes_host: 'https://127.0.0.1:1',
      kubernetes_ca_cert: outsideCa,
      service_account_jwt: 'eyJ',
      disable_local_ca_jwt: true
    }),
    get('kubernetes: config read', '/v1/kubernetes/config', seen),
    post('kubernetes: role without namespaces', '/v1/kubernetes/roles/x', { service_account_name: 'app' }),
    post('kubernetes: role without account', '/v1/kubernetes/roles/x', { allowed_kubernetes_namespaces: '*' }),
    post('kubernetes: role', '/v1/kubernetes/roles/app', {
      service_account_name: 'app',
      allowed_kubernetes_namespaces: 'default,dev',
      token_default_ttl: '10m',
      token_max_ttl: '1h'
    }),
    get('kubernetes: role read', '/v1/kubernetes/roles/app'),
    post('kubernetes: role, ttl above max', '/v1/kubernetes/roles/x', {
      service_account_name: 'app',
      allowed_kubernetes_namespaces: '*',
      token_default_ttl: '2h',
      token_max_ttl: '1h'
    }),
    list('kubernetes: roles', '/v1/kubernetes/roles'),
    post('kubernetes: creds, not there', '/v1/kubernetes/creds/app', { kubernetes_namespace: 'default' }),
    post('kubernetes: creds, other namespace', '/v1/kubernetes/creds/app', { kubernetes_namespace: 'secret' }),
    post('kubernetes: creds without namespace', '/v1/kubernetes/creds/app', {}),
    post('kubernetes: creds, unknown role', '/v1/kubernetes/creds/none', { kubernetes_namespace: 'default' }),
    // directories
    post('ldap: enable', '/v1/sys/mounts/ldap', { type: 'ldap' }),
    get('ldap: config at first', '/v1/ldap/config'),
    post('ldap: config without binding', '/v1/ldap/config', { url: 'ldap://127.0.0.1:1' }),
    post('ldap: config', '/v1/ldap/config', {
      url: 'ldap://127.0.0.1:1',
      binddn: 'cn=admin',
      bindpass: 'secret',
      connection_timeout: 2,
      request_timeout: 2
    }),
    get('ldap: config read', '/v1/ldap/config'),
    post('ldap: static role, not there', '/v1/ldap/static-role/app', {
      username: 'app', dn: 'cn=app', rotation_period: '24h'
    }),
    post('ldap: static role without user', '/v1/ldap/static-role/x', { dn: 'cn=app', rotation_period: '24h' }),
    list('ldap: static roles', '/v1/ldap/static-role'),
    get('ldap: static creds, unknown', '/v1/ldap/static-cred/none'),
    post('ldap: role', '/v1/ldap/role/dyn', {
      creation_ldif: Buffer.from('dn: cn=x,dc=example,dc=com\nobjectClass: person\ncn: x\nsn: x\n').toString('base64'),
      deletion_ldif: Buffer.from('dn: cn=x,dc=example,dc=com\nchangetype: delete\n').toString('base64'),
      default_ttl: '1h',
      max_ttl: '2h'
    }),
    get('ldap: role read', '/v1/ldap/role/dyn'),
    get('ldap: creds, not there', '/v1/ldap/creds/dyn')
  ]
}
