// Keys for the tests of SSH: made once for the test run.
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { printPrivateKey } from '../../../src/backends/ssh/private-keys.js'
import { authorizedLine, publicKeyOf } from '../../../src/backends/ssh/public-keys.js'

export interface TestKey {
  readonly key: KeyObject
  readonly publicKey: string
  readonly privateKey: string
}

function testKey (key: KeyObject): TestKey {
  const { type, blob } = publicKeyOf(key)
  return { key, publicKey: authorizedLine(type, blob).trim(), privateKey: printPrivateKey(key, 7) }
}

export const KEYS = {
  rsa: testKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey),
  'P-256': testKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
  'P-384': testKey(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey),
  'P-521': testKey(generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey),
  ed25519: testKey(generateKeyPairSync('ed25519').privateKey)
} as const
