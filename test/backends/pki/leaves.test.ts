// pki/roles, issue, sign, sign-verbatim: what a role allows
import { createPrivateKey, X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import { oneError } from '../../vault-server.js'
import { hasOpenSsl, openSsl, withRoot, EC } from './mount.js'

t.test('a certificate has the key that comes with it, and is signed by its issuer', async (t) => {
  const { data, root } = await withRoot(t)
  const authority = new X509Certificate(root.certificate)
  for (const type of ['rsa', 'ec', 'ed25519']) {
    await data('POST', `pki/roles/${type}`, { allow_any_name: true, key_type: type })
    const leaf = await data('POST', `pki/issue/${type}`, { common_name: 'a.example.com', ip_sans: '10.0.0.1,::1' })
    const certificate = new X509Certificate(leaf.certificate)
    t.ok(certificate.checkPrivateKey(createPrivateKey(leaf.private_key)), type)
    t.ok(certificate.verify(authority.publicKey))
    t.ok(certificate.checkIssued(authority))
    t.ok(certificate.checkHost('a.example.com'))
    t.ok(certificate.checkIP('::1'))
    t.equal(certificate.validFrom, 'Dec 31 23:59:30 2023 GMT')
  }
})

const REFUSED: readonly (readonly [role: object, wish: object, words: string])[] = [
  [{ allowed_domains: 'example.com' }, { common_name: 'example.com' }, 'common name example.com not allowed by this role'],
  [{ allowed_domains: 'a.b', allow_subdomains: true }, { common_name: 'xa.b' }, 'common name xa.b not allowed by this role'],
  [{ allow_any_name: true }, { common_name: 'a b' }, 'common name a b not allowed by this role'],
  [{ allow_any_name: true }, { common_name: 'a..b' }, 'idna: invalid label "a..b"'],
  [
    { allow_any_name: true, allow_wildcard_certificates: false }, { common_name: '*.a.b' },
    'common name *.a.b not allowed by this role'
  ],
  [{ allow_any_name: true, cn_validations: 'email' }, { common_name: 'a.b' }, 'common name a.b not allowed by this role'],
  [
    { allow_any_name: true, allow_ip_sans: false }, { common_name: 'a', ip_sans: '1.2.3.4' },
    'IP Subject Alternative Names are not allowed in this role, but was provided [1.2.3.4]'
  ],
  [{ allow_any_name: true }, { common_name: 'a', ip_sans: '1.2.3' }, 'the value "1.2.3" is not a valid IP address'],
  [
    { allow_any_name: true, allowed_uri_sans: 'spiffe://a/*' }, { common_name: 'a', uri_sans: 'spiffe://b/c' },
    'URI Subject Alternative Names were provided via the API which are not valid for this role'
  ],
  [
    { allow_any_name: true, allowed_other_sans: '1.2.3;UTF8:a*' }, { common_name: 'a', other_sans: '1.2.3;utf8:b' },
    'other SAN b not allowed for OID 1.2.3 by this role'
  ],
  [
    { allow_any_name: true, allowed_other_sans: '1.2.3;UTF8:a*' }, { common_name: 'a', other_sans: '1.2.4;utf8:a' },
    'other SAN OID 1.2.4 not allowed by this role'
  ],
  [{ allow_any_name: true }, { common_name: 'a', serial_number: 'x' }, 'serial_number x not allowed by this role'],
  [{ allow_any_name: true }, { common_name: 'a', user_ids: 'x' }, 'user_id x is not allowed by this role'],
  [{ allow_any_name: true, key_type: 'any' }, { common_name: 'a' },
    'role key type "any" not allowed for issuing certificates, only signing']
]

t.test('what a role does not allow is refused by name, and leaves nothing behind', async (t) => {
  const { data, send, verdict } = await withRoot(t)
  const before = await data('LIST', 'pki/certs')
  for (const [role, wish, words] of REFUSED) {
    await send('POST', 'pki/roles/r', { ...EC, ...role })
    t.equal(await verdict('POST', 'pki/issue/r', wish), `400 ${words}`)
  }
  t.same(await data('LIST', 'pki/certs'), before)
})

t.test('all kinds of names and parts of the subject', async (t) => {
  const { data } = await withRoot(t)
  await data('POST', 'pki/roles/r', {
    ...EC,
    allow_any_name: true,
    allowed_uri_sans: '*',
    allowed_other_sans: '*',
    allowed_serial_numbers: '*',
    allowed_user_ids: '*',
    organization: 'Acme & Co',
    policy_identifiers: ['1.2.3.4'],
    ext_key_usage_oids: '1.3.6.1.4.1.311.20.2.2'
  })
  const { certificate: pem } = await data('POST', 'pki/issue/r', {
    common_name: 'a.example.com',
    alt_names: 'ann@example.com,b.example.com',
    uri_sans: 'spiffe://a/b',
    other_sans: '1.3.6.1.4.1.311.20.2.3;UTF8:ann@corp',
    serial_number: '42',
    user_ids: 'ann'
  })
  const certificate = new X509Certificate(pem)
  t.equal(certificate.subject, 'O=Acme & Co\nCN=a.example.com\nserialNumber=42\nUID=ann')
  for (const name of ['DNS:a.example.com', 'DNS:b.example.com', 'email:ann@example.com', 'URI:spiffe://a/b']) {
    t.match(certificate.subjectAltName, name)
  }
  if (!hasOpenSsl()) return
  const text = openSsl(t, { 'a.pem': pem }, ['x509', '-in', 'a.pem', '-noout', '-text']).toString()
  t.match(text, /Policy: 1\.2\.3\.4/)
  t.match(text, /othername: ?(?:UPN:|)/)
})

/** Labels of hosts, short enough for two of them. */
const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/)

t.test('a name below an allowed domain goes, any other does not', async (t) => {
  const { send, verdict } = await withRoot(t)
  await send('POST', 'pki/roles/r', { ...EC, allowed_domains: 'example.com', allow_subdomains: true, allow_localhost: false })
  await fc.assert(fc.asyncProperty(label, label, fc.boolean(), async (first, second, isBelow) => {
    const name = isBelow ? `${first}.${second}.example.com` : `${first}.${second}example.com`
    const told = await verdict('POST', 'pki/issue/r', { common_name: name })
    return told === (isBelow ? '200' : `400 common name ${name} not allowed by this role`)
  }), { numRuns: 25 })
})

t.test('a templated domain is that of the caller', async (t) => {
  const { send, verdict, tokenHeader } = await withRoot(t)
  await send('POST', 'pki/roles/r', {
    ...EC, allowed_domains: '{{identity.entity.name}}.example.com', allowed_domains_template: true, allow_bare_domains: true
  })
  await send('POST', 'sys/policies/acl/issue', { policy: 'path "pki/issue/*" { capabilities = ["update"] }' })
  await send('POST', 'sys/auth/userpass', { type: 'userpass' })
  await send('POST', 'auth/userpass/users/ann', { password: 'x', token_policies: 'issue' })
  const { body: { auth } } = await send('POST', 'auth/userpass/login/ann', { password: 'x' })
  await send('POST', `identity/entity/id/${auth.entity_id}`, { name: 'ann' })
  const asAnn = { 'x-vault-token': auth.client_token }
  t.equal(await verdict('POST', 'pki/issue/r', { common_name: 'ann.example.com' }, asAnn), '200')
  t.match(await verdict('POST', 'pki/issue/r', { common_name: 'bob.example.com' }, asAnn), /^400/)
  const stranger = await tokenHeader({ policies: ['issue'] })
  t.match(await verdict('POST', 'pki/issue/r', { common_name: 'ann.example.com' }, stranger), /^400/)
})

t.test('lifetimes: role, mount and issuer against each other', async (t) => {
  const { data, send, verdict, root } = await withRoot(t)
  const hours = async (wish: object): Promise<number> => {
    const { certificate } = await data('POST', 'pki/issue/r', { common_name: 'a', ...wish })
    return (Date.parse(new X509Certificate(certificate).validTo) - Date.parse('2024-01-01')) / 3_600_000
  }
  await send('POST', 'pki/roles/r', { ...EC, allow_any_name: true, ttl: '2h', max_ttl: '10h' })
  t.equal(await hours({}), 2)
  t.equal(await hours({ ttl: '3h' }), 3)
  t.equal(await hours({ ttl: '300h' }), 10)
  t.equal(await hours({ not_after: '2024-01-01T05:00:00Z' }), 5)
  await send('POST', 'pki/roles/r', { ...EC, allow_any_name: true, max_ttl: '87600h' })
  t.match(await verdict('POST', 'pki/issue/r', { common_name: 'a', ttl: '9000h' }), /beyond the expiration of the CA/)
  await send('POST', `pki/issuer/${root.issuer_id}`, { leaf_not_after_behavior: 'truncate' })
  t.equal(await hours({ ttl: '9000h' }), 8760)
  await send('POST', `pki/issuer/${root.issuer_id}`, { leaf_not_after_behavior: 'permit' })
  t.equal(await hours({ ttl: '9000h' }), 9000)
})

t.test('sign certifies a request made by OpenSSL', { skip: !hasOpenSsl() && 'there is no OpenSSL' }, async (t) => {
  const { data, send, verdict, root } = await withRoot(t)
  const csr = openSsl(t, {}, [
    'req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key.pem',
    '-subj', '/O=Acme/CN=a.example.com', '-addext', 'subjectAltName=DNS:b.example.com,IP:10.0.0.9'
  ]).toString()
  const signed = await data('POST', 'pki/sign/any', { csr })
  const certificate = new X509Certificate(signed.certificate)
  t.ok(certificate.verify(new X509Certificate(root.certificate).publicKey))
  t.equal(certificate.subject, 'CN=a.example.com')
  t.equal(certificate.subjectAltName, 'DNS:a.example.com, DNS:b.example.com, IP Address:10.0.0.9')
  const verbatim = new X509Certificate((await data('POST', 'pki/sign-verbatim', { csr })).certificate)
  t.equal(verbatim.subject, 'O=Acme\nCN=a.example.com')
  t.equal(verbatim.subjectAltName, 'DNS:b.example.com, IP Address:10.0.0.9')
  await send('POST', 'pki/roles/big', { allow_any_name: true, key_type: 'ec', key_bits: 384 })
  t.equal(await verdict('POST', 'pki/sign/big', { csr }),
    "400 role requires a minimum of a 384-bit key, but CSR's key is 256 bits")
  const der = Buffer.from(csr.replace(/-----.*?-----/g, ''), 'base64')
  der[der.length - 1] = (der.at(-1) ?? 0) ^ 1
  const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----`
  t.equal(await verdict('POST', 'pki/sign/any', { csr: forged }), '400 request signature invalid')
})

t.test('no_store keeps no certificate, remove_roots_from_chain shows no root', async (t) => {
  const { data } = await withRoot(t)
  await data('POST', 'pki/roles/r', { ...EC, allow_any_name: true, no_store: true })
  const before = await data('LIST', 'pki/certs')
  const leaf = await data('POST', 'pki/issue/r', { common_name: 'a', remove_roots_from_chain: true })
  t.equal(leaf.ca_chain, undefined)
  t.same(await data('LIST', 'pki/certs'), before)
})

t.test('later versions show more', async (t) => {
  const { data } = await withRoot(t, { profile: 'vault-1.21' })
  t.match((await data('POST', 'pki/issue/any', { common_name: 'a' })).authority_key_id, /^(?:[0-9a-f]{2}:){19}[0-9a-f]{2}$/)
  t.equal((await data('GET', 'pki/roles/any')).serial_number_source, 'json-csr')
  const { authority_key_id: id } = await data('GET', 'pki/cert/ca')
  t.equal((await data('GET', 'pki/cert/ca_chain')).authority_key_id, id)
  const { csr } = await data('POST', 'pki/intermediate/generate/internal', { common_name: 'Below', ...EC })
  t.equal((await data('POST', 'pki/root/sign-intermediate', { csr })).authority_key_id, undefined)
})

t.test('vault-1.21 lets no certificate begin before its issuer', async (t) => {
  const { data, verdict, advance } = await withRoot(t, { profile: 'vault-1.21' })
  await data('POST', 'pki/roles/early', { ...EC, allow_any_name: true, not_before_duration: '1m' })
  t.equal(await verdict('POST', 'pki/issue/early', { common_name: 'a' }), "400 notBefore before signer's notBefore")
  t.equal(await verdict('POST', 'pki/issue/any', { common_name: 'a', not_after: '2020-01-01T00:00:00Z' }),
    '400 notAfter before notBefore')
  advance(30_000)
  t.equal(await verdict('POST', 'pki/issue/early', { common_name: 'a' }), '200')
})

t.test('vault-1.21 says what is wrong with a new certificate twice', async (t) => {
  const { data, send } = await withRoot(t, { profile: 'vault-1.21' })
  await data('POST', 'pki/roles/short', { ...EC, allow_any_name: true, ttl: '1h', max_ttl: '1h' })
  const { body } = await send('POST', 'pki/issue/short', { common_name: 'a', ttl: '2h' })
  const warning = 'TTL "2h0m0s" is longer than permitted maxTTL "1h0m0s", so maxTTL is being used'
  t.same(body.warnings, [warning, warning])
})

t.test('vault-1.21 looks for the hash of a role at its issuer', async (t) => {
  const { data, send, verdict } = await withRoot(t, { profile: 'vault-1.21' })
  const bits = async (issuer: string): Promise<number> => {
    return (await data('POST', 'pki/roles/r', { key_type: 'rsa', issuer_ref: issuer })).signature_bits
  }
  t.equal(await bits('default'), 0, 'a curve brings its own')
  t.equal(await bits('none'), 256)
  await data('POST', 'pki/root/generate/internal', { common_name: 'R', key_type: 'rsa', issuer_name: 'rsa' })
  t.equal(await bits('rsa'), 256)
  const { body } = await send('POST', 'pki/roles/r', { issuer_ref: 'rsa', signature_bits: 5 })
  t.same(body.warnings, ['The Issuing Certificate rsa for this role has a key algorithm, rsa, incompatible with the set ' +
    'role signature bits, 5'])
  t.equal(await verdict('POST', 'pki/roles/r', { key_type: 'dsa' }),
    `500 ${oneError('error setting keyBits 0 on role for keyType dsa: unknown key type dsa')}`)
  t.equal(await verdict('POST', 'pki/root/generate/internal', { common_name: 'x', key_type: 'rsa', signature_bits: 5 }),
    '400 unsupported hash signature algorithm for keyType rsa: 5')
  t.equal(await verdict('POST', 'pki/intermediate/generate/internal', { common_name: 'x', key_type: 'dsa' }),
    '400 unknown key type dsa')
})

const WITHOUT_OPENSSL = { skip: !hasOpenSsl() && 'there is no OpenSSL' }

t.test('vault-1.21: a role may not take the serial number of requests', WITHOUT_OPENSSL, async (t) => {
  const { data, verdict } = await withRoot(t, { profile: 'vault-1.21' })
  const csr = openSsl(t, {}, [
    'req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key', '-subj', '/CN=a/serialNumber=123'
  ]).toString()
  const role = { allow_any_name: true, key_type: 'any', allowed_serial_numbers: 'other' }
  await data('POST', 'pki/roles/both', role)
  await data('POST', 'pki/roles/own', { ...role, serial_number_source: 'json' })
  t.equal(await verdict('POST', 'pki/sign/both', { csr }), '400 serial_number 123 not allowed by this role')
  t.equal(await verdict('POST', 'pki/sign/own', { csr }), '200')
  t.equal(await verdict('POST', 'pki/roles/x', { serial_number_source: 'x' }), '400 unknown serial_number_source x')
})
