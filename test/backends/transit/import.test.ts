// transit/keys/:name/import and import_version, wrapping_key, byok-export: keys that come from elsewhere
import t from 'tap'
import { generateKeyPairSync, randomBytes, verify, type KeyObject } from 'node:crypto'
import type { ProfileName } from '../../../src/index.js'
import { oneError } from '../../vault-server.js'
import { TEXT, transit, type Transit } from './transit-server.js'
import { wrapped } from './wrapped.js'

interface Pair { readonly privateKey: KeyObject, readonly publicKey: KeyObject }

const PAIRS: Readonly<Record<string, Pair>> = {
  'rsa-2048': generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'ecdsa-p256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'ecdsa-p384': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ed25519: generateKeyPairSync('ed25519')
}

function pairOf (type: string): Pair {
  const pair = PAIRS[type]
  if (pair === undefined) throw new Error(`no pair of ${type}`)
  return pair
}

function pkcs8 (type: string): Buffer {
  return pairOf(type).privateKey.export({ type: 'pkcs8', format: 'der' })
}

function publicPem (type: string): string {
  return pairOf(type).publicKey.export({ type: 'spki', format: 'pem' }).toString()
}

/** The verdict on an import. */
type Importing = (path: string, material: Buffer, body?: object) => Promise<string>

/** Wraps with the server's own key, and imports. */
async function imports ({ read, refusal }: Transit): Promise<Importing> {
  const { public_key: key } = await read('wrapping_key')
  return async (path, material, body = {}) => {
    return await refusal(`keys/${path}`, { ciphertext: wrapped(key, material), ...body })
  }
}

t.test('imported pairs sign, and their public keys verify it', async (t) => {
  const server = await transit(t)
  const importing = await imports(server)
  for (const [type, { publicKey }] of Object.entries(PAIRS)) {
    t.equal(await importing(`${type}/import`, pkcs8(type), { type }), '204', type)
    const { signature } = await server.write(`sign/${type}`, { input: TEXT, signature_algorithm: 'pkcs1v15' })
    const bytes = Buffer.from(signature.replace('vault:v1:', ''), 'base64')
    const hash = type === 'ed25519' ? null : 'sha256'
    t.ok(verify(hash, Buffer.from(TEXT, 'base64'), publicKey, bytes), type)
  }
})

const REFUSED: ReadonlyArray<readonly [string, Buffer, object, string]> = [
  ['ecdsa-p256', pkcs8('ecdsa-p384'), {}, 'invalid curve: expected P-256, got P-384'],
  ['rsa-3072', pkcs8('rsa-2048'), {}, 'invalid key size: expected 384 bytes, got 256 bytes'],
  ['ed25519', pkcs8('rsa-2048'), {}, 'invalid key type: expected ed25519, got *rsa.PrivateKey'],
  ['rsa-2048', pkcs8('ed25519'), {}, 'invalid key type: expected rsa-2048, got ed25519.PrivateKey'],
  ['aes256-gcm96', randomBytes(16), {}, 'invalid key size 16 bytes for key type aes256-gcm96'],
  ['hmac', randomBytes(20), {}, 'invalid key size 20 bytes for key type hmac']
]

t.test('what does not fit its type is refused, and leaves no key', async (t) => {
  const server = await transit(t)
  const importing = await imports(server)
  for (const [type, material, body, words] of REFUSED) {
    t.equal(await importing('mine/import', material, { type, ...body }), `500 ${oneError(`error importing key: ${words}`)}`)
  }
  t.match(await importing('mine/import', Buffer.from('no key at all…'), { type: 'rsa-2048' }), /error parsing asymmetric key/)
  t.equal(await importing('mine/import', randomBytes(32), { hash_function: 'MD5' }), '400 unknown hash function: MD5')
  t.equal(await importing('mine/import', randomBytes(32), { hash_function: 'SHA1' }), `500 ${oneError('crypto/rsa: decryption error')}`)
  t.equal(await importing('mine/import', randomBytes(32), { type: 'des' }), '400 unknown key type: des')
  t.equal(await server.verdict('GET', 'transit/keys/mine'), '404')
})

t.test('a public key alone verifies and encrypts, and does nothing else until its private half comes', async (t) => {
  const server = await transit(t)
  const importing = await imports(server)
  const { refusal, write } = server
  t.equal(await refusal('keys/mine/import', { public_key: publicPem('rsa-2048'), type: 'rsa-2048' }), '204')
  const { ciphertext } = await write('encrypt/mine', { plaintext: TEXT })
  t.equal(await refusal('decrypt/mine', { ciphertext }),
    `500 ${oneError('cannot decrypt ciphertext, key version does not have a private counterpart')}`)
  t.equal(await refusal('sign/mine', { input: TEXT }),
    `500 ${oneError('requested version for signing does not contain a private part')}`)
  t.equal(await importing('mine/import_version', pkcs8('rsa-2048')), '204')
  t.equal((await server.read('keys/mine')).latest_version, 1)
  t.equal((await write('decrypt/mine', { ciphertext })).plaintext, TEXT)
})

t.test('import_version adds versions to imported keys alone', async (t) => {
  const server = await transit(t)
  const importing = await imports(server)
  await importing('mine/import', randomBytes(32), { allow_rotation: true })
  t.equal(await importing('mine/import_version', randomBytes(32)), '204')
  t.equal((await server.read('keys/mine')).latest_version, 2)
  t.equal(await importing('mine/import_version', randomBytes(32), { version: 1 }),
    `500 ${oneError('provided type does not support importing key versions')}`)
  t.equal(await importing('none/import_version', randomBytes(32)),
    `500 ${oneError('no key found with name none; to import a new key, use the import/ endpoint')}`)
  await server.write('keys/mine/rotate')
  t.equal(await importing('mine/import_version', randomBytes(32)),
    `500 ${oneError('the import_version endpoint can only be used with an imported key')}`)
})

t.test('the folder of the wrapping key is listed by all but vault-1.21', async (t) => {
  const listed = async (profile: ProfileName): Promise<string[]> => {
    const { key, read, send } = await transit(t, { profile })
    await key('mine')
    await read('wrapping_key')
    return (await send('LIST', 'transit/keys')).body.data.keys
  }
  t.same(await listed('vault-1.14'), ['import/', 'mine'])
  t.same(await listed('vault-1.21'), ['mine'])
})

t.test('byok-export wraps a key for another server, which takes it', async (t) => {
  const [from, to] = [await transit(t), await transit(t)]
  const { public_key: wrapping } = await to.read('wrapping_key')
  await from.refusal('keys/destination/import', { public_key: wrapping, type: 'rsa-4096' })
  for (const type of ['aes256-gcm96', 'ecdsa-p256', 'ed25519', 'rsa-2048', 'hmac']) {
    await from.key(type, { type, exportable: true, key_size: type === 'hmac' ? 32 : 0 })
    const { keys } = await from.read(`byok-export/destination/${type}`)
    t.equal(await to.refusal(`keys/${type}/import`, { ciphertext: keys[1], type, exportable: true }), '204', type)
    const kind = type.startsWith('aes') ? 'encryption-key' : type === 'hmac' ? 'hmac-key' : 'signing-key'
    t.strictSame(await to.read(`export/${kind}/${type}`), await from.read(`export/${kind}/${type}`), type)
  }
  t.equal(await from.verdict('GET', 'transit/byok-export/none/ed25519'), `500 ${oneError('no such destination key to export to')}`)
  t.equal(await from.verdict('GET', 'transit/byok-export/destination/none'), `500 ${oneError('no such source key for export')}`)
  await from.key('kept')
  t.equal(await from.verdict('GET', 'transit/byok-export/destination/kept'), '400 key is not exportable')
})
