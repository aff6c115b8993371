// What is masked in an answer, and what is not.
import t from 'tap'
import { gzipSync } from 'node:zlib'
import { maskAnswer, placesOf } from '../../src/conformance/masking/answers.js'
import { describeDer, describePem } from '../../src/conformance/masking/certificates.js'
import { describeSshKey, describeToken } from '../../src/conformance/masking/tokens.js'
import { hideIn, Masking } from '../../src/conformance/masking/values.js'
import type { Json, Looking } from '../../src/conformance/scenario.js'

const UUID = '0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f'
const masked = (value: Json) => new Masking(placesOf(['http://127.0.0.1:8200'])).value(value)

function answer (body: string | Buffer, looking: Looking = {}, headers: Record<string, string> = {}) {
  const raw = Buffer.from(body)
  return maskAnswer({ status: 200, headers: { 'content-type': 'application/json', ...headers }, raw }, [], looking)
}

t.test('what differs from run to run becomes a word', (t) => {
  t.strictSame(masked({ id: UUID, token: `hvs.${'a'.repeat(24)}`, at: '2026-11-21T10:00:00.123456789Z' }),
    { id: '<uuid>', token: '<token>', at: '<time>' })
  t.strictSame(masked({ last_index: 7, version: '1.14.9+ent', accessor: 'anything', mount: 'kv_1a2b3c4d' }),
    { last_index: '<number>', version: '<version>', accessor: '<accessor>', mount: 'kv_<hex8>' })
  t.strictSame(masked({ lease_id: `auth/token/create/${'A1b2'.repeat(6)}`, keys: ['ab'.repeat(32)], keys_base64: ['x'] }),
    { lease_id: 'auth/token/create/<id>', keys: ['<key-hex>'], keys_base64: ['<key-base64>'] })
  t.strictSame(masked({ a: 'vault:v2:' + Buffer.alloc(40).toString('base64') }), { a: 'vault:v2:<40 bytes>' })
  t.end()
})

t.test('all else stays exact', (t) => {
  const exact = { ttl: 0, accessor: '', at: '0001-01-01T00:00:00Z', count: 12, text: 'permission denied', flag: false, none: null }
  t.strictSame(masked(exact), exact)
  t.equal(new Masking([], { keep: ['ttl'] }).value(3600, 'ttl'), 3600)
  t.end()
})

t.test('addresses of the run become the nodes\' names', (t) => {
  t.strictSame(masked(['http://127.0.0.1:8200', 'at 127.0.0.1:8200', '127.0.0.1:8201']),
    ['<node0>', 'at <node0-host>', '<node0-cluster>'])
  t.strictSame(placesOf(['https://vault.test']).map(([address]) => address), ['https://vault.test', 'vault.test', 'vault.test:444'])
  t.end()
})

t.test('names that become the same word keep all their values, in an order of their own', (t) => {
  const other = UUID.replace('0a', '1a')
  t.strictSame(masked({ [UUID]: 'b', [other]: 'a' }), { '<uuid>': { several: ['a', 'b'] } })
  t.strictSame(masked({ [other]: 'a', [UUID]: 'b' }), masked({ [UUID]: 'b', [other]: 'a' }))
  t.end()
})

t.test('values are hidden by path', (t) => {
  const value: Json = { keys: { 1: { public_key: 'AAAA' }, 2: { public_key: '' } }, name: 'x' }
  hideIn(value, ['keys', '*', 'public_key'], 'bytes')
  hideIn(value, ['name'], 'word')
  t.strictSame(value, { keys: { 1: { public_key: '<3 bytes>' }, 2: { public_key: '' } }, name: '<word>' })
  t.end()
})

t.test('of the headers those that clients look at are compared', (t) => {
  t.strictSame(answer('{}', {}, { date: 'now', 'cache-control': 'no-store', 'content-length': '2' }).headers,
    { 'content-type': 'application/json', 'cache-control': 'no-store' })
  t.end()
})

t.test('a body is JSON, text, a snapshot or nothing', (t) => {
  t.strictSame(answer('{"a":1}\n').body, { json: { a: 1 }, endsWithNewline: true })
  t.strictSame(answer('{"a":1.0}', { asText: true }).body, { text: '{"a":1.0}' })
  t.strictSame(answer('{"a":').body, { text: '{"a":' }, 'broken JSON')
  t.strictSame(answer('{"a":1}', { maskWith: () => 'b' }).body, { json: 'b', endsWithNewline: false })
  t.strictSame(answer('{"a":1}', { maskWith: () => { throw new Error('no data') } }).body, { text: '{"a":1}' })
  t.equal(answer('').body, '')
  t.strictSame(answer(gzipSync(entry('meta.json', '{"Index":1}')), { binary: true }).body,
    { binary: [{ name: 'meta.json', keys: ['Index'] }] })
  t.match(answer('no archive', { binary: true }).body, { binary: /^not an archive: / })
  t.end()
})

/** One file of a tar archive. */
function entry (name: string, content: string): Buffer {
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write(content.length.toString(8).padStart(11, '0'), 124)
  return Buffer.concat([header, Buffer.from(content.padEnd(512, '\0')), Buffer.alloc(1024)])
}

interface Material {
  readonly csrRsa: string
  readonly outsideCa: string
  readonly sshEd25519: string
  readonly jwts: { readonly good: string }
}

t.test('of certificates, keys and tokens the parts that stay the same are kept', async (t) => {
  // scenarios hand these to servers; what openssl and ssh-keygen say of them
  const place = new URL('../../conformance/scenarios/material.js', import.meta.url)
  const { csrRsa, outsideCa, jwts, sshEd25519 } = await import(place.href) as Material
  t.match(describePem(csrRsa, (rest) => rest), {
    pem: 'CERTIFICATE REQUEST',
    request: 'C=DE, O=Acme, CN=www.example.com',
    signature: '1.2.840.113549.1.1.11',
    key: 'rsa 2048',
    extensions: ['subjectAltName: DNS:www.example.com, DNS:api.example.com, IP:10.0.0.1'],
    newlines: 1
  })
  t.match(describePem(outsideCa, (rest) => rest), { pem: 'CERTIFICATE', extensions: /basicConstraints/ })
  t.equal(describePem('no certificate', (rest) => rest), undefined)
  t.equal(describeDer(Buffer.from('3003020101', 'hex')), undefined)
  t.match(describeToken(jwts.good, (value) => masked(value)), { header: { alg: 'RS256' }, claims: { sub: 'ann' }, signature: '<256 bytes>' })
  t.match(describeSshKey(sshEd25519.split(' ').slice(0, 2).join(' ')), { sshKey: 'ssh-ed25519', bytes: 51 })
  t.equal(describeSshKey('ssh-rsa of a kind'), undefined)
})
