// transit/encrypt, decrypt, rewrap, datakey: layouts, batches, versions, contexts
import t from 'tap'
import fc from 'fast-check'
import { createDecipheriv, hkdfSync } from 'node:crypto'
import { base64, CONTEXT, TEXT, transit } from './transit-server.js'

t.test('POST encrypt/:name puts the nonce before the ciphertext and the tag behind it', async (t) => {
  const { key, write, read } = await transit(t)
  await key('open', { exportable: true })
  const { ciphertext } = await write('encrypt/open', { plaintext: TEXT, associated_data: base64('header') })
  const bytes = Buffer.from(ciphertext.replace('vault:v1:', ''), 'base64')
  const secret = Buffer.from((await read('export/encryption-key/open')).keys[1], 'base64')
  const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, 12))
  decipher.setAAD(Buffer.from('header')).setAuthTag(bytes.subarray(-16))
  t.equal(Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('base64'), TEXT)
})

t.test('POST encrypt/:name derives the key for a context with HKDF', async (t) => {
  const { key, write, read } = await transit(t)
  await key('derived', { derived: true, exportable: true })
  const { ciphertext } = await write('encrypt/derived', { plaintext: TEXT, context: CONTEXT })
  const bytes = Buffer.from(ciphertext.replace('vault:v1:', ''), 'base64')
  const secret = Buffer.from((await read('export/encryption-key/derived')).keys[1], 'base64')
  const derived = Buffer.from(hkdfSync('sha256', secret, '', Buffer.from(CONTEXT, 'base64'), 32))
  const decipher = createDecipheriv('aes-256-gcm', derived, bytes.subarray(0, 12)).setAuthTag(bytes.subarray(-16))
  t.equal(Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('base64'), TEXT)
})

for (const type of ['aes128-gcm96', 'aes256-gcm96', 'chacha20-poly1305', 'xchacha20-poly1305', 'rsa-2048']) {
  t.test(`POST decrypt/:name gives back what ${type} has encrypted, whatever it was`, async (t) => {
    const { key, write } = await transit(t, { profile: 'openbao-2.5' })
    await key('any', { type })
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (bytes) => {
      const plaintext = Buffer.from(bytes).toString('base64')
      const { ciphertext } = await write('encrypt/any', { plaintext })
      t.equal((await write('decrypt/any', { ciphertext })).plaintext, plaintext)
    }), { numRuns: 20 })
  })
}

t.test('convergent keys make the same of the same text and context, and nothing else', async (t) => {
  const { key, write } = await transit(t)
  await key('same', { derived: true, convergent_encryption: true })
  const sealed = async (plaintext: string, context: string): Promise<string> =>
    (await write('encrypt/same', { plaintext, context })).ciphertext
  t.equal(await sealed(TEXT, CONTEXT), await sealed(TEXT, CONTEXT))
  t.not(await sealed(TEXT, CONTEXT), await sealed(TEXT, base64('other')))
  t.not(await sealed(TEXT, CONTEXT), await sealed(base64('other'), CONTEXT))
})

t.test('a context may be longer than 1024 bytes', async (t) => {
  const { key, write } = await transit(t)
  await key('derived', { derived: true })
  const context = base64('long '.repeat(1000))
  const { ciphertext } = await write('encrypt/derived', { plaintext: TEXT, context })
  t.equal((await write('decrypt/derived', { ciphertext, context })).plaintext, TEXT)
})

t.test('one seed makes the same keys and nonces', async (t) => {
  const made = async (): Promise<string> => {
    const { write } = await transit(t, { seed: 7 })
    return (await write('encrypt/fresh', { plaintext: TEXT })).ciphertext
  }
  t.equal(await made(), await made())
})

t.test('a batch keeps its order and references; failures have the status of the worst, or the one wished for', async (t) => {
  const { key, send } = await transit(t)
  await key('mine')
  const items = [{ plaintext: TEXT, reference: 'a' }, { plaintext: '!', reference: 'b' }]
  const failed = await send('POST', 'transit/encrypt/mine', { batch_input: items })
  t.equal(failed.status, 400)
  t.match(failed.body.data.batch_results, [
    { key_version: 1, reference: 'a' }, { error: 'illegal base64 data at input byte 0', reference: 'b' }
  ])
  const wished = { batch_input: items, partial_failure_response_code: 207 }
  t.equal((await send('POST', 'transit/encrypt/mine', wished)).status, 207)
})

t.test('a wish for an impossible status is refused with a warning, and nothing else', async (t) => {
  const { key, send } = await transit(t)
  await key('mine')
  const { status, body } = await send('POST', 'transit/encrypt/mine', {
    batch_input: [{ plaintext: TEXT }, { plaintext: '!' }], partial_failure_response_code: 600
  })
  t.equal(status, 400)
  t.match(body.warnings, [/invalid HTTP response code override .* reverting to 400/])
})

t.test('POST rewrap/:name brings a ciphertext to the newest version, or to one that is named', async (t) => {
  const { key, write } = await transit(t)
  await key('mine')
  const { ciphertext } = await write('encrypt/mine', { plaintext: TEXT })
  await write('keys/mine/rotate')
  t.match(await write('rewrap/mine', { ciphertext }), { key_version: 2, ciphertext: /^vault:v2:/ })
  const batch = { batch_input: [{ ciphertext, key_version: 1, reference: 'r' }, { ciphertext: 'x' }] }
  t.match((await write('rewrap/mine', batch)).batch_results, [
    { key_version: 1, reference: 'r' }, { error: 'invalid ciphertext: no prefix' }
  ])
})

t.test('POST datakey/:kind/:name gives a key that decrypts to what it says', async (t) => {
  const { key, write } = await transit(t)
  await key('mine')
  const { plaintext, ciphertext } = await write('datakey/plaintext/mine', { bits: 512 })
  t.equal(Buffer.from(plaintext, 'base64').length, 64)
  t.equal((await write('decrypt/mine', { ciphertext })).plaintext, plaintext)
  t.notOk('plaintext' in await write('datakey/wrapped/mine'))
})

t.test('config/keys switches off that encrypting makes keys', async (t) => {
  const { write, refusal } = await transit(t)
  await write('config/keys', { disable_upsert: true })
  t.equal(await refusal('encrypt/fresh', { plaintext: TEXT }), '400 encryption key not found')
  await write('config/keys', { disable_upsert: false })
  t.equal(await refusal('encrypt/fresh', { plaintext: TEXT }), '200')
})

const REFUSED: ReadonlyArray<readonly [string, object, string]> = [
  ['encrypt/mine', { plaintext: TEXT, nonce: TEXT }, '400 provided nonce not allowed for this key'],
  ['encrypt/pair', { plaintext: Buffer.alloc(300).toString('base64') },
    '500 1 error occurred:\n\t* failed to RSA encrypt the plaintext: crypto/rsa: message too long for RSA key size\n\n'],
  ['decrypt/pair', { ciphertext: 'vault:v1:AAAA' },
    '500 1 error occurred:\n\t* failed to RSA decrypt the ciphertext: crypto/rsa: decryption error\n\n'],
  ['decrypt/mine', { ciphertext: 'vault:v1' }, '400 invalid ciphertext: wrong number of fields'],
  ['encrypt/new', { plaintext: TEXT, type: 'ecdsa-p256' }, '400 key type ecdsa-p256 not supported for this operation'],
  ['encrypt/new', { plaintext: TEXT, convergent_encryption: true },
    '400 convergent encryption requires derivation to be enabled, so context is required'],
  ['encrypt/mine', { plaintext: TEXT, associated_data: '!' },
    '500 1 error occurred:\n\t* unable to get associated_data/additional_data from factory[0]: ' +
    'illegal base64 data at input byte 0\n\n'],
  ['datakey/wrapped/mine', { context: '!' }, '400 failed to base64-decode context'],
  ['rewrap/mine', { batch_input: 'x' },
    "500 1 error occurred:\n\t* failed to parse batch input: '': source data must be an array or slice, got string\n\n"]
]

for (const [path, body, verdict] of REFUSED) {
  t.test(`POST ${path} with ${JSON.stringify(body).slice(0, 60)} is refused`, async (t) => {
    const { key, refusal } = await transit(t)
    await key('mine')
    await key('pair', { type: 'rsa-2048' })
    t.equal(await refusal(path, body), verdict)
  })
}
