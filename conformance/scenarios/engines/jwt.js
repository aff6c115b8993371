// The jwt auth method: configuration, roles, log-ins with tokens of every defect.
import { activeNode, get, post, del, list } from '../steps.js'

import { jwtRsaPublic, jwtEcPublic, jwts } from '../material.js'

const J = '/v1/auth/jwt'
const anon = { noToken: true }
const login = (id, role, jwt, more = {}) => post(id, `${J}/login`, { ...(role && { role }), jwt }, { ...anon, ...more })
const seen = { keep: ['jwt_validation_pubkeys', 'token_ttl', 'ttl'] }
const base = { role_type: 'jwt', user_claim: 'sub', bound_audiences: 'vault', token_policies: 'reader' }

export default {
  start: 'active',
  steps: [
    ...activeNode,
    post('enable', '/v1/sys/auth/jwt', { type: 'jwt' }),
    get('mount', '/v1/sys/auth/jwt'),
    get('config at first', `${J}/config`),
    login('login before the config', 'r', jwts.good),
    list('no roles', `${J}/role`),
    post('config, nothing', `${J}/config`, {}),
    post('config, two ways at once', `${J}/config`, {
      jwks_url: 'http://127.0.0.1:1/jwks', jwt_validation_pubkeys: [jwtRsaPublic]
    }),
    post('config, bad key', `${J}/config`, { jwt_validation_pubkeys: ['nonsense'] }),
    post('config, unreachable keys', `${J}/config`, { jwks_url: 'http://127.0.0.1:1/jwks' }),
    post('config, unreachable discovery', `${J}/config`, { oidc_discovery_url: 'http://127.0.0.1:1' }),
    post('config, bad algorithm', `${J}/config`, {
      jwt_validation_pubkeys: [jwtRsaPublic], jwt_supported_algs: ['XX']
    }),
    post('config', `${J}/config`, {
      jwt_validation_pubkeys: [jwtRsaPublic, jwtEcPublic],
      bound_issuer: 'https://issuer.test/',
      default_role: 'plain'
    }),
    get('config read', `${J}/config`, seen),
    // roles
    post('role', `${J}/role/plain`, { ...base, token_ttl: '20m' }),
    get('role read', `${J}/role/plain`, seen),
    post('role, everything', `${J}/role/full`, {
      ...base,
      groups_claim: 'groups',
      claim_mappings: { email: 'mail', '/team/name': 'team', absent: 'absent' },
      bound_claims: { '/team/name': ['blue', 'green'] },
      bound_subject: 'ann',
      token_ttl: '1h',
      token_max_ttl: '2h',
      token_num_uses: 3,
      token_no_default_policy: true,
      token_bound_cidrs: '127.0.0.0/8',
      token_type: 'service',
      verbose_oidc_logging: true,
      clock_skew_leeway: 10,
      expiration_leeway: 20,
      not_before_leeway: 30
    }),
    get('role, everything, read', `${J}/role/full`, seen),
    post('role without user claim', `${J}/role/x`, { role_type: 'jwt', bound_audiences: 'vault' }),
    post('role without bounds', `${J}/role/x`, { role_type: 'jwt', user_claim: 'sub' }),
    post('role of an unknown type', `${J}/role/x`, { ...base, role_type: 'saml' }),
    post('role, oidc without redirects', `${J}/role/x`, { user_claim: 'sub' }),
    post('role, oidc', `${J}/role/browser`, {
      user_claim: 'sub',
      allowed_redirect_uris: 'http://localhost:8250/oidc/callback',
      oidc_scopes: 'profile'
    }),
    get('role, oidc, read', `${J}/role/browser`, seen),
    post('role, ttl above max', `${J}/role/x`, { ...base, token_ttl: '2h', token_max_ttl: '1h' }),
    post('role, bad claims type', `${J}/role/x`, { ...base, bound_claims_type: 'x' }),
    post('role, glob claims', `${J}/role/glob`, {
      ...base, bound_claims_type: 'glob', bound_claims: { email: '*@example.com' }
    }),
    post('role, glob not a string', `${J}/role/x`, { ...base, bound_claims_type: 'glob', bound_claims: { level: 5 } }),
    post('role, mapping a reserved name', `${J}/role/x`, { ...base, claim_mappings: { email: 'role' } }),
    post('role, two mappings to one', `${J}/role/x`, { ...base, claim_mappings: { email: 'a', level: 'a' } }),
    post('role, batch with uses', `${J}/role/x`, { ...base, token_type: 'batch', token_num_uses: 2 }),
    list('roles', `${J}/role`),
    get('role unknown', `${J}/role/none`),
    // logging in
    login('login', 'plain', jwts.good, { save: { token: 'auth.client_token', entity: 'auth.entity_id' } }),
    login('login again', 'plain', jwts.good, {
      save: { same: (json, vars) => String(json.auth.entity_id === vars.entity) }
    }),
    post('same entity', '/v1/sys/tools/hash', { input: '{{same}}' }),
    login('login by the default role', undefined, jwts.good),
    login('login by the other key', 'plain', jwts.byEc),
    login('login by everything', 'full', jwts.good),
    login('login by globs', 'glob', jwts.good),
    get('token', '/v1/auth/token/lookup-self', { token: '{{token}}' }),
    get('groups of the entity', '/v1/identity/group/id?list=true', {
      maskWith: (b) => (b.data ? Object.values(b.data.key_info) : b)
    }),
    get('entity', '/v1/identity/entity/id/{{entity}}'),
    login('login, unknown role', 'none', jwts.good),
    login('login, role of the other type', 'browser', jwts.good),
    login('login, forged', 'plain', jwts.forged),
    login('login, expired', 'plain', jwts.expired),
    login('login, too early', 'plain', jwts.early),
    login('login, other audience', 'plain', jwts.otherAudience),
    login('login, no audience', 'plain', jwts.noAudience),
    login('login, other issuer', 'plain', jwts.otherIssuer),
    login('login, no subject', 'plain', jwts.noSubject),
    login('login, no times', 'plain', jwts.noTimes),
    login('login, unsigned', 'plain', jwts.unsigned),
    login('login, nonsense', 'plain', 'abc'),
    login('login, no token', 'plain', ''),
    login('login, other subject', 'full', jwts.bob),
    login('login, no groups', 'full', jwts.noGroups),
    login('login, odd groups', 'full', jwts.oddGroups),
    post('role, claim that must be', `${J}/role/claim`, { ...base, bound_claims: { '/team/name': 'red' } }),
    login('login, other claim', 'claim', jwts.good),
    login('login, right claim', 'claim', jwts.bob),
    post('role, claim that is missing', `${J}/role/claim2`, { ...base, bound_claims: { nowhere: 'x' } }),
    login('login, missing claim', 'claim2', jwts.good),
    post('role, audience not asked', `${J}/role/claim3`, {
      role_type: 'jwt', user_claim: 'email', bound_subject: 'ann'
    }),
    login('login, audience not expected', 'claim3', jwts.good),
    login('login, none there none asked', 'claim3', jwts.noAudience),
    post('role, nested user claim', `${J}/role/nested`, {
      ...base, user_claim: '/team/name', user_claim_json_pointer: true
    }),
    login('login, nested user claim', 'nested', jwts.good),
    post('role, user claim not a string', `${J}/role/number`, { ...base, user_claim: 'level' }),
    login('login, user claim not a string', 'number', jwts.good),
    post('role, mapping of a number', `${J}/role/level`, { ...base, claim_mappings: { level: 'level' } }),
    login('login, mapping of a number', 'level', jwts.good),
    post('role, batch tokens', `${J}/role/batch`, { ...base, token_type: 'batch' }),
    login('login, batch token', 'batch', jwts.good),
    // the browser's way
    post(
      'auth url without discovery', `${J}/oidc/auth_url`,
      { role: 'browser', redirect_uri: 'http://localhost:8250/oidc/callback' },
      anon
    ),
    get('callback without state', `${J}/oidc/callback`, anon),
    del('delete role', `${J}/role/plain`),
    login('login after deletion', 'plain', jwts.good),
    get('unknown path', `${J}/nowhere`)
  ]
}
