// Private keys in the forms that SSH knows: PKCS #1, SEC 1, PKCS #8 and OpenSSH's own (PROTOCOL.key), none with a
// passphrase.
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { GoError } from '../../go/values.js'
import { ed25519Key } from '../private-keys.js'
import { LONGEST_KEY, publicKeyOf } from './public-keys.js'
import { ShortRead, text, uint32, WireReader } from './wire.js'

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([\s\S]*?)-----END \1-----/
const READ_BY_NODE = ['RSA PRIVATE KEY', 'EC PRIVATE KEY', 'PRIVATE KEY']
const MAGIC = Buffer.from('openssh-key-v1\0')
const CIPHER_BLOCK = 8
const CURVES: Readonly<Record<string, string>> = { nistp256: 'P-256', nistp384: 'P-384', nistp521: 'P-521' }

/**
 * Reads a private key.
 *
 * @throws {GoError} `ssh: no key found`, `ssh: unsupported key type "FOO"`,
 *   `ssh: this private key is passphrase protected`, or where it is broken
 */
export function parsePrivateKey (pem: string): KeyObject {
  if (pem.length > LONGEST_KEY) throw new GoError('ssh: modulus too large')
  const [block, label = '', content = ''] = BLOCK.exec(pem) ?? []
  if (block === undefined) throw new GoError('ssh: no key found')
  if (/^Proc-Type: 4,ENCRYPTED/m.test(content)) throw passphrase()
  if (label === 'OPENSSH PRIVATE KEY') return parseOpenSshKey(Buffer.from(content, 'base64'))
  if (!READ_BY_NODE.includes(label)) throw new GoError(`ssh: unsupported key type ${JSON.stringify(label)}`)
  const key = readByNode(`${block}\n`)
  publicKeyOf(key)
  return key
}

/** The end of Go's text, which tells each byte of what it did not expect, is left out. */
function readByNode (pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    throw new GoError('asn1: structure error')
  }
}

function parseOpenSshKey (bytes: Buffer): KeyObject {
  try {
    if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw broken()
    const reader = new WireReader(bytes.subarray(MAGIC.length))
    const [cipher, derivation] = [reader.text(), reader.text()].map((name) => name.toString())
    if (cipher !== 'none' || derivation !== 'none') throw passphrase()
    reader.text()
    if (reader.uint32() !== 1) throw new GoError('ssh: multi-key files are not supported')
    reader.text()
    return readSecrets(new WireReader(reader.text()))
  } catch (error) {
    throw error instanceof GoError ? error : broken()
  }
}

/** @throws {ShortRead} @throws what Node says of numbers that are no key */
function readSecrets (reader: WireReader): KeyObject {
  const check = reader.uint32()
  if (reader.uint32() !== check) throw broken()
  const type = reader.text().toString()
  if (type === 'ssh-ed25519') return readEd25519(reader)
  if (type === 'ssh-rsa') return readRsa(reader)
  if (type.startsWith('ecdsa-sha2-')) return readCurveKey(reader)
  throw new GoError('ssh: unhandled key type')
}

function readEd25519 (reader: WireReader): KeyObject {
  reader.text()
  const secret = reader.text()
  if (secret.length !== 64) throw new GoError('ssh: private key unexpected length')
  return ed25519Key(secret.subarray(0, 32))
}

function readRsa (reader: WireReader): KeyObject {
  const [n, e, d, qi, p, q] = Array.from({ length: 6 }, () => reader.text())
  if (n === undefined || e === undefined || d === undefined || qi === undefined || p === undefined || q === undefined) {
    throw new ShortRead()
  }
  const numbers = { n, e, d, p, q, dp: remainder(d, p), dq: remainder(d, q), qi }
  const encoded = Object.entries(numbers).map(([name, bytes]) => [name, magnitude(bytes).toString('base64url')])
  return createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(encoded) }, format: 'jwk' })
}

function readCurveKey (reader: WireReader): KeyObject {
  const crv = CURVES[reader.text().toString()]
  if (crv === undefined) throw new GoError('ssh: unhandled elliptic curve')
  const point = reader.text()
  const length = (point.length - 1) / 2
  const scalar = magnitude(reader.text())
  const d = Buffer.concat([Buffer.alloc(Math.max(length - scalar.length, 0)), scalar])
  const [x, y] = [point.subarray(1, 1 + length), point.subarray(1 + length)]
  const text = (bytes: Buffer): string => bytes.toString('base64url')
  return createPrivateKey({ key: { kty: 'EC', crv, x: text(x), y: text(y), d: text(d) }, format: 'jwk' })
}

/** d modulo (prime − 1): OpenSSH leaves it out. */
function remainder (d: Buffer, prime: Buffer): Buffer {
  const hex = (BigInt(`0x${d.toString('hex')}`) % (BigInt(`0x${prime.toString('hex')}`) - 1n)).toString(16)
  return Buffer.from(hex.padStart(hex.length + hex.length % 2, '0'), 'hex')
}

function magnitude (number: Buffer): Buffer {
  return number[0] === 0 ? number.subarray(1) : number
}

function passphrase (): GoError {
  return new GoError('ssh: this private key is passphrase protected')
}

function broken (): GoError {
  return new GoError('ssh: invalid openssh private key format')
}

/** A key as the real server hands it out: PKCS #1, SEC 1, or OpenSSH's own form for Ed25519. */
export function printPrivateKey (key: KeyObject, check: number): string {
  if (key.asymmetricKeyType === 'rsa') return key.export({ type: 'pkcs1', format: 'pem' }).toString()
  if (key.asymmetricKeyType === 'ec') return key.export({ type: 'sec1', format: 'pem' }).toString()
  const lines = openSshForm(key, check).toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n')
}

/** @param check stands there twice, so that a reader with a wrong passphrase would notice */
function openSshForm (key: KeyObject, check: number): Buffer {
  const { blob, type } = publicKeyOf(key)
  const { d = '', x = '' } = key.export({ format: 'jwk' })
  const [seed, point] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')]
  const secrets = [uint32(check), uint32(check), text(type), text(point), text(Buffer.concat([seed, point])), text('')]
  const plain = Buffer.concat(secrets)
  const padding = Buffer.from(Array.from({ length: -plain.length & (CIPHER_BLOCK - 1) }, (_, i) => i + 1))
  return Buffer.concat([
    MAGIC, text('none'), text('none'), text(''), uint32(1), text(blob), text(Buffer.concat([plain, padding]))
  ])
}
