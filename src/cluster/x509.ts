// Certificates of X.509 (RFC 5280), written as DER: an authority, and what it signs.
//
// Two fixed shapes of certificate need a dozen types of DER; a library for all of it would be the largest part of the
// program.
import { createHash, createPublicKey, sign, type KeyObject } from 'node:crypto'

/** Who signs. */
export interface Issuer {
  readonly commonName: string
  /** of P-256 (ECDSA with SHA-256) or Ed25519, whose signatures are the same each time */
  readonly privateKey: KeyObject
}

export interface Subject {
  readonly commonName: string
  readonly publicKey: KeyObject
  /** names and IP addresses that it is valid for */
  readonly hosts: readonly string[]
}

export interface Validity { readonly notBeforeAtMs: number, readonly notAfterAtMs: number }

/** RFC 5280 §4.1.2.5: the last instant stands for no end at all. */
export const ALWAYS: Validity = {
  notBeforeAtMs: Date.UTC(2000, 0, 1), notAfterAtMs: Date.UTC(9999, 11, 31, 23, 59, 59)
}

/** The certificate of an authority, signed by itself, in DER. */
export function authorityCertificate (issuer: Issuer, validity: Validity): Buffer {
  const publicKey = spki(issuer.privateKey)
  const { commonName } = issuer
  return certificate({ commonName, issuer, publicKey, validity, extensions: authorityExtensions(publicKey) })
}

/** A certificate for servers and clients, in DER. */
export function leafCertificate (subject: Subject, issuer: Issuer, validity: Validity): Buffer {
  const { commonName, publicKey: key, hosts } = subject
  const publicKey = spki(key)
  const extensions = leafExtensions(publicKey, spki(issuer.privateKey), hosts)
  return certificate({ commonName, issuer, publicKey, validity, extensions })
}

/** A certificate as text. */
export function pem (der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}

interface Shape {
  readonly commonName: string
  readonly issuer: Issuer
  /** DER of the SubjectPublicKeyInfo */
  readonly publicKey: Buffer
  readonly validity: Validity
  readonly extensions: readonly Buffer[]
}

/** Of a public or a private key: DER of the SubjectPublicKeyInfo. */
function spki (key: KeyObject): Buffer {
  return (key.type === 'public' ? key : createPublicKey(key)).export({ type: 'spki', format: 'der' })
}

const IPV4 = /^\d+\.\d+\.\d+\.\d+$/
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2'
const ED25519 = '1.3.101.112'

/** RFC 5280 §4.1 */
function certificate ({ commonName, issuer, publicKey, validity, extensions }: Shape): Buffer {
  const isEdwards = issuer.privateKey.asymmetricKeyType === 'ed25519'
  const algorithm = sequence(objectId(isEdwards ? ED25519 : ECDSA_WITH_SHA256))
  const toBeSigned = sequence(
    element(0xa0, integer(Buffer.of(2))), // version 3
    integer(keyId(publicKey).subarray(0, 16)), // unique, because the key is
    algorithm,
    name(issuer.commonName),
    sequence(time(validity.notBeforeAtMs), time(validity.notAfterAtMs)),
    name(commonName),
    publicKey,
    element(0xa3, sequence(...extensions))
  )
  return sequence(toBeSigned, algorithm, bits(sign(isEdwards ? null : 'sha256', toBeSigned, issuer.privateKey)))
}

/** RFC 5280 §4.2 */
function authorityExtensions (publicKey: Buffer): Buffer[] {
  return [
    extension('2.5.29.19', sequence(TRUE, integer(Buffer.of(0))), true), // basic constraints: authority, of no other
    extension('2.5.29.15', bits(Buffer.of(0x06), 1), true), // key usage: signs certificates and revocations
    extension('2.5.29.14', octets(keyId(publicKey)))
  ]
}

function leafExtensions (publicKey: Buffer, issuerKey: Buffer, hosts: readonly string[]): Buffer[] {
  return [
    extension('2.5.29.19', sequence(), true),
    extension('2.5.29.15', bits(Buffer.of(0x80), 7), true), // key usage: digital signature
    extension('2.5.29.37', sequence(objectId('1.3.6.1.5.5.7.3.1'), objectId('1.3.6.1.5.5.7.3.2'))), // server, client
    ...(hosts.length === 0 ? [] : [extension('2.5.29.17', sequence(...hosts.map(alternativeName)))]),
    extension('2.5.29.14', octets(keyId(publicKey))),
    extension('2.5.29.35', sequence(element(0x80, keyId(issuerKey))))
  ]
}

function keyId (publicKey: Buffer): Buffer {
  return createHash('sha1').update(publicKey).digest()
}

function extension (id: string, value: Buffer, critical = false): Buffer {
  return sequence(objectId(id), ...(critical ? [TRUE] : []), octets(value))
}

function alternativeName (host: string): Buffer {
  return isAddress(host) ? element(0x87, addressBytes(host)) : element(0x82, Buffer.from(host, 'latin1'))
}

function isAddress (host: string): boolean {
  return host.includes(':') || IPV4.test(host)
}

/** 4 or 16 bytes. */
function addressBytes (address: string): Buffer {
  if (IPV4.test(address)) return Buffer.from(address.split('.').map(Number))
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
