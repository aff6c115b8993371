// The pki engine: authorities, roles, certificates, revocation.
import { activeNode, get, put, post, del, list } from '../steps.js'

import { csrRsa, csrEc, outsideCa, outsideCaKey } from '../material.js'

const P = '/v1/pki'
const anon = { noToken: true }
const ttls = { keep: ['ttl'] }
// the lease runs until the certificate does, a fraction of a second less than was asked for
const leased = { hide: { lease_duration: 'number', 'data.ttl': 'number' } }

export default {
  start: 'active',
  steps: [
    ...activeNode,
    post('enable', '/v1/sys/mounts/pki', { type: 'pki', config: { max_lease_ttl: '87600h' } }),
    get('mount tune', '/v1/sys/mounts/pki/tune'),
    // before there is an authority
    get('ca pem, none yet', `${P}/ca/pem`, anon),
    get('ca, none yet', `${P}/ca`, anon),
    get('ca chain, none yet', `${P}/ca_chain`, anon),
    get('crl, none yet', `${P}/crl`, anon),
    get('cert ca, none yet', `${P}/cert/ca`, anon),
    list('issuers, none yet', `${P}/issuers`),
    list('certs, none yet', `${P}/certs`),
    list('roles, none yet', `${P}/roles`),
    post(
      'role before the root', `${P}/roles/web`,
      { allowed_domains: 'example.com', allow_subdomains: true, max_ttl: '72h' },
      ttls
    ),
    post('issue before the root', `${P}/issue/web`, { common_name: 'a.example.com' }),
    get('urls at first', `${P}/config/urls`),
    get('issuers config at first', `${P}/config/issuers`),
    get('keys config at first', `${P}/config/keys`),
    get('crl config at first', `${P}/config/crl`),
    get('cluster config at first', `${P}/config/cluster`),
    get('auto-tidy config at first', `${P}/config/auto-tidy`),
    get('acme config at first', `${P}/config/acme`),
    get('acme directory, disabled', `${P}/acme/directory`, anon),
    // roots
    post('root of an unknown kind', `${P}/root/generate/other`, { common_name: 'x' }),
    post('root with a bad key type', `${P}/root/generate/internal`, { common_name: 'x', key_type: 'dsa' }),
    post('root with bad key bits', `${P}/root/generate/internal`, { common_name: 'x', key_bits: 1000 }),
    post(
      'root', `${P}/root/generate/internal`,
      { common_name: 'Root One', ttl: '8760h', issuer_name: 'one', key_name: 'key-one' },
      { save: { caSerial: 'data.serial_number', issuerId: 'data.issuer_id', keyId: 'data.key_id' } }
    ),
    post(
      'second root, exported, with a full name', `${P}/root/generate/exported`,
      {
        common_name: 'Root Two',
        organization: 'Acme',
        ou: 'Unit',
        country: 'DE',
        locality: 'Berlin',
        province: 'BE',
        street_address: 'Way 1',
        postal_code: '10115',
        ttl: '4380h',
        key_type: 'ec',
        key_bits: 256,
        issuer_name: 'two',
        permitted_dns_domains: 'example.com',
        max_path_length: 1,
        alt_names: 'root.example.com',
        ip_sans: '127.0.0.1'
      },
      { save: { two: 'data.issuer_id' } }
    ),
    post('root with a name that is taken', `${P}/root/generate/internal`, { common_name: 'x', issuer_name: 'one' }),
    post('root with a bad issuer name', `${P}/root/generate/internal`, { common_name: 'x', issuer_name: 'default' }),
    post('urls', `${P}/config/urls`, {
      issuing_certificates: 'http://127.0.0.1:8200/v1/pki/ca',
      crl_distribution_points: ['http://127.0.0.1:8200/v1/pki/crl'],
      ocsp_servers: ''
    }),
    get('urls after', `${P}/config/urls`),
    post('urls, bad', `${P}/config/urls`, { issuing_certificates: 'not a url' }),
    // the authority's own certificate
    get('ca, der', `${P}/ca`, anon),
    get('ca, pem', `${P}/ca/pem`, anon),
    get('ca chain', `${P}/ca_chain`, anon),
    get('cert ca', `${P}/cert/ca`, anon),
    get('cert ca raw', `${P}/cert/ca/raw`, anon),
    get('cert ca raw pem', `${P}/cert/ca/raw/pem`, anon),
    get('cert ca_chain', `${P}/cert/ca_chain`, anon),
    get('cert crl', `${P}/cert/crl`, anon),
    get('crl, der', `${P}/crl`, anon),
    get('crl, pem', `${P}/crl/pem`, anon),
    get('delta crl, pem', `${P}/crl/delta/pem`, anon),
    // roles
    post('role with defaults', `${P}/roles/plain`, {}, ttls),
    get('role with defaults, read', `${P}/roles/plain`, ttls),
    get('role read', `${P}/roles/web`, ttls),
    get('role unknown', `${P}/roles/none`),
    post('role, ttl above max', `${P}/roles/x`, { ttl: '10h', max_ttl: '1h' }),
    post('role, bad key type', `${P}/roles/x`, { key_type: 'dsa' }),
    post('role, bad key bits', `${P}/roles/x`, { key_type: 'rsa', key_bits: 123 }),
    post('role, bad issuer', `${P}/roles/ghostly`, { issuer_ref: 'ghost' }, ttls),
    post('role, bad policy identifiers', `${P}/roles/x`, { policy_identifiers: 'x.y' }),
    post(
      'role any', `${P}/roles/any`,
      {
        allow_any_name: true,
        key_type: 'ec',
        key_bits: 256,
        ttl: '1h',
        generate_lease: true,
        organization: 'Acme',
        ou: ['A', 'B'],
        issuer_ref: 'one',
        ext_key_usage: ['ClientAuth'],
        client_flag: true,
        server_flag: false,
        not_before_duration: '1m'
      },
      ttls
    ),
    get('role any, read', `${P}/roles/any`, ttls),
    {
      id: 'role patch',
      method: 'PATCH',
      path: `${P}/roles/web`,
      body: { max_ttl: '48h', allow_bare_domains: true },
      headers: { 'Content-Type': 'application/merge-patch+json' },
      ...ttls
    },
    list('roles', `${P}/roles`),
    // issuing
    post('issue', `${P}/issue/web`, { common_name: 'a.example.com' }, { save: { serial: 'data.serial_number' } }),
    post('issue with names', `${P}/issue/web`, {
      common_name: 'b.example.com',
      alt_names: 'c.example.com,d.example.com',
      ip_sans: '10.1.2.3,::1',
      uri_sans: 'spiffe://x/y',
      ttl: '2h'
    }),
    post('issue with allowed names', `${P}/issue/web`, {
      common_name: 'b.example.com',
      alt_names: 'c.example.com,example.com',
      ip_sans: '10.1.2.3',
      ttl: '2h',
      exclude_cn_from_sans: true
    }),
    post('issue, pem bundle', `${P}/issue/web`, { common_name: 'p.example.com', format: 'pem_bundle' }),
    post('issue, der', `${P}/issue/web`, { common_name: 'p.example.com', format: 'der' }, {
      hide: {
        'data.certificate': 'base64',
        'data.issuing_ca': 'base64',
        'data.ca_chain.*': 'base64',
        'data.private_key': 'base64'
      }
    }),
    post('issue, pkcs8', `${P}/issue/web`, { common_name: 'p.example.com', private_key_format: 'pkcs8' }),
    post('issue, bad format', `${P}/issue/web`, { common_name: 'p.example.com', format: 'x' }),
    post('issue, name not allowed', `${P}/issue/web`, { common_name: 'other.org' }),
    post('issue, alternative name not allowed', `${P}/issue/web`, {
      common_name: 'a.example.com', alt_names: 'other.org'
    }),
    post('issue, wildcard', `${P}/issue/web`, { common_name: '*.example.com' }),
    post('issue, ttl above the maximum', `${P}/issue/web`, { common_name: 'a.example.com', ttl: '100h' }),
    post('issue, not_after beyond the authority', `${P}/issue/web`, {
      common_name: 'a.example.com', not_after: '2099-01-01T00:00:00Z'
    }),
    post('issue, ttl and not_after', `${P}/issue/web`, {
      common_name: 'a.example.com', ttl: '1h', not_after: '2099-01-01T00:00:00Z'
    }),
    post('issue without a name', `${P}/issue/web`, {}),
    post('issue, unknown role', `${P}/issue/none`, { common_name: 'a.example.com' }),
    post('issue, role of an unknown issuer', `${P}/issue/ghostly`, { common_name: 'a.example.com' }),
    post('issue with a lease', `${P}/issue/any`, { common_name: 'whatever' }, {
      ...leased, save: { lease: 'lease_id', leased: 'data.serial_number' }
    }),
    put('lease lookup', '/v1/sys/leases/lookup', { lease_id: '{{lease}}' }),
    put('lease renew', '/v1/sys/leases/renew', { lease_id: '{{lease}}' }),
    list('leases', '/v1/sys/leases/lookup/pki/issue/any/'),
    post('issue by a certain issuer', `${P}/issuer/two/issue/web`, { common_name: 'a.example.com', ttl: '1h' }),
    post('issue by an unknown issuer', `${P}/issuer/ghost/issue/web`, { common_name: 'a.example.com' }),
    // signing
    post('sign', `${P}/sign/web`, { csr: csrRsa, common_name: 'www.example.com' }),
    post('sign, names of the request not allowed', `${P}/sign/web`, { csr: csrEc }),
    post('sign without a request', `${P}/sign/web`, { common_name: 'a.example.com' }),
    post('sign nonsense', `${P}/sign/web`, { csr: 'abc' }),
    post('sign for any', `${P}/sign/any`, { csr: csrEc, ttl: '10m' }, leased),
    post('sign for any, key of another type', `${P}/sign/any`, { csr: csrRsa }),
    post('sign-verbatim', `${P}/sign-verbatim`, { csr: csrRsa, ttl: '1h' }),
    post('sign-verbatim with a role', `${P}/sign-verbatim/web`, {
      csr: csrEc, ttl: '1h', key_usage: ['CertSign'], ext_key_usage: ['EmailProtection']
    }),
    post('sign-verbatim, unknown role', `${P}/sign-verbatim/none`, { csr: csrEc }),
    // intermediates
    post('enable another', '/v1/sys/mounts/int', { type: 'pki' }),
    post(
      'intermediate request', '/v1/int/intermediate/generate/internal',
      { common_name: 'Int One', key_type: 'ec' }, { save: { csr: 'data.csr', intKey: 'data.key_id' } }
    ),
    post('intermediate request, exported', '/v1/int/intermediate/generate/exported', {
      common_name: 'Int Two', format: 'pem_bundle'
    }),
    post('intermediate request without a name', '/v1/int/intermediate/generate/internal', {}),
    post(
      'sign-intermediate', `${P}/root/sign-intermediate`,
      { csr: '{{csr}}', common_name: 'Int One', ttl: '100h', max_path_length: 0 },
      { save: { intCert: 'data.certificate', caPem: 'data.issuing_ca' } }
    ),
    post('sign-intermediate without a name', `${P}/root/sign-intermediate`, { csr: '{{csr}}' }),
    post('sign-intermediate, use the request', `${P}/root/sign-intermediate`, { csr: '{{csr}}', use_csr_values: true }),
    post('sign-intermediate, bad request', `${P}/root/sign-intermediate`, { csr: 'abc', common_name: 'x' }),
    post(
      'set-signed', '/v1/int/intermediate/set-signed', { certificate: '{{intCert}}\n{{caPem}}' },
      { save: { imported: 'data.imported_issuers.0' } }
    ),
    post('set-signed nothing', '/v1/int/intermediate/set-signed', {}),
    post('set-signed of nonsense', '/v1/int/intermediate/set-signed', { certificate: 'abc' }),
    list('issuers of the intermediate', '/v1/int/issuers', {
      maskWith: (b) => ({ keys: b.data.keys.length, warnings: b.warnings })
    }),
    post('role of the intermediate', '/v1/int/roles/r', { allow_any_name: true }, ttls),
    post('issue by the intermediate', '/v1/int/issue/r', { common_name: 'leaf', ttl: '1h' }),
    get('ca chain of the intermediate', '/v1/int/ca_chain', anon),
    get('cert ca_chain of the intermediate', '/v1/int/cert/ca_chain', anon),
    get('issuer of the intermediate', '/v1/int/issuer/default'),
    post(
      'import an outside authority', '/v1/int/issuers/import/bundle',
      { pem_bundle: outsideCa + outsideCaKey },
      { maskWith: (b) => ({ ...b, data: { ...b.data, mapping: Object.keys(b.data.mapping).length } }) }
    ),
    post('import without a key right', '/v1/int/issuers/import/cert', { pem_bundle: outsideCaKey }),
    post('root without a name', '/v1/int/root/generate/internal', {}),
    // issuers and keys
    list('issuers', `${P}/issuers`, { maskWith: (b) => ({ keys: b.data.keys.length, info: b.data.key_info }) }),
    get('issuer by name', `${P}/issuer/one`),
    get('issuer by id', `${P}/issuer/{{two}}`),
    get('issuer json', `${P}/issuer/one/json`, anon),
    get('issuer pem', `${P}/issuer/one/pem`, anon),
    get('issuer der', `${P}/issuer/one/der`, anon),
    get('issuer crl', `${P}/issuer/one/crl`),
    get('issuer crl pem', `${P}/issuer/one/crl/pem`, anon),
    get('issuer unknown', `${P}/issuer/ghost`),
    post('issuer write', `${P}/issuer/two`, {
      issuer_name: 'second', leaf_not_after_behavior: 'truncate', usage: 'read-only,issuing-certificates'
    }),
    post('issuer write, bad behaviour', `${P}/issuer/second`, { issuer_name: 'second', leaf_not_after_behavior: 'x' }),
    post('default issuer', `${P}/config/issuers`, { default: 'one' }),
    get('issuers config after', `${P}/config/issuers`),
    list('keys', `${P}/keys`, {
      maskWith: (b) => ({ keys: b.data.keys.length, first: Object.values(b.data.key_info)[0] })
    }),
    get('key by name', `${P}/key/key-one`),
    get('key unknown', `${P}/key/ghost`),
    post('generate a key', `${P}/keys/generate/internal`, { key_type: 'ed25519', key_name: 'spare' }),
    del('delete the key', `${P}/key/spare`),
    del('delete the issuer', `${P}/issuer/second`),
    // certificates
    list('certs', `${P}/certs`, { maskWith: (b) => ({ keys: b.data.keys.length, first: b.data.keys[0] }) }),
    get('cert', `${P}/cert/{{serial}}`),
    get('cert raw pem', `${P}/cert/{{serial}}/raw/pem`, anon),
    get('cert unknown', `${P}/cert/11:22`),
    get('cert, not a serial', `${P}/cert/zz`),
    // revoking
    post('revoke', `${P}/revoke`, { serial_number: '{{serial}}' }),
    post('revoke again', `${P}/revoke`, { serial_number: '{{serial}}' }),
    post('revoke unknown', `${P}/revoke`, { serial_number: '11:22:33' }),
    post('revoke nothing', `${P}/revoke`, {}),
    post('revoke the root', `${P}/revoke`, { serial_number: '{{caSerial}}' }),
    get('cert after revocation', `${P}/cert/{{serial}}`),
    get('crl after revocation', `${P}/crl/pem`, anon),
    get('revoked certs', `${P}/certs/revoked?list=true`, { maskWith: (b) => ({ keys: b.data.keys.length }) }),
    put('revoke the lease', '/v1/sys/leases/revoke', { lease_id: '{{lease}}', sync: true }),
    get('leased cert after revocation', `${P}/cert/{{leased}}`),
    get('crl rotate', `${P}/crl/rotate`),
    get('crl rotate delta', `${P}/crl/rotate-delta`),
    post('crl config', `${P}/config/crl`, { expiry: '24h', disable: false }),
    post('crl config, bad', `${P}/config/crl`, { expiry: 'soon' }),
    post('crl config, disable', `${P}/config/crl`, { disable: true }),
    get('crl, disabled', `${P}/crl/pem`, anon),
    // tidy
    get('tidy status at first', `${P}/tidy-status`),
    post('tidy', `${P}/tidy`, { tidy_cert_store: true, safety_buffer: '1h' }),
    { pause: 1000 },
    get('tidy status', `${P}/tidy-status`),
    post('auto-tidy', `${P}/config/auto-tidy`, { enabled: true, tidy_cert_store: true, interval_duration: '24h' }),
    post('auto-tidy without work', `${P}/config/auto-tidy`, {
      enabled: true, tidy_cert_store: false, interval_duration: '24h'
    }),
    del('delete the root', `${P}/root`),
    get('ca pem, deleted', `${P}/ca/pem`, anon),
    del('delete a role', `${P}/roles/web`),
    del('delete a role that is not there', `${P}/roles/web`),
    get('unknown path', `${P}/nowhere`)
  ]
}
