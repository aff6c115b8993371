// The kubernetes auth method, with an API server that is not there.
import { activeNode, get, post, del, list } from '../steps.js'

import { jwtRsaPublic, outsideCa, jwts, serviceAccounts } from '../material.js'

const K = '/v1/auth/kubernetes'
const anon = { noToken: true }
const login = (id, role, jwt) => post(id, `${K}/login`, { role, jwt }, anon)
const seen = { keep: ['pem_keys', 'kubernetes_ca_cert', 'token_ttl', 'ttl'] }

export default {
  start: 'active',
  steps: [
    ...activeNode,
    post('enable', '/v1/sys/auth/kubernetes', { type: 'kubernetes' }),
    get('config at first', `${K}/config`),
    login('login before the config', 'r', serviceAccounts.app),
    post('config without a host', `${K}/config`, {}),
    post('config without the local authority', `${K}/config`, { kubernetes_host: 'http://127.0.0.1:1' }),
    post('config, bad keys', `${K}/config`, {
      kubernetes_host: 'http://127.0.0.1:1', kubernetes_ca_cert: outsideCa, pem_keys: ['nonsense']
    }),
    post('config, bad reviewer', `${K}/config`, {
      kubernetes_host: 'http://127.0.0.1:1', kubernetes_ca_cert: outsideCa, token_reviewer_jwt: 'abc'
    }),
    post('config', `${K}/config`, {
      kubernetes_host: 'http://127.0.0.1:1',
      kubernetes_ca_cert: outsideCa,
      token_reviewer_jwt: serviceAccounts.app,
      disable_local_ca_jwt: true
    }),
    get('config read', `${K}/config`, seen),
    list('no roles', `${K}/role`),
    post('role', `${K}/role/app`, {
      bound_service_account_names: 'app',
      bound_service_account_namespaces: 'default',
      token_policies: ['reader'],
      token_ttl: '10m'
    }),
    get('role read', `${K}/role/app`, seen),
    post('role, everything', `${K}/role/all`, {
      bound_service_account_names: '*',
      bound_service_account_namespaces: ['a', 'b'],
      audience: 'vault',
      alias_name_source: 'serviceaccount_name',
      token_period: '1h',
      token_type: 'service'
    }),
    get('role, everything, read', `${K}/role/all`, seen),
    post('role, old names', `${K}/role/old`, {
      bound_service_account_names: 'app',
      bound_service_account_namespaces: 'default',
      policies: 'reader',
      ttl: '5m',
      max_ttl: '10m'
    }),
    get('role, old names, read', `${K}/role/old`, seen),
    post('role without names', `${K}/role/x`, { bound_service_account_namespaces: 'default' }),
    post('role without namespaces', `${K}/role/x`, { bound_service_account_names: 'app' }),
    post('role, star among names', `${K}/role/x`, {
      bound_service_account_names: '*,app', bound_service_account_namespaces: 'default'
    }),
    post('role, star among namespaces', `${K}/role/x`, {
      bound_service_account_names: 'app', bound_service_account_namespaces: '*,default'
    }),
    post('role, bad alias source', `${K}/role/x`, {
      bound_service_account_names: 'app', bound_service_account_namespaces: 'default', alias_name_source: 'x'
    }),
    post('role, ttl above max', `${K}/role/x`, {
      bound_service_account_names: 'app',
      bound_service_account_namespaces: 'default',
      token_ttl: '2h',
      token_max_ttl: '1h'
    }),
    list('roles', `${K}/role`),
    get('role unknown', `${K}/role/none`),
    login('login, cluster not there', 'app', serviceAccounts.app),
    login('login, wrong account', 'app', serviceAccounts.intruder),
    login('login, token of something else', 'app', jwts.good),
    login('login, nonsense', 'app', 'abc'),
    login('login, no token', 'app', ''),
    login('login, unknown role', 'none', serviceAccounts.app),
    post('login, no role', `${K}/login`, { jwt: serviceAccounts.app }, anon),
    post('config with keys', `${K}/config`, {
      kubernetes_host: 'http://127.0.0.1:1',
      kubernetes_ca_cert: outsideCa,
      pem_keys: [jwtRsaPublic],
      disable_local_ca_jwt: true,
      issuer: 'kubernetes/serviceaccount',
      disable_iss_validation: false
    }),
    get('config with keys, read', `${K}/config`, seen),
    login('login with keys, cluster not there', 'app', serviceAccounts.app),
    login('login with keys, audience', 'all', serviceAccounts.app),
    del('delete role', `${K}/role/app`),
    login('login after deletion', 'app', serviceAccounts.app),
    del('delete config', `${K}/config`),
    get('unknown path', `${K}/nowhere`)
  ]
}
