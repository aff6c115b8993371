// OpenSSH certificates: as OpenSSH reads them, for each kind of key on either side
import t from 'tap'
import fc from 'fast-check'
import { generateKeyPairSync } from 'node:crypto'
import { parsePrivateKey, printPrivateKey } from '../../../src/backends/ssh/private-keys.js'
import { parsePublicKey, publicKeyOf } from '../../../src/backends/ssh/public-keys.js'
import { mpint, text, uint32, WireReader } from '../../../src/backends/ssh/wire.js'
import { withRole } from './engine.js'
import { HAS_KEYGEN, keygen, madeByKeygen } from './keygen.js'
import { KEYS } from './keys.js'

const skip = HAS_KEYGEN ? false : 'ssh-keygen is not installed'
const FULL = {
  allow_user_key_ids: true,
  allowed_extensions: '*',
  default_critical_options: { 'force-command': '/bin/true' }
}

t.test('ssh-keygen reads all that a certificate holds', { skip }, async (t) => {
  const { sign } = await withRole(t, FULL, { ca: 'rsa' })
  const certificate = await sign({
    valid_principals: 'zed, ann,,ann', ttl: '1h', key_id: 'the key', extensions: { 'permit-pty': '', 'a@b.c': 'x' }
  })
  const lines = keygen(['-L', '-f', '%'], certificate).split('\n').map((line) => line.trim())
  t.match(lines[1], 'Type: ssh-ed25519-cert-v01@openssh.com user certificate')
  t.match(lines[3], /^Signing CA: RSA SHA256:\S+ \(using rsa-sha2-256\)$/)
  t.match(lines[4], 'Key ID: "the key"')
  t.match(lines[6], 'Valid: from 2023-12-31T23:59:30 to 2024-01-01T01:00:00')
  t.same(lines.slice(7), [
    'Principals:', 'ann', 'zed', 'Critical Options:', 'force-command /bin/true',
    'Extensions:', 'a@b.c UNKNOWN OPTION: 0000000178 (len 5)', 'permit-pty', ''
  ])
})

for (const ca of Object.keys(KEYS) as (keyof typeof KEYS)[]) {
  t.test(`ssh-keygen verifies what ${ca} signed for every kind of key`, { skip }, async (t) => {
    const { sign } = await withRole(t, {}, { ca })
    for (const { publicKey, privateKey } of Object.values(KEYS)) {
      const read = keygen(['-L', '-f', '%'], await sign({ public_key: publicKey }))
      const [, fingerprint = '?'] = /SHA256:(\S+)/.exec(keygen(['-l', '-f', '%'], privateKey)) ?? []
      t.ok(read.includes(fingerprint), 'it is about the key that was sent')
    }
  })
}

for (const [algorithm, used] of [['default', 'rsa-sha2-256'], ['rsa-sha2-512', 'rsa-sha2-512'], ['ssh-rsa', 'ssh-rsa']]) {
  t.test(`a role with ${algorithm} signs by ${used}`, { skip }, async (t) => {
    const { sign } = await withRole(t, { algorithm_signer: algorithm }, { ca: 'rsa' })
    t.match(keygen(['-L', '-f', '%'], await sign()), `(using ${used})`)
  })
}

t.test('OpenSSH and we read each other\'s private keys', { skip }, async (t) => {
  for (const { privateKey, publicKey } of Object.values(KEYS)) {
    t.match(keygen(['-y', '-f', '%'], privateKey).trim(), publicKey)
  }
})

t.test('a private key is read again, whatever its form', async (t) => {
  for (const { key, privateKey } of Object.values(KEYS)) {
    t.ok(parsePrivateKey(privateKey).equals(key))
    t.ok(parsePrivateKey(key.export({ type: 'pkcs8', format: 'pem' }).toString()).equals(key))
  }
})

for (const type of ['rsa', 'ecdsa', 'ed25519']) {
  t.test(`an ${type} key that OpenSSH made is read`, { skip }, async (t) => {
    const { privateKey, publicKey } = madeByKeygen(type, '')
    t.equal(`${publicKeyOf(parsePrivateKey(privateKey)).blob.toString('base64')}`, publicKey.split(' ')[1])
  })
}

t.test('a key with a passphrase is refused', { skip }, async (t) => {
  const { privateKey } = madeByKeygen('ed25519', 'secret')
  t.throws(() => parsePrivateKey(privateKey), { message: 'ssh: this private key is passphrase protected' })
})

t.test('numbers and texts are read as they were written', async () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(), (bytes, number) => {
    const reader = new WireReader(Buffer.concat([text(bytes), uint32(number), mpint(bytes)]))
    const [first, second, third] = [reader.text(), reader.uint32(), reader.text()]
    const value = (buffer: Uint8Array): bigint => BigInt(`0x0${Buffer.from(buffer).toString('hex')}`)
    return first.equals(bytes) && second === number && value(third) === value(bytes) && reader.rest.length === 0
  }))
})

t.test('a printed key is read again, whatever number stands in it twice', async () => {
  fc.assert(fc.property(fc.nat(), (check) => {
    const { privateKey: key } = generateKeyPairSync('ed25519')
    return publicKeyOf(parsePrivateKey(printPrivateKey(key, check))).blob.equals(publicKeyOf(key).blob)
  }), { numRuns: 20 })
})

const lengthPrefixed = (...parts: string[]): string => Buffer.concat(parts.map((part) => text(part))).toString('base64')

const REFUSED: readonly (readonly [string, string])[] = [
  ['x', 'illegal base64 data at input byte 0'],
  ['ssh-rsa AAAA', 'ssh: short read'],
  [lengthPrefixed('ssh-rsa'), 'ssh: parse error in message type 0'],
  [lengthPrefixed('foo'), 'ssh: unknown key algorithm: foo'],
  [lengthPrefixed('toString'), 'ssh: unknown key algorithm: toString'],
  [lengthPrefixed('ssh-ed25519', 'short'), 'invalid size: 5'],
  [lengthPrefixed('ecdsa-sha2-nistp256', 'nistp256', 'no point'), 'ssh: invalid curve point'],
  [lengthPrefixed('ssh-rsa', 'e', 'n', 'more'), 'ssh: trailing junk in public key'],
  ['A'.repeat(100_000), 'ssh: modulus too large']
]

for (const [line, message] of REFUSED) {
  t.test(`the public key ${line.slice(0, 30)} is refused in Go's words`, async (t) => {
    t.throws(() => parsePublicKey(line), { message })
  })
}
