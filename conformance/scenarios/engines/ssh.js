// The ssh engine: one-time passwords and signed certificates.
import { activeNode, get, put, post, del, list } from '../steps.js'

import { sshRsa, sshEd25519, sshCaPublic, sshCaPrivate } from '../material.js'

const H = '/v1/ssh'
const anon = { noToken: true }
const ttls = { keep: ['ttl', 'key_id_format'] }
// the serial number of a certificate is 16 hexadecimal digits
const signed = { hide: { 'data.serial_number': 'serial' } }

export default {
  start: 'active',
  steps: [
    ...activeNode,
    // the names in braces are for the server, not for the player
    post('enable', '/v1/sys/mounts/ssh', { type: 'ssh' }, {
      save: { role_name: () => '{{role_name}}', token_display_name: () => '{{token_display_name}}' }
    }),
    // one-time passwords
    list('no roles', `${H}/roles`),
    get('unknown role', `${H}/roles/none`),
    post('role, one-time', `${H}/roles/otp`, {
      key_type: 'otp',
      default_user: 'ubuntu',
      cidr_list: '10.0.0.0/8,192.168.1.0/24',
      allowed_users: 'ann,bob',
      exclude_cidr_list: '10.9.0.0/16',
      port: 2222
    }),
    get('role, one-time, read', `${H}/roles/otp`, ttls),
    post('role, one-time without user', `${H}/roles/x`, { key_type: 'otp', cidr_list: '10.0.0.0/8' }),
    post('role without type', `${H}/roles/x`, { default_user: 'ubuntu' }),
    post('role, unknown type', `${H}/roles/x`, { key_type: 'magic', default_user: 'u' }),
    post('role, dynamic', `${H}/roles/x`, { key_type: 'dynamic', default_user: 'u' }),
    post('role, bad network', `${H}/roles/x`, { key_type: 'otp', default_user: 'u', cidr_list: '10.0.0' }),
    post('role, overlapping exclusion', `${H}/roles/x`, {
      key_type: 'otp', default_user: 'u', cidr_list: '10.0.0.0/8', exclude_cidr_list: '192.168.0.0/16'
    }),
    post('creds', `${H}/creds/otp`, { ip: '10.1.2.3' }, { save: { otp: 'data.key', lease: 'lease_id' } }),
    post('creds of another user', `${H}/creds/otp`, { ip: '192.168.1.7', username: 'ann' }, {
      save: { otp2: 'data.key', lease2: 'lease_id' }
    }),
    post('creds of a user not allowed', `${H}/creds/otp`, { ip: '10.1.2.3', username: 'eve' }),
    post('creds, address not allowed', `${H}/creds/otp`, { ip: '172.16.0.1' }),
    post('creds, address excluded', `${H}/creds/otp`, { ip: '10.9.1.1' }),
    post('creds without address', `${H}/creds/otp`, {}),
    post('creds, not an address', `${H}/creds/otp`, { ip: 'host' }),
    post('creds, unknown role', `${H}/creds/none`, { ip: '10.1.2.3' }),
    put('lease lookup', '/v1/sys/leases/lookup', { lease_id: '{{lease}}' }),
    put('lease renew', '/v1/sys/leases/renew', { lease_id: '{{lease}}' }),
    post('verify', `${H}/verify`, { otp: '{{otp}}' }, anon),
    post('verify again', `${H}/verify`, { otp: '{{otp}}' }, anon),
    post('verify the echo', `${H}/verify`, { otp: 'verify-echo-request' }, anon),
    post('verify nothing', `${H}/verify`, {}, anon),
    put('lease revoke', '/v1/sys/leases/revoke', { lease_id: '{{lease2}}', sync: true }),
    post('verify the revoked', `${H}/verify`, { otp: '{{otp2}}' }, anon),
    post('lookup', `${H}/lookup`, { ip: '10.1.2.3' }),
    post('lookup elsewhere', `${H}/lookup`, { ip: '172.16.0.1' }),
    post('lookup without address', `${H}/lookup`, {}),
    get('zero address at first', `${H}/config/zeroaddress`),
    post('zero address', `${H}/config/zeroaddress`, { roles: 'otp' }),
    get('zero address after', `${H}/config/zeroaddress`),
    post('zero address, unknown role', `${H}/config/zeroaddress`, { roles: 'none' }),
    post('creds by zero address', `${H}/creds/otp`, { ip: '172.16.0.1' }),
    // authority
    get('authority, none yet', `${H}/config/ca`),
    get('public key, none yet', `${H}/public_key`, anon),
    post('role, ca', `${H}/roles/ca`, {
      key_type: 'ca',
      allow_user_certificates: true,
      allowed_users: 'ubuntu,ann',
      default_user: 'ubuntu',
      ttl: '30m',
      max_ttl: '1h',
      default_extensions: { 'permit-pty': '' },
      allowed_extensions: 'permit-pty,permit-port-forwarding'
    }),
    post('sign before the authority', `${H}/sign/ca`, { public_key: sshRsa }),
    post('authority, half a pair', `${H}/config/ca`, { public_key: sshCaPublic }),
    post('authority, nonsense', `${H}/config/ca`, { public_key: 'x', private_key: 'y' }),
    post('authority, neither', `${H}/config/ca`, { generate_signing_key: false }),
    post('authority, generated', `${H}/config/ca`, {}),
    get('authority, read', `${H}/config/ca`),
    post('authority again', `${H}/config/ca`, {}),
    get('public key', `${H}/public_key`, anon),
    del('authority, delete', `${H}/config/ca`),
    post('authority, of another type', `${H}/config/ca`, { key_type: 'ed25519' }),
    del('authority, delete again', `${H}/config/ca`),
    post('authority, given', `${H}/config/ca`, { public_key: sshCaPublic, private_key: sshCaPrivate }),
    get('authority, given, read', `${H}/config/ca`, { keep: ['public_key'] }),
    get('public key, given', `${H}/public_key`, { ...anon, asText: true }),
    get('role, ca, read', `${H}/roles/ca`, ttls),
    post('role, ca, nothing allowed', `${H}/roles/x`, { key_type: 'ca' }),
    post('role, ca, ttl above max', `${H}/roles/x`, {
      key_type: 'ca', allow_user_certificates: true, ttl: '2h', max_ttl: '1h'
    }),
    post('role, ca, bad algorithm', `${H}/roles/x`, {
      key_type: 'ca', allow_user_certificates: true, algorithm_signer: 'md5'
    }),
    post('role, ca, hosts', `${H}/roles/host`, {
      key_type: 'ca',
      allow_host_certificates: true,
      allowed_domains: 'example.com',
      allow_subdomains: true,
      algorithm_signer: 'rsa-sha2-512',
      key_id_format: '{{role_name}}-{{token_display_name}}',
      not_before_duration: '1m'
    }),
    get('role, ca, hosts, read', `${H}/roles/host`, ttls),
    post('sign', `${H}/sign/ca`, { public_key: sshRsa }, signed),
    post(
      'sign, other principal, time and extension', `${H}/sign/ca`,
      { public_key: sshEd25519, valid_principals: 'ann', ttl: '10m', extensions: { 'permit-port-forwarding': '' } },
      signed
    ),
    post(
      'sign, key id', `${H}/sign/ca`,
      {
        public_key: sshEd25519,
        valid_principals: 'ann',
        ttl: '10m',
        key_id: 'my key',
        extensions: { 'permit-port-forwarding': '' }
      },
      signed
    ),
    post(
      'sign, critical option', `${H}/sign/ca`,
      { public_key: sshEd25519, critical_options: { 'force-command': '/bin/true' } },
      signed
    ),
    post('sign, extension not allowed', `${H}/sign/ca`, {
      public_key: sshRsa, extensions: { 'permit-X11-forwarding': '' }
    }),
    post('sign, principal not allowed', `${H}/sign/ca`, { public_key: sshRsa, valid_principals: 'eve' }),
    post('sign, ttl above max', `${H}/sign/ca`, { public_key: sshRsa, ttl: '10h' }),
    post('sign, host by a role of users', `${H}/sign/ca`, { public_key: sshRsa, cert_type: 'host' }),
    post('sign, unknown certificate type', `${H}/sign/ca`, { public_key: sshRsa, cert_type: 'x' }),
    post('sign, bad key', `${H}/sign/ca`, { public_key: 'x' }),
    post('sign without key', `${H}/sign/ca`, {}),
    post('sign, unknown role', `${H}/sign/none`, { public_key: sshRsa }),
    post('sign by a one-time role', `${H}/sign/otp`, { public_key: sshRsa }),
    post(
      'sign a host', `${H}/sign/host`,
      { public_key: sshRsa, cert_type: 'host', valid_principals: 'a.example.com' },
      signed
    ),
    post('sign a host, not allowed', `${H}/sign/host`, {
      public_key: sshRsa, cert_type: 'host', valid_principals: 'example.com'
    }),
    post('issue', `${H}/issue/ca`, {}, { ...signed, hide: { ...signed.hide, 'data.private_key': 'private key' } }),
    post('issue, ec', `${H}/issue/ca`, { key_type: 'ec', key_bits: 384, valid_principals: 'ann' }, {
      ...signed, hide: { ...signed.hide, 'data.private_key': 'private key' }
    }),
    post('issue, bad type', `${H}/issue/ca`, { key_type: 'x' }),
    // what only OpenBao has
    get('issuers, default', `${H}/config/issuers`),
    list('issuers', `${H}/issuers`),
    get('issuer read', `${H}/issuer/default`, { keep: ['public_key'] }),
    post('issuer name', `${H}/issuer/default`, { issuer_name: 'first' }, { keep: ['public_key'] }),
    get('issuer public key', `${H}/issuer/first/public_key`, { ...anon, asText: true }),
    post('issuer import', `${H}/issuers/import/second`, {}),
    get('issuer unknown', `${H}/issuer/ghost`),
    list('roles', `${H}/roles`),
    del('delete a role', `${H}/roles/otp`),
    post('creds of a deleted role', `${H}/creds/otp`, { ip: '10.1.2.3' }),
    list('roles after', `${H}/roles`),
    del('zero address, delete', `${H}/config/zeroaddress`),
    get('unknown path', `${H}/nowhere`)
  ]
}
