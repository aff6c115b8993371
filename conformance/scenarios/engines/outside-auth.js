// Auth methods whose other side is not there: cert, ldap, github, aws and others.
import { activeNode, get, post, del, list } from '../steps.js'

import { outsideCa } from '../material.js'

// Auth methods whose other side is not there: port 1 of the loopback address is closed.
const anon = { noToken: true }
const seen = { keep: ['certificate', 'ttl', 'token_ttl'] }

export default {
  start: 'active',
  steps: [
    ...activeNode,
    // client certificates
    post('cert: enable', '/v1/sys/auth/cert', { type: 'cert' }),
    get('cert: config', '/v1/auth/cert/config'),
    post('cert: config write', '/v1/auth/cert/config', { disable_binding: true, ocsp_cache_size: 50 }),
    get('cert: config after', '/v1/auth/cert/config'),
    list('cert: none', '/v1/auth/cert/certs'),
    post('cert: bad', '/v1/auth/cert/certs/x', { certificate: 'abc' }),
    post('cert: nothing', '/v1/auth/cert/certs/x', {}),
    post('cert: write', '/v1/auth/cert/certs/web', {
      certificate: outsideCa,
      display_name: 'web',
      token_policies: 'reader',
      token_ttl: '1h',
      allowed_common_names: 'a.example.com',
      allowed_dns_sans: ['*.example.com'],
      required_extensions: '1.2.3:x'
    }),
    get('cert: read', '/v1/auth/cert/certs/web', seen),
    list('cert: list', '/v1/auth/cert/certs'),
    post('cert: login over plain HTTP', '/v1/auth/cert/login', {}, anon),
    post('cert: login with a name', '/v1/auth/cert/login', { name: 'web' }, anon),
    get('cert: crl unknown', '/v1/auth/cert/crls/none'),
    post('cert: crl bad', '/v1/auth/cert/crls/x', { crl: 'abc' }),
    list('cert: crls', '/v1/auth/cert/crls'),
    del('cert: delete', '/v1/auth/cert/certs/web'),
    get('cert: read after', '/v1/auth/cert/certs/web'),
    // ldap
    post('ldap: enable', '/v1/sys/auth/ldap', { type: 'ldap' }),
    get('ldap: config at first', '/v1/auth/ldap/config'),
    post('ldap: login before the config', '/v1/auth/ldap/login/ann', { password: 'pw' }, anon),
    post('ldap: config', '/v1/auth/ldap/config', {
      url: 'ldap://127.0.0.1:1',
      userdn: 'ou=Users,dc=example,dc=com',
      userattr: 'uid',
      groupdn: 'ou=Groups,dc=example,dc=com',
      binddn: 'cn=admin,dc=example,dc=com',
      bindpass: 'secret',
      token_policies: 'reader',
      connection_timeout: 2,
      request_timeout: 2
    }),
    get('ldap: config read', '/v1/auth/ldap/config', seen),
    post('ldap: config, bad tls version', '/v1/auth/ldap/config', { tls_min_version: 'ssl3' }),
    post('ldap: config, bad certificate', '/v1/auth/ldap/config', { certificate: 'abc' }),
    post('ldap: login, server not there', '/v1/auth/ldap/login/ann', { password: 'pw' }, anon),
    post('ldap: login, no password', '/v1/auth/ldap/login/ann', {}, anon),
    post('ldap: config, bad url', '/v1/auth/ldap/config', { url: 'http://127.0.0.1:1' }),
    post('ldap: login, bad url', '/v1/auth/ldap/login/ann', { password: 'pw' }, anon),
    post('ldap: user', '/v1/auth/ldap/users/Ann', { policies: 'b,a', groups: 'dev' }),
    get('ldap: user read', '/v1/auth/ldap/users/Ann'),
    get('ldap: user read, lower case', '/v1/auth/ldap/users/ann'),
    list('ldap: users', '/v1/auth/ldap/users'),
    post('ldap: group', '/v1/auth/ldap/groups/dev', { policies: ['reader'] }),
    get('ldap: group read', '/v1/auth/ldap/groups/dev'),
    list('ldap: groups', '/v1/auth/ldap/groups'),
    del('ldap: user delete', '/v1/auth/ldap/users/Ann'),
    get('ldap: user unknown', '/v1/auth/ldap/users/none'),
    // radius
    post('radius: enable', '/v1/sys/auth/radius', { type: 'radius' }),
    get('radius: config at first', '/v1/auth/radius/config'),
    post('radius: login before the config', '/v1/auth/radius/login/ann', { password: 'pw' }, anon),
    post('radius: config, no host', '/v1/auth/radius/config', { secret: 'x' }),
    post('radius: config', '/v1/auth/radius/config', {
      host: '127.0.0.1',
      port: 1,
      secret: 'x',
      dial_timeout: 2,
      read_timeout: 2,
      unregistered_user_policies: 'reader'
    }),
    get('radius: config read', '/v1/auth/radius/config', seen),
    post('radius: login without password', '/v1/auth/radius/login/ann', {}, anon),
    post('radius: user', '/v1/auth/radius/users/ann', { policies: 'reader' }),
    get('radius: user read', '/v1/auth/radius/users/ann'),
    list('radius: users', '/v1/auth/radius/users'),
    del('radius: user delete', '/v1/auth/radius/users/ann'),
    // github
    post('github: enable', '/v1/sys/auth/github', { type: 'github' }),
    get('github: config at first', '/v1/auth/github/config'),
    post('github: config without organization', '/v1/auth/github/config', {}),
    post('github: config', '/v1/auth/github/config', {
      organization: 'acme', organization_id: 42, base_url: 'http://127.0.0.1:1/', token_policies: 'reader'
    }),
    get('github: config read', '/v1/auth/github/config', seen),
    post('github: config, bad url', '/v1/auth/github/config', { organization: 'acme', base_url: '%zz' }),
    post('github: login, server not there', '/v1/auth/github/login', { token: 'abc' }, anon),
    post('github: login without token', '/v1/auth/github/login', {}, anon),
    post('github: team', '/v1/auth/github/map/teams/dev', { value: 'reader' }),
    get('github: team read', '/v1/auth/github/map/teams/dev'),
    list('github: teams', '/v1/auth/github/map/teams'),
    post('github: user', '/v1/auth/github/map/users/ann', { value: 'a,b' }),
    get('github: user read', '/v1/auth/github/map/users/ann'),
    get('github: user unknown', '/v1/auth/github/map/users/none'),
    // okta
    post('okta: enable', '/v1/sys/auth/okta', { type: 'okta' }),
    get('okta: config at first', '/v1/auth/okta/config'),
    post('okta: login before the config', '/v1/auth/okta/login/ann', { password: 'pw' }, anon),
    post('okta: config without organization', '/v1/auth/okta/config', {}),
    post('okta: config', '/v1/auth/okta/config', { org_name: 'acme', base_url: 'oktapreview.com', token_ttl: '1h' }),
    get('okta: config read', '/v1/auth/okta/config', seen),
    post('okta: user', '/v1/auth/okta/users/ann@example.com', { policies: 'reader', groups: 'dev' }),
    get('okta: user read', '/v1/auth/okta/users/ann@example.com'),
    post('okta: group', '/v1/auth/okta/groups/dev', { policies: 'reader' }),
    get('okta: group read', '/v1/auth/okta/groups/dev'),
    list('okta: groups', '/v1/auth/okta/groups'),
    // kerberos
    post('kerberos: enable', '/v1/sys/auth/kerberos', {
      type: 'kerberos',
      passthrough_request_headers: 'Authorization',
      allowed_response_headers: 'www-authenticate'
    }),
    get('kerberos: config at first', '/v1/auth/kerberos/config'),
    post('kerberos: config, bad', '/v1/auth/kerberos/config', { keytab: '!', service_account: 'x' }),
    post('kerberos: login before the config', '/v1/auth/kerberos/login', {}, anon),
    // the clouds
    post('aws: enable', '/v1/sys/auth/aws', { type: 'aws' }),
    get('aws: client at first', '/v1/auth/aws/config/client'),
    post('aws: client', '/v1/auth/aws/config/client', {
      access_key: 'AKIA1',
      secret_key: 's',
      sts_endpoint: 'http://127.0.0.1:1',
      iam_server_id_header_value: 'vault.test',
      max_retries: 0
    }),
    get('aws: client read', '/v1/auth/aws/config/client'),
    post('aws: role', '/v1/auth/aws/role/app', {
      auth_type: 'iam',
      bound_iam_principal_arn: 'arn:aws:iam::123456789012:role/app',
      resolve_aws_unique_ids: false,
      token_policies: 'reader'
    }),
    get('aws: role read', '/v1/auth/aws/role/app', seen),
    post('aws: role without bounds', '/v1/auth/aws/role/x', { auth_type: 'iam' }),
    post('aws: role, ec2', '/v1/auth/aws/role/vm', { auth_type: 'ec2', bound_ami_id: 'ami-1' }),
    list('aws: roles', '/v1/auth/aws/roles'),
    post('aws: login, nothing', '/v1/auth/aws/login', { role: 'app' }, anon),
    post(
      'aws: login without server id', '/v1/auth/aws/login',
      {
        role: 'app',
        iam_http_request_method: 'POST',
        iam_request_url: Buffer.from('https://sts.amazonaws.com/').toString('base64'),
        iam_request_body: Buffer.from('Action=GetCallerIdentity&Version=2011-06-15').toString('base64'),
        iam_request_headers: Buffer.from('{"Authorization":["AWS4-HMAC-SHA256 Credential=x"]}').toString('base64')
      },
      anon
    ),
    get('aws: identity config', '/v1/auth/aws/config/identity'),
    post('gcp: enable', '/v1/sys/auth/gcp', { type: 'gcp' }),
    get('gcp: config at first', '/v1/auth/gcp/config'),
    post('gcp: role', '/v1/auth/gcp/role/app', {
      type: 'iam', bound_service_accounts: 'app@acme.iam.gserviceaccount.com', token_policies: 'reader'
    }),
    get('gcp: role read', '/v1/auth/gcp/role/app', seen),
    post('gcp: role without type', '/v1/auth/gcp/role/x', {}),
    post('gcp: login without token', '/v1/auth/gcp/login', { role: 'app' }, anon),
    post('azure: enable', '/v1/sys/auth/azure', { type: 'azure' }),
    get('azure: config at first', '/v1/auth/azure/config'),
    post('azure: config', '/v1/auth/azure/config', {
      tenant_id: 't', resource: 'https://vault.test', client_id: 'c', client_secret: 's'
    }),
    get('azure: config read', '/v1/auth/azure/config'),
    post('azure: role', '/v1/auth/azure/role/app', { bound_subscription_ids: 's1', token_policies: 'reader' }),
    get('azure: role read', '/v1/auth/azure/role/app', seen),
    list('azure: roles', '/v1/auth/azure/role'),
    post('azure: login without token', '/v1/auth/azure/login', { role: 'app' }, anon)
  ]
}
