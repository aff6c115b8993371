// The seal's cryptography: the right key opens, any other does not, and keys are read as Vault reads them.
import t from 'tap'
import { checkKeyLength, decodeKey, openBytes, openRootKey, sealBytes, sealRootKey } from '../../src/cluster/barrier.js'
import { randomSource } from './random-source.js'

const random = randomSource(1)
const rootKey = random(32)
const unsealKey = random(32)
const nonce = random(12)
const refused = (message: string): { name: string, kind: string, message: string } => ({ name: 'VaultError', kind: 'invalid', message })

t.test('the unseal key opens what it sealed', async t => {
  t.strictSame(openRootKey(sealRootKey(rootKey, unsealKey, nonce), unsealKey), rootKey)
})

t.test('a wrong unseal key is refused as recorded, also one of another AES size', async t => {
  const sealed = sealRootKey(rootKey, unsealKey, nonce)
  const message = 'unable to retrieve stored keys: invalid key: failed to decrypt keys from storage: cipher: message authentication failed'
  t.throws(() => openRootKey(sealed, random(32)), refused(message))
  t.throws(() => openRootKey(sealed, random(16)), refused(message))
})

t.test('a share in place of the key has a size that AES does not have', async t => {
  const sealed = sealRootKey(rootKey, unsealKey, nonce)
  t.throws(() => openRootKey(sealed, random(33)), refused('invalid key: failed to setup unseal key: crypto/aes: invalid key size 33'))
})

t.test('sealed bytes open with their key alone, unchanged, and are the same for the same nonce', async t => {
  const bytes = Buffer.from('some bytes')
  const sealed = sealBytes(rootKey, bytes, nonce)
  t.strictSame(Buffer.from(openBytes(rootKey, sealed)!), bytes)
  t.strictSame(sealBytes(rootKey, bytes, nonce), sealed)
  t.equal(openBytes(unsealKey, sealed), undefined)
  for (let at = 0; at < sealed.length; at++) {
    t.equal(openBytes(rootKey, sealed.map((byte, index) => index === at ? byte ^ 1 : byte)), undefined)
  }
})

t.test('what nobody sealed does not open', async t => {
  for (const junk of ['', 'junk', '\n', '\n\x05short']) t.equal(openBytes(rootKey, Buffer.from(junk)), undefined)
})

t.test('a key may come as hexadecimal of either case or base64', async t => {
  const key = Buffer.from(unsealKey)
  for (const text of [key.toString('hex'), key.toString('hex').toUpperCase(), key.toString('base64')]) {
    t.strictSame(Buffer.from(decodeKey(text)), key)
  }
})

t.test('hexadecimal digits of no fitting length are base64', async t => {
  t.strictSame(Buffer.from(decodeKey('abcdabcdabcdabcdabcdabcd')), Buffer.from('abcdabcdabcdabcdabcdabcd', 'base64'))
})

t.test('what is neither is refused as recorded', async t => {
  for (const text of ['not-a-key', 'abc', 'a_b-', 'ab=c']) {
    t.throws(() => decodeKey(text), refused("'key' must be a valid hex or base64 string"))
  }
})

t.test('keys of a wrong length are refused', async t => {
  t.throws(() => { checkKeyLength(decodeKey('abcd')) }, refused('invalid key: key is shorter than minimum 16 bytes'))
  t.throws(() => { checkKeyLength(decodeKey(Buffer.alloc(34).toString('base64'))) }, refused('invalid key: key is longer than maximum 33 bytes'))
  t.doesNotThrow(() => checkKeyLength(new Uint8Array(33)))
})
