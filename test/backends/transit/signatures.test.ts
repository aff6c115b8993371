// transit/sign, verify, hmac: against OpenSSL, and each way of signing against the other
import t from 'tap'
import fc from 'fast-check'
import { constants, createHash, createHmac, createPublicKey, verify } from 'node:crypto'
import { CONTEXT, TEXT, transit, type Transit } from './transit-server.js'

const HASHES = {
  sha1: 'sha1',
  'sha2-224': 'sha224',
  'sha2-256': 'sha256',
  'sha2-384': 'sha384',
  'sha2-512': 'sha512',
  'sha3-224': 'sha3-224',
  'sha3-256': 'sha3-256',
  'sha3-384': 'sha3-384',
  'sha3-512': 'sha3-512'
} as const
const INPUT = Buffer.from(TEXT, 'base64')

function bytesOf (signature: string, encoding: BufferEncoding = 'base64'): Buffer {
  return Buffer.from(signature.replace(/^vault:v\d+:/, ''), encoding)
}

async function publicKey ({ read }: Transit, name: string): Promise<string> {
  return (await read(`keys/${name}`)).keys[1].public_key
}

for (const type of ['ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521']) {
  t.test(`OpenSSL verifies what ${type} signs, in both forms, also of hashes made by the client`, async (t) => {
    const server = await transit(t)
    await server.key('pair', { type })
    const key = await publicKey(server, 'pair')
    for (const [name, hash] of Object.entries(HASHES)) {
      const prehashed = { input: createHash(hash).update(INPUT).digest('base64'), prehashed: true }
      for (const body of [{ input: TEXT }, prehashed]) {
        const asn1 = await server.write(`sign/pair/${name}`, body)
        t.ok(verify(hash, INPUT, key, bytesOf(asn1.signature)), `${name} asn1`)
        const jws = await server.write(`sign/pair/${name}`, { ...body, marshaling_algorithm: 'jws' })
        const dsaEncoding = 'ieee-p1363'
        t.ok(verify(hash, INPUT, { key, dsaEncoding }, bytesOf(jws.signature, 'base64url')), `${name} jws`)
        t.ok((await server.write(`verify/pair/${name}`, { ...prehashed, signature: asn1.signature })).valid)
      }
    }
  })
}

t.test('OpenSSL verifies what RSA signs, with PSS and PKCS#1, also of hashes made by the client', async (t) => {
  const server = await transit(t, { profile: 'vault-1.21' })
  await server.key('pair', { type: 'rsa-2048' })
  const key = await publicKey(server, 'pair')
  const padding = constants.RSA_PKCS1_PSS_PADDING
  for (const [name, hash] of Object.entries(HASHES)) {
    const prehashed = { input: createHash(hash).update(INPUT).digest('base64'), prehashed: true }
    for (const body of [{ input: TEXT }, prehashed]) {
      const pss = bytesOf((await server.write(`sign/pair/${name}`, { ...body, salt_length: '13' })).signature)
      t.ok(verify(hash, INPUT, { key, padding, saltLength: 13 }, pss), `${name} pss`)
      const longest = bytesOf((await server.write(`sign/pair/${name}`, body)).signature)
      t.ok(verify(hash, INPUT, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_AUTO }, longest), `${name} pss`)
      const pkcs1 = { ...body, signature_algorithm: 'pkcs1v15' }
      const { signature } = await server.write(`sign/pair/${name}`, pkcs1)
      t.ok(verify(hash, INPUT, key, bytesOf(signature)), `${name} pkcs1v15`)
      const claim = { ...prehashed, signature_algorithm: 'pkcs1v15', signature }
      t.ok((await server.write(`verify/pair/${name}`, claim)).valid)
    }
  }
})

t.test('no other hash, input, salt, key or form verifies', async (t) => {
  const { key, write } = await transit(t)
  await key('pair', { type: 'rsa-2048' })
  await key('other', { type: 'rsa-2048' })
  const { signature } = await write('sign/pair', { input: TEXT, salt_length: 'hash' })
  const valid = async (body: object, name = 'pair'): Promise<boolean> =>
    (await write(`verify/${name}`, { input: TEXT, signature, ...body })).valid
  t.equal(await valid({}), true)
  t.equal(await valid({}, 'other'), false)
  t.equal(await valid({ input: CONTEXT }), false)
  t.equal(await valid({ salt_length: '20' }), false)
  t.equal(await valid({ hash_algorithm: 'sha2-224' }), false)
  t.equal(await valid({ signature_algorithm: 'pkcs1v15' }), false)
})

t.test('a signature of a client\'s hash is refused once a bit of it has changed', async (t) => {
  const { key, write } = await transit(t)
  const digest = createHash('sha256').update(INPUT).digest('base64')
  const asked = { input: digest, prehashed: true }
  for (const [type, options] of [['ecdsa-p521', { marshaling_algorithm: 'jws' }], ['rsa-2048', {}]] as const) {
    await key(type, { type })
    const encoding = type === 'rsa-2048' ? 'base64' : 'base64url'
    const made = bytesOf((await write(`sign/${type}`, { ...asked, ...options })).signature, encoding)
    await fc.assert(fc.asyncProperty(fc.nat(made.length * 8 - 1), async (bit) => {
      const changed = Buffer.from(made)
      changed[bit >> 3] = changed[bit >> 3]! ^ (1 << (bit & 7))
      const signature = `vault:v1:${changed.toString(encoding)}`
      t.equal((await write(`verify/${type}`, { ...asked, ...options, signature })).valid, false)
    }), { numRuns: 25 })
  }
})

t.test('Ed25519 signs as OpenSSL does; a derived key has a pair for each context', async (t) => {
  const server = await transit(t)
  await server.key('plain', { type: 'ed25519' })
  await server.key('derived', { type: 'ed25519', derived: true })
  const spki = (raw: string): Buffer => Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(raw, 'base64')])
  const check = (raw: string, signature: string): boolean =>
    verify(null, INPUT, createPublicKey({ key: spki(raw), format: 'der', type: 'spki' }), bytesOf(signature))
  const plain = await server.write('sign/plain', { input: TEXT })
  t.ok(check(await publicKey(server, 'plain'), plain.signature))
  const derived = await server.write('sign/derived', { input: TEXT, context: CONTEXT })
  t.ok(check(derived.public_key, derived.signature))
  const shown = await server.read(`keys/derived?context=${encodeURIComponent(CONTEXT)}`)
  t.equal(shown.keys[1].public_key, derived.public_key)
  t.equal((await server.write('verify/derived', { input: TEXT, context: CONTEXT, signature: derived.signature })).valid, true)
})

t.test('HMACs are those of the version\'s key', async (t) => {
  const { key, write, read } = await transit(t)
  await key('mine', { exportable: true })
  await write('keys/mine/rotate')
  const { keys } = await read('export/hmac-key/mine')
  const expected = (version: number): string => {
    return createHmac('sha3-256', Buffer.from(keys[version], 'base64')).update(INPUT).digest('base64')
  }
  t.equal((await write('hmac/mine/sha3-256', { input: TEXT })).hmac, `vault:v2:${expected(2)}`)
  t.equal((await write('hmac/mine/sha3-256', { input: TEXT, key_version: 1 })).hmac, `vault:v1:${expected(1)}`)
})

t.test('batches say of each item what became of it', async (t) => {
  const { key, write, refusal } = await transit(t)
  await key('pair', { type: 'ecdsa-p256' })
  const { batch_results: signed } = await write('sign/pair', { batch_input: [{ input: TEXT, reference: 'a' }, {}] })
  t.match(signed, [{ key_version: 1, reference: 'a' }, { key_version: 0, error: 'missing input', reference: '' }])
  const claim = { input: TEXT, signature: signed[0].signature }
  const claims = [claim, { ...claim, signature: 'vault:v1:MAYCAQECAQEA' }, { ...claim, signature: 'vault:v1:AAAA' }]
  t.strictSame((await write('verify/pair', { batch_input: claims })).batch_results, [
    { valid: true, reference: '' },
    { valid: false, error: 'supplied signature contains extra data', reference: '' },
    { valid: false, error: 'supplied signature is invalid', reference: '' }
  ])
  t.equal(await refusal('verify/pair', { batch_input: [claim, { input: TEXT }] }),
    "400 some elements of batch_input are missing 'signature'")
})

const REFUSED: ReadonlyArray<readonly [string, object, string]> = [
  ['sign/rsa', { salt_length: '400' }, '500 1 error occurred:\n\t* requested salt length 400 is invalid\n\n'],
  ['sign/rsa', { salt_length: '-2' }, '400 salt length is invalid: -2'],
  ['sign/rsa', { signature_algorithm: 'pkcs1v15', hash_algorithm: 'sha3-256' },
    '500 1 error occurred:\n\t* crypto/rsa: unsupported hash function\n\n'],
  ['sign/rsa', { signature_algorithm: 'pkcs1v15', prehashed: true },
    '500 1 error occurred:\n\t* crypto/rsa: input must be hashed message\n\n'],
  ['sign/rsa', { context: '!' }, '400 failed to base64-decode context'],
  ['sign/rsa', { key_version: -1 }, '500 1 error occurred:\n\t* requested version for signing is negative\n\n'],
  ['verify/rsa', { signature: 'vault:v1' }, '400 invalid signature: wrong number of fields'],
  ['verify/rsa', { signature: 'vault:v0:AAAA' },
    '400 ciphertext or signature version is disallowed by policy (too old)'],
  ['hmac/rsa', { key_version: 3 }, '400 key version does not exist; latest key version is 1']
]

t.test('what cannot be signed or verified is refused', async (t) => {
  const { key, refusal } = await transit(t)
  await key('rsa', { type: 'rsa-2048' })
  for (const [path, body, verdict] of REFUSED) t.equal(await refusal(path, { input: TEXT, ...body }), verdict, path)
})
