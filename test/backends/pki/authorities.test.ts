// pki/root, intermediate, issuers, keys: authorities and what they sign for each other
import { X509Certificate } from 'node:crypto'
import t from 'tap'
import { NO_TOKEN, oneError } from '../../vault-server.js'
import { EC, hasOpenSsl, mounted, openSsl, withRoot } from './mount.js'

t.test('a root signs itself, and says so', async (t) => {
  const { data } = await mounted(t)
  for (const [type, bits, signature] of [['rsa', 2048, 'RSA'], ['ec', 384, 'ECDSA'], ['ed25519', 0, 'Ed25519']] as const) {
    const root = await data('POST', 'pki/root/generate/exported', { common_name: 'Root', key_type: type, key_bits: bits })
    const certificate = new X509Certificate(root.certificate)
    t.ok(certificate.ca, signature)
    t.ok(certificate.verify(certificate.publicKey))
    t.equal(certificate.serialNumber.toLowerCase(), root.serial_number.replaceAll(':', ''))
    t.equal(root.private_key_type, type)
  }
})

t.test('the same seed draws the same authority', async (t) => {
  const serial = async (seed: number): Promise<string> => (await withRoot(t, { seed })).root.serial_number
  t.equal(await serial(3), await serial(3))
  t.not(await serial(3), await serial(4))
})

t.test('PSS signatures can be verified', async (t) => {
  const { data, send } = await mounted(t)
  const root = await data('POST', 'pki/root/generate/internal', { common_name: 'Root', use_pss: true, signature_bits: 384 })
  const certificate = new X509Certificate(root.certificate)
  t.ok(certificate.verify(certificate.publicKey))
  const { body } = await send('GET', 'pki/issuer/default')
  t.equal(body.data.revocation_signature_algorithm, 'SHA384WithRSAPSS')
  t.match(body.warnings, [/downgraded to PKCS#1v1.5/])
})

t.test('an intermediate leads to its root', { skip: !hasOpenSsl() && 'there is no OpenSSL' }, async (t) => {
  const { data, send, root } = await withRoot(t)
  await send('POST', 'sys/mounts/int', { type: 'pki' })
  const { csr } = await data('POST', 'int/intermediate/generate/internal', { common_name: 'Intermediate' })
  const signed = await data('POST', 'pki/root/sign-intermediate', { csr, ttl: '1000h', max_path_length: 0 })
  t.same(signed.ca_chain, [signed.certificate, root.certificate])
  await data('POST', 'int/intermediate/set-signed', { certificate: signed.ca_chain.join('\n') })
  await send('POST', 'int/roles/web', { allowed_domains: 'example.com', allow_subdomains: true })
  const leaf = await data('POST', 'int/issue/web', { common_name: 'a.example.com', ttl: '1h' })
  const files = { 'root.pem': root.certificate, 'int.pem': signed.certificate, 'leaf.pem': leaf.certificate }
  const verify = ['verify', '-attime', String(Date.parse('2024-01-01T00:30:00Z') / 1000), '-CAfile', 'root.pem']
  t.match(openSsl(t, files, [...verify, '-untrusted', 'int.pem', 'leaf.pem']).toString(), 'leaf.pem: OK')
  t.equal(leaf.ca_chain.length, 2)
  t.match((await send('POST', 'int/root/sign-intermediate', { csr })).body.errors, [/max path length of zero/])
})

t.test('a cross-signed key has two issuers, whose chains say both ways', async (t) => {
  const { data, send } = await withRoot(t)
  await send('POST', 'pki/root/generate/internal', { common_name: 'New', issuer_name: 'new', key_name: 'new', ...EC })
  const { csr } = await data('POST', 'pki/intermediate/cross-sign', { common_name: 'New', key_ref: 'new' })
  const signed = await data('POST', 'pki/root/sign-intermediate', { csr, common_name: 'New' })
  const imported = await data('POST', 'pki/intermediate/set-signed', { certificate: signed.certificate })
  const crossed = await data('GET', `pki/issuer/${imported.imported_issuers[0]}`)
  t.equal(crossed.key_id, (await data('GET', 'pki/key/new')).key_id)
  t.equal(crossed.ca_chain.length, 2)
  const { csr: again } = await data('POST', 'pki/intermediate/cross-sign', { common_name: 'New', key_ref: 'new' })
  t.match(again, 'BEGIN CERTIFICATE REQUEST')
})

t.test('sign-self-issued gives another authority the certificate of this one', async (t) => {
  const { data, verdict, root } = await withRoot(t)
  const { certificate } = await data('POST', 'pki/root/generate/internal', { common_name: 'Other', key_type: 'rsa' })
  const signed = await data('POST', 'pki/root/sign-self-issued', { certificate })
  const [made, authority] = [new X509Certificate(signed.certificate), new X509Certificate(root.certificate)]
  t.ok(made.verify(authority.publicKey))
  t.equal(made.subject, 'CN=Other')
  t.equal(
    await verdict('POST', 'pki/root/sign-self-issued', { certificate, require_matching_certificate_algorithms: true }),
    `500 ${oneError("signing certificate's public key algorithm (ECDSA) does not match submitted certificate's (RSA), " +
      'and require_matching_certificate_algorithms is true')}`
  )
  t.equal(await verdict('POST', 'pki/root/sign-self-issued', { certificate: 'x' }), '400 certificate could not be PEM-decoded')
})

t.test('an issuer can be limited, renamed and given addresses of its own', async (t) => {
  const { data, verdict, root } = await withRoot(t)
  const changed = await data('POST', `pki/issuer/${root.issuer_id}`, {
    issuer_name: 'main', usage: 'crl-signing', issuing_certificates: 'http://a.example/ca'
  })
  t.match(changed, { issuer_name: 'main', usage: 'crl-signing,read-only', issuing_certificates: ['http://a.example/ca'] })
  t.match(await verdict('POST', 'pki/issue/any', { common_name: 'x' }), /requested usage issuing-certificates for issuer/)
  t.equal(await verdict('POST', 'pki/issuer/main', { usage: 'x' }),
    '400 Unable to parse specified usages: [x] - valid values are ' +
    'crl-signing,issuing-certificates,ocsp-signing,read-only')
  t.equal(await verdict('POST', 'pki/issuer/main', { revocation_signature_algorithm: 'SHA256WithRSA' }),
    `500 ${oneError('unable to use issuer of type ECDSA to sign with SHA256WithRSA key type')}`)
})

t.test('the addresses of templates are filled when certificates are made', async (t) => {
  const { data, send, root } = await withRoot(t)
  await send('POST', 'pki/config/urls', { enable_templating: true, issuing_certificates: '{{cluster_aia_path}}/{{issuer_id}}' })
  t.match((await send('POST', 'pki/issue/any', { common_name: 'x' })).body.errors, [/as we lack local cluster address/])
  await send('POST', 'pki/config/cluster', { aia_path: 'http://a.example/pki' })
  const { certificate } = await data('POST', 'pki/issue/any', { common_name: 'x' })
  t.match(new X509Certificate(certificate).infoAccess, `http://a.example/pki/${root.issuer_id}`)
})

t.test('keys are found again by what they are', async (t) => {
  const { data, send, verdict } = await mounted(t)
  const made = await data('POST', 'pki/keys/generate/exported', { ...EC, key_name: 'one' })
  const again = await send('POST', 'pki/keys/import', { pem_bundle: `${made.private_key}\n` })
  t.equal(again.body.data.key_id, made.key_id)
  t.match(again.body.warnings, ['Key already imported, use key/ endpoint to update name.'])
  t.equal(await verdict('POST', 'pki/keys/import', { pem_bundle: 'x' }),
    '400 provided data for import was too short; perhaps a path was passed to the API rather than the contents of a PEM file')
  await send('POST', 'pki/root/generate/existing', { common_name: 'Root', key_ref: 'one' })
  t.match(await verdict('DELETE', 'pki/key/one'), /^400 Failed to Delete Key\. {2}Key in Use by Issuer: /)
})

t.test('default_follows_latest_issuer, and root/replace', async (t) => {
  const { data, send, root } = await withRoot(t)
  await send('POST', 'pki/config/issuers', { default: root.issuer_id, default_follows_latest_issuer: true })
  const next = await data('POST', 'pki/root/rotate/internal', { common_name: 'Next', ...EC })
  t.equal(next.issuer_name, 'next')
  t.equal((await data('GET', 'pki/config/issuers')).default, next.issuer_id)
  await send('POST', 'pki/config/issuers', { default: root.issuer_id })
  t.equal((await data('POST', 'pki/root/replace', {})).default, next.issuer_id)
})

t.test('anybody may read certificates, nobody else may list keys', async (t) => {
  const { send } = await withRoot(t)
  t.equal((await send('LIST', 'pki/issuers', undefined, NO_TOKEN)).status, 200)
  t.equal((await send('GET', 'pki/issuer/default/json', undefined, NO_TOKEN)).status, 200)
  t.equal((await send('LIST', 'pki/keys', undefined, NO_TOKEN)).status, 403)
})
