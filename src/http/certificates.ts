// A certificate authority and a server certificate made at start, for HTTPS without any files of the user's own.
//
// Writes the DER of X.509 (RFC 5280) itself: two fixed shapes of certificate need a dozen of its types, and a library
// for all of it would be the largest part of the program.
import { createHash, createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { isIP } from 'node:net'

export interface CertificateOptions {
  /** a name or an IP address, valid beside localhost, 127.0.0.1 and ::1 */
  readonly host: string
  readonly nowMs: number
  /** default a day before `nowMs`: other machines' clocks may be behind */
  readonly notBeforeAtMs?: number
  /** default 825 days after `notBeforeAtMs`, the longest that all clients accept */
  readonly notAfterAtMs?: number
}

/** PEM texts. The certificate is signed by the authority, whose key is thrown away. */
export interface Certificates { readonly caPem: string, readonly certPem: string, readonly keyPem: string }

interface Shape {
  readonly commonName: string
  readonly issuer: { readonly commonName: string, readonly keys: Keys }
  readonly keys: Keys
  readonly validity: Buffer
  readonly extensions: readonly Buffer[]
}

interface Keys { readonly privateKey: KeyObject, /** DER of the SubjectPublicKeyInfo */ readonly publicKey: Buffer }

const DAY_MS = 86_400_000
const LONGEST_VALIDITY_MS = 825 * DAY_MS
const CA_NAME = 'vault-mock CA'
const ALWAYS_VALID_FOR = ['localhost', '127.0.0.1', '::1']

/**
 * Makes an authority and a certificate signed by it: ECDSA on P-256 with SHA-256, in a few milliseconds.
 *
 * @example
 * const { caPem, certPem, keyPem } = makeCertificates({ host: 'vault.test', nowMs })
 */
export function makeCertificates (options: CertificateOptions): Certificates {
  const { host, nowMs, notBeforeAtMs = nowMs - DAY_MS, notAfterAtMs = notBeforeAtMs + LONGEST_VALIDITY_MS } = options
  const caKeys = makeKeys()
  const keys = makeKeys()
  const issuer = { commonName: CA_NAME, keys: caKeys }
  const validity = sequence(time(notBeforeAtMs), time(notAfterAtMs))
  const hosts = [...new Set([...ALWAYS_VALID_FOR, ...(host === '' ? [] : [host])])]
  const ca = certificate({ ...issuer, issuer, validity, extensions: authorityExtensions(caKeys) })
  const server = certificate({ commonName: hosts.at(-1) ?? 'localhost', issuer, keys, validity, extensions: serverExtensions(keys, caKeys, hosts) })
  return { caPem: pem(ca), certPem: pem(server), keyPem: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string }
}

function makeKeys (): Keys {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    publicKeyEncoding: { type: 'spki', format: 'der' }
  })
  return { privateKey: createPrivateKey({ key: privateKey, type: 'pkcs8', format: 'der' }), publicKey }
}

function pem (der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

/** RFC 5280 §4.1 */
function certificate ({ commonName, issuer, keys, validity, extensions }: Shape): Buffer {
  const algorithm = sequence(objectId('1.2.840.10045.4.3.2')) // ecdsa-with-SHA256
  const toBeSigned = sequence(
    element(0xa0, integer(Buffer.of(2))), // version 3
    integer(keyId(keys).subarray(0, 16)), // unique, because the key is
    algorithm,
    name(issuer.commonName),
    validity,
    name(commonName),
    keys.publicKey,
    element(0xa3, sequence(...extensions))
  )
  return sequence(toBeSigned, algorithm, bits(sign('sha256', toBeSigned, issuer.keys.privateKey)))
}

/** RFC 5280 §4.2 */
function authorityExtensions (keys: Keys): Buffer[] {
  return [
    extension('2.5.29.19', sequence(TRUE, integer(Buffer.of(0))), true), // basic constraints: authority, of no other
    extension('2.5.29.15', bits(Buffer.of(0x06), 1), true), // key usage: signs certificates and revocations
    extension('2.5.29.14', octets(keyId(keys)))
  ]
}

function serverExtensions (keys: Keys, caKeys: Keys, hosts: readonly string[]): Buffer[] {
  return [
    extension('2.5.29.19', sequence(), true),
    extension('2.5.29.15', bits(Buffer.of(0x80), 7), true), // key usage: digital signature
    extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.1'), objectId('1.3.6.1.5.5.7.3.2'))), // server, client
    extension('2.5.29.17', sequence(...hosts.map(alternativeName))),
    extension('2.5.29.14', octets(keyId(keys))),
    extension('2.5.29.35', sequence(element(0x80, keyId(caKeys))))
  ]
}

function keyId ({ publicKey }: Keys): Buffer {
  return createHash('sha1').update(publicKey).digest()
}

function extension (id: string, value: Buffer, critical = false): Buffer {
  return sequence(objectId(id), ...(critical ? [TRUE] : []), octets(value))
}

function alternativeName (host: string): Buffer {
  return isIP(host) === 0 ? element(0x82, Buffer.from(host, 'latin1')) : element(0x87, addressBytes(host))
}

/** 4 or 16 bytes. */
function addressBytes (address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number))
  const plain = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [before = [], after = []] = plain.split('::').map((part) => part.split(':').filter((group) => group !== ''))
  const zeros = Array<string>(8 - before.length - after.length).fill('0')
  return Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join(''), 'hex')
}

function name (commonName: string): Buffer {
  return sequence(element(0x31, sequence(objectId('2.5.4.3'), element(0x0c, Buffer.from(commonName)))))
}

/** UTCTime until 2049, then GeneralizedTime. */
function time (atMs: number): Buffer {
  const digits = new Date(atMs).toISOString().replace(/\.\d+|[-:T]/g, '')
  return digits < '2050' ? element(0x17, Buffer.from(digits.slice(2))) : element(0x18, Buffer.from(digits))
}

function element (tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.of(tag), lengthOf(content), content])
}

function lengthOf ({ length }: Buffer): Buffer {
  if (length < 0x80) return Buffer.of(length)
  return length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff)
}

const TRUE = element(0x01, Buffer.of(0xff))

function sequence (...contents: readonly Buffer[]): Buffer {
  return element(0x30, ...contents)
}

function octets (content: Buffer): Buffer {
  return element(0x04, content)
}

function bits (content: Buffer, unused = 0): Buffer {
  return element(0x03, Buffer.of(unused), content)
}

/** A positive integer, without leading zeros but for the one that keeps it positive. */
function integer (bigEndian: Buffer): Buffer {
  const first = bigEndian.findIndex((byte) => byte !== 0)
  const digits = bigEndian.subarray(first < 0 ? bigEndian.length - 1 : first)
  return element(0x02, (digits[0] ?? 0) >= 0x80 ? Buffer.of(0) : Buffer.alloc(0), digits)
}

function objectId (dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return element(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128 (number: number): number[] {
  const low = number & 0x7f
  return number < 0x80 ? [low] : [...base128(number >> 7).map((byte) => byte | 0x80), low]
}
