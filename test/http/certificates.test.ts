// Certificates made at start: well-formed for OpenSSL, trusted by real clients, valid for what was asked.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { request } from 'node:https'
import t from 'tap'
import { makeCertificates } from '../../src/http/certificates.js'
import { openListener } from '../../src/http/listeners.js'
import { echo } from './wire.js'

const NOW_MS = Date.parse('2026-11-21T10:00:00Z')

t.test('the authority is one and signs itself and the certificate', async (t) => {
  const { caPem, certPem, keyPem } = makeCertificates({ host: 'vault.test', nowMs: NOW_MS })
  const [ca, server] = [new X509Certificate(caPem), new X509Certificate(certPem)]
  t.ok(ca.ca)
  t.notOk(server.ca)
  t.ok(ca.verify(ca.publicKey))
  t.ok(server.verify(ca.publicKey))
  t.ok(server.checkIssued(ca))
  t.ok(server.checkPrivateKey(createPrivateKey(keyPem)))
  t.equal(ca.subject, 'CN=vault-mock CA')
  t.equal(server.subject, 'CN=vault.test')
})

t.test('it is valid for the host and for this machine', async (t) => {
  const { certPem } = makeCertificates({ host: 'vault.test', nowMs: NOW_MS })
  const certificate = new X509Certificate(certPem)
  t.equal(certificate.subjectAltName, 'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:vault.test')
  for (const name of ['localhost', 'vault.test']) t.ok(certificate.checkHost(name))
  t.notOk(certificate.checkHost('other.test'))
})

for (const address of ['10.1.2.3', '2001:db8::ff', '::ffff:1.2.3.4', '1:2:3:4:5:6:7:8', '::']) {
  t.test(`a host that is the address ${address}`, async (t) => {
    const certificate = new X509Certificate(makeCertificates({ host: address, nowMs: NOW_MS }).certPem)
    t.ok(certificate.checkIP(address))
    t.ok(certificate.checkIP('127.0.0.1'))
  })
}

t.test('its instants are those given', async (t) => {
  const { certPem } = makeCertificates({ host: '', nowMs: NOW_MS, notBeforeAtMs: Date.parse('2049-12-31T23:59:59Z'), notAfterAtMs: Date.parse('2050-01-01T00:00:00Z') })
  const { validFrom, validTo } = new X509Certificate(certPem)
  t.equal(validFrom, 'Dec 31 23:59:59 2049 GMT')
  t.equal(validTo, 'Jan  1 00:00:00 2050 GMT')
})

t.test('by default it holds from the day before, for as long as all clients accept', async (t) => {
  const { validFrom, validTo } = new X509Certificate(makeCertificates({ host: '', nowMs: NOW_MS }).certPem)
  t.equal(validFrom, 'Nov 20 10:00:00 2026 GMT')
  t.equal((Date.parse(validTo) - Date.parse(validFrom)) / 86_400_000, 825)
})

t.test('its uses are a server\'s and a client\'s, its number positive and its own', async (t) => {
  const numbers = Array.from({ length: 50 }, () => {
    const certificate = new X509Certificate(makeCertificates({ host: '', nowMs: NOW_MS }).certPem)
    t.strictSame(certificate.keyUsage, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
    t.notMatch(certificate.serialNumber, /^-/)
    return certificate.serialNumber
  })
  t.equal(new Set(numbers).size, 50)
})

t.test('a client that trusts the authority is answered, another is not', async (t) => {
  const { caPem, certPem, keyPem } = makeCertificates({ host: '', nowMs: Date.now() })
  const listener = await openListener({ host: '127.0.0.1', port: 0, tls: { cert: certPem, key: keyPem }, handle: echo })
  t.teardown(() => listener.close())
  const ask = (ca: string | undefined): Promise<string> => new Promise((resolve, reject) => {
    request(listener.url, { ca, agent: false }, (answer) => { answer.setEncoding('utf8').on('data', resolve) }).on('error', reject).end()
  })
  t.equal(await ask(caPem), '<GET / 0>')
  await t.rejects(ask(undefined), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
  await t.rejects(ask(makeCertificates({ host: '', nowMs: Date.now() }).caPem))
})
