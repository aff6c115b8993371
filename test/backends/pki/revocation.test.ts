// pki/revoke, crl, ocsp and leases: certificates that hold no longer
import { X509Certificate } from 'node:crypto'
import t from 'tap'
import { NO_TOKEN, oneError } from '../../vault-server.js'
import { EC, hasOpenSsl, openSsl, withRoot } from './mount.js'

const WITHOUT_OPENSSL = { skip: !hasOpenSsl() && 'there is no OpenSSL' }

/** The serial numbers in a list, as OpenSSL reads it. */
function listed (t: Parameters<typeof openSsl>[0], pem: string, root: string): string[] {
  const files = { 'crl.pem': pem, 'ca.pem': root }
  const text = openSsl(t, files, ['crl', '-in', 'crl.pem', '-CAfile', 'ca.pem', '-noout', '-text', '-verify']).toString()
  return [...text.matchAll(/Serial Number: ([0-9A-F]+)/g)].map(([, serial = '']) => serial.toLowerCase())
}

t.test('a revoked certificate stands in the list of its issuer', WITHOUT_OPENSSL, async (t) => {
  const { data, send, root } = await withRoot(t)
  const { serial_number: serial } = await data('POST', 'pki/issue/any', { common_name: 'a' })
  t.same(listed(t, (await send('GET', 'pki/crl/pem', undefined, NO_TOKEN)).text, root.certificate), [])
  const revoked = await data('POST', 'pki/revoke', { serial_number: serial.replaceAll(':', '-') })
  t.match(revoked, { revocation_time: 1_704_067_200, state: 'revoked' })
  t.same(listed(t, (await send('GET', 'pki/crl/pem')).text, root.certificate), [serial.replaceAll(':', '')])
  t.same(await data('LIST', 'pki/certs/revoked'), { keys: [serial] })
})

t.test('revoke-with-key wants the key, and no more', async (t) => {
  const { data, send, verdict, tokenHeader } = await withRoot(t)
  const [one, other] = [
    await data('POST', 'pki/issue/any', { common_name: 'a' }), await data('POST', 'pki/issue/any', { common_name: 'b' })
  ]
  await send('POST', 'sys/policies/acl/own', { policy: 'path "pki/revoke-with-key" { capabilities = ["update"] }' })
  const token = await tokenHeader({ policies: ['own'] })
  const { serial_number: serial, private_key: key } = one
  t.equal(await verdict('POST', 'pki/revoke-with-key', { serial_number: serial }, token),
    '400 Must have private key to revoke via the /revoke-with-key path.')
  t.equal(await verdict('POST', 'pki/revoke-with-key', { serial_number: serial, private_key: other.private_key }, token),
    `500 ${oneError("provided private key does not match certificate's public key")}`)
  t.equal(await verdict('POST', 'pki/revoke-with-key', { serial_number: serial, private_key: key }, token), '200')
})

t.test('a certificate that is stored nowhere is revoked by itself', async (t) => {
  const { data, verdict } = await withRoot(t)
  await data('POST', 'pki/roles/r', { ...EC, allow_any_name: true, no_store: true })
  const { certificate, serial_number: serial } = await data('POST', 'pki/issue/r', { common_name: 'a' })
  t.equal(await verdict('POST', 'pki/revoke', { serial_number: serial }), `400 certificate with serial ${serial} not found.`)
  t.equal(await verdict('POST', 'pki/revoke', { certificate }), '200')
  t.equal((await data('GET', `pki/cert/${serial}`)).certificate, certificate)
})

t.test('with auto_rebuild a list says it later, the list of changes before', WITHOUT_OPENSSL, async (t) => {
  const { data, send, root } = await withRoot(t)
  await data('POST', 'pki/config/crl', { auto_rebuild: true, enable_delta: true })
  const { serial_number: serial } = await data('POST', 'pki/issue/any', { common_name: 'a' })
  await data('POST', 'pki/revoke', { serial_number: serial })
  const list = async (path: string): Promise<string[]> => listed(t, (await send('GET', path)).text, root.certificate)
  t.same(await list('pki/crl/pem'), [])
  await data('GET', 'pki/crl/rotate-delta')
  t.same(await list('pki/crl/delta/pem'), [serial.replaceAll(':', '')])
  t.same(await list('pki/crl/pem'), [])
  await data('GET', 'pki/crl/rotate')
  t.same(await list('pki/crl/pem'), [serial.replaceAll(':', '')])
  t.same(await list('pki/crl/delta/pem'), [])
})

t.test('a revoked issuer signs no more, and stands in the list of who signed it', WITHOUT_OPENSSL, async (t) => {
  const { data, send, verdict, root } = await withRoot(t)
  const { csr } = await data('POST', 'pki/intermediate/generate/internal', { common_name: 'Between', ...EC })
  const { certificate, serial_number: serial } = await data('POST', 'pki/root/sign-intermediate', { csr })
  const { imported_issuers: [id] } = await data('POST', 'pki/intermediate/set-signed', { certificate })
  t.match(await data('POST', `pki/issuer/${id}/revoke`), { revoked: true, usage: 'crl-signing,ocsp-signing,read-only' })
  t.match(await verdict('POST', `pki/issuer/${id}/issue/any`, { common_name: 'a' }), /^500/)
  t.same(listed(t, (await send('GET', 'pki/crl/pem')).text, root.certificate), [serial.replaceAll(':', '')])
})

t.test('OCSP answers by POST and by GET what OpenSSL asks', WITHOUT_OPENSSL, async (t) => {
  const { data, server, root } = await withRoot(t)
  const { certificate, serial_number: serial } = await data('POST', 'pki/issue/any', { common_name: 'a' })
  const files = { 'ca.pem': root.certificate, 'leaf.pem': certificate }
  const ask = ['ocsp', '-issuer', 'ca.pem', '-cert', 'leaf.pem']
  const request = openSsl(t, files, [...ask, '-no_nonce', '-reqout', 'request.der'], 'request.der')
  const status = (answer: Buffer): string => {
    return openSsl(t, { ...files, 'answer.der': answer }, [
      ...ask, '-CAfile', 'ca.pem', '-no_nonce', '-respin', 'answer.der',
      '-attime', String(Date.parse('2024-01-01T00:01:00Z') / 1000), '-validity_period', '999999999'
    ]).toString()
  }
  const post = (payload: Buffer): ReturnType<typeof server.inject> => server.inject({
    method: 'POST', url: '/v1/pki/ocsp', headers: { 'content-type': 'application/ocsp-request' }, payload
  } as never)
  const good = await post(request)
  t.equal(good.headers['content-type'], 'application/ocsp-response')
  t.match(status(good.rawPayload), /leaf\.pem: good/)
  await data('POST', 'pki/revoke', { serial_number: serial })
  const got = await server.inject({
    method: 'GET', url: `/v1/pki/ocsp/${encodeURIComponent(request.toString('base64'))}`
  })
  t.match(status(got.rawPayload), /leaf\.pem: revoked/)
  t.equal((await post(Buffer.from('nonsense'))).statusCode, 400)
  await data('POST', 'pki/config/crl', { ocsp_disable: true })
  t.equal((await post(request)).statusCode, 401)
})

t.test('the end of a lease revokes its certificate', async (t) => {
  const { data, send } = await withRoot(t)
  await send('POST', 'pki/roles/leased', { ...EC, allow_any_name: true, generate_lease: true })
  const { body } = await send('POST', 'pki/issue/leased', { common_name: 'a', ttl: '1h' })
  t.match(body, { lease_id: /^pki\/issue\/leased\//, lease_duration: 3600, renewable: false })
  const { certificate, serial_number: serial } = body.data
  t.equal(new X509Certificate(certificate).validTo, 'Jan  1 01:00:00 2024 GMT')
  await send('PUT', 'sys/leases/revoke', { lease_id: body.lease_id, sync: true })
  t.equal((await data('GET', `pki/cert/${serial}`)).revocation_time, 1_704_067_200)
})
