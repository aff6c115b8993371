// Public keys as `authorized_keys` has them (RFC 4253, 5656, 8709; OpenSSH's PROTOCOL.u2f), with the words of Go's
// `golang.org/x/crypto/ssh` for what cannot be read.
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { decodeBase64 } from '../../go/base64.js'
import { GoError } from '../../go/values.js'
import { mpint, ShortRead, text, WireReader } from './wire.js'

export interface SshPublicKey {
  /** `ssh-rsa`, `ecdsa-sha2-nistp256` … */
  readonly type: string
  /** with its type in front: what is hashed, and what stands behind the type in a line */
  readonly blob: Buffer
  /** without: what a certificate holds */
  readonly body: Buffer
  readonly algorithm: KeyAlgorithm
  /** 0: they have but one length */
  readonly bits: number
}

/** Characters; a key of 8192 bits, the longest that Go reads, is a tenth of it. */
export const LONGEST_KEY = 65_536

/** What roles call it; keys of hardware tokens are none of these. */
export type KeyAlgorithm = 'rsa' | 'dsa' | 'ecdsa' | 'ed25519' | ''

const CURVES: Readonly<Record<string, { readonly crv: string, readonly bits: number, readonly bytes: number }>> = {
  nistp256: { crv: 'P-256', bits: 256, bytes: 32 },
  nistp384: { crv: 'P-384', bits: 384, bytes: 48 },
  nistp521: { crv: 'P-521', bits: 521, bytes: 66 }
}

/** Reads the fields behind the type, and says how long the key is. */
type BodyReader = (reader: WireReader) => { readonly algorithm: KeyAlgorithm, readonly bits: number }

const READERS: Readonly<Record<string, BodyReader>> = {
  'ssh-rsa': (reader) => {
    reader.text()
    return { algorithm: 'rsa', bits: bitLength(reader.text()) }
  },
  'ssh-dss': (reader) => {
    const bits = bitLength(reader.text())
    for (let left = 3; left > 0; left--) reader.text()
    return { algorithm: 'dsa', bits }
  },
  'ecdsa-sha2-nistp256': readCurvePoint,
  'ecdsa-sha2-nistp384': readCurvePoint,
  'ecdsa-sha2-nistp521': readCurvePoint,
  'ssh-ed25519': readEd25519,
  'sk-ssh-ed25519@openssh.com': (reader) => ofToken(reader, readEd25519),
  'sk-ecdsa-sha2-nistp256@openssh.com': (reader) => ofToken(reader, readCurvePoint)
}

/**
 * The key of a line, or of its second word alone.
 *
 * @throws {GoError} `illegal base64 data at input byte 0`, `ssh: short read`, `ssh: unknown key algorithm: foo`
 */
export function parsePublicKey (line: string): SshPublicKey {
  if (line.length > LONGEST_KEY) throw new GoError('ssh: modulus too large')
  const words = line.split(' ')
  const blob = decodeBase64(words.length > 1 ? words[1] ?? '' : line)
  const reader = new WireReader(blob)
  const type = readType(reader)
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined
  if (read === undefined) throw new GoError(`ssh: unknown key algorithm: ${type}`)
  const body = reader.rest
  try {
    const known = read(reader)
    if (reader.rest.length > 0) throw new GoError('ssh: trailing junk in public key')
    return { type, blob, body, ...known }
  } catch (error) {
    if (!(error instanceof ShortRead)) throw error
    throw new GoError('ssh: parse error in message type 0')
  }
}

function readType (reader: WireReader): string {
  try {
    return reader.text().toString('utf8')
  } catch (error) {
    if (!(error instanceof ShortRead)) throw error
    throw new GoError('ssh: short read')
  }
}

function readCurvePoint (reader: WireReader): ReturnType<BodyReader> {
  const name = reader.text().toString('utf8')
  const curve = Object.hasOwn(CURVES, name) ? CURVES[name] : undefined
  if (curve === undefined) throw new GoError('ssh: unsupported curve')
  const point = reader.text()
  const [x, y] = [point.subarray(1, 1 + curve.bytes), point.subarray(1 + curve.bytes)]
  if (point[0] !== 4 || y.length !== curve.bytes || !isOnCurve(curve.crv, x, y)) {
    throw new GoError('ssh: invalid curve point')
  }
  return { algorithm: 'ecdsa', bits: curve.bits }
}

function isOnCurve (crv: string, x: Buffer, y: Buffer): boolean {
  try {
    createPublicKey({ key: { kty: 'EC', crv, x: x.toString('base64url'), y: y.toString('base64url') }, format: 'jwk' })
    return true
  } catch {
    return false
  }
}

function readEd25519 (reader: WireReader): ReturnType<BodyReader> {
  const { length } = reader.text()
  if (length !== 32) throw new GoError(`invalid size: ${length}`)
  return { algorithm: 'ed25519', bits: 0 }
}

/** The name of the application follows; roles know no lengths of such keys. */
function ofToken (reader: WireReader, read: BodyReader): ReturnType<BodyReader> {
  read(reader)
  reader.text()
  return { algorithm: '', bits: 0 }
}

function bitLength (number: Buffer): number {
  const first = number.findIndex((byte) => byte !== 0)
  return first < 0 ? 0 : 8 * (number.length - first) - Math.clz32(number[first]!) + 24
}

/**
 * The public half of a key.
 *
 * @throws {GoError} `ssh: unsupported key type …`: SSH knows RSA, Ed25519 and three curves
 */
export function publicKeyOf (key: KeyObject): SshPublicKey {
  const jwk = key.export({ format: 'jwk' })
  const [type, ...fields] = fieldsOf(jwk)
  return parsePublicKey(`${type} ${Buffer.concat([text(type), ...fields]).toString('base64')}`)
}

function fieldsOf ({ kty, crv, n, e, x, y }: JsonWebKey): readonly [type: string, ...fields: Buffer[]] {
  if (kty === 'RSA') return ['ssh-rsa', mpint(decoded(e)), mpint(decoded(n))]
  if (crv === 'Ed25519') return ['ssh-ed25519', text(decoded(x))]
  const name = Object.keys(CURVES).find((each) => CURVES[each]?.crv === crv)
  if (name === undefined) throw new GoError(`ssh: unsupported key type ${JSON.stringify(crv ?? kty)}`)
  return [`ecdsa-sha2-${name}`, text(name), text(Buffer.concat([Buffer.of(4), decoded(x), decoded(y)]))]
}

function decoded (number: string | undefined): Buffer {
  return Buffer.from(number ?? '', 'base64url')
}

/** A line of `authorized_keys`, with its newline. */
export function authorizedLine (type: string, blob: Buffer): string {
  return `${type} ${blob.toString('base64')}\n`
}
