// OpenSSH certificates (OpenSSH's PROTOCOL.certkeys): their layout, and the signature under them.
import { sign, type KeyObject } from 'node:crypto'
import { GoError } from '../../go/values.js'
import { compareBytes } from '../../json/index.js'
import { authorizedLine, publicKeyOf, type SshPublicKey } from './public-keys.js'
import { mpint, text, uint32, uint64 } from './wire.js'

export interface CertificateContent {
  readonly key: SshPublicKey
  /** 32 bytes */
  readonly nonce: Uint8Array
  readonly serial: bigint
  readonly kind: 'user' | 'host'
  readonly keyId: string
  readonly principals: readonly string[]
  /** since 1970 */
  readonly validAfterSeconds: number
  readonly validBeforeSeconds: number
  readonly criticalOptions: Readonly<Record<string, string>>
  readonly extensions: Readonly<Record<string, string>>
}

const KINDS = { user: 1, host: 2 }

/** What signs with keys of a type, the usual one first, and with which hash. */
const ALGORITHMS: Readonly<Record<string, Readonly<Record<string, string | null>>>> = {
  'ssh-rsa': { 'rsa-sha2-256': 'sha256', 'rsa-sha2-512': 'sha512', 'ssh-rsa': 'sha1' },
  'ecdsa-sha2-nistp256': { 'ecdsa-sha2-nistp256': 'sha256' },
  'ecdsa-sha2-nistp384': { 'ecdsa-sha2-nistp384': 'sha384' },
  'ecdsa-sha2-nistp521': { 'ecdsa-sha2-nistp521': 'sha512' },
  'ssh-ed25519': { 'ssh-ed25519': null }
}

/**
 * A signed certificate as a line of text, with its newline.
 *
 * @param algorithm `rsa-sha2-512` …; `default`: the usual one of the authority's key
 * @throws {GoError} `ssh: unsupported signature algorithm "ssh-rsa" for key format "ssh-ed25519"`
 */
export function signCertificate (content: CertificateContent, authority: KeyObject, algorithm: string): string {
  const signer = publicKeyOf(authority)
  const type = certificateType(content.key.type)
  const unsigned = Buffer.concat([text(type), ...fieldsOf(content), text(signer.blob)])
  return authorizedLine(type, Buffer.concat([unsigned, text(signature(unsigned, authority, signer.type, algorithm))]))
}

/** Keys of hardware tokens have their owner behind an `@`. */
function certificateType (type: string): string {
  return `${type.replace(/@openssh\.com$/, '')}-cert-v01@openssh.com`
}

function fieldsOf (content: CertificateContent): Buffer[] {
  return [
    text(content.nonce),
    content.key.body,
    uint64(content.serial),
    uint32(KINDS[content.kind]),
    text(content.keyId),
    text(Buffer.concat(content.principals.map((principal) => text(principal)))),
    uint64(BigInt(content.validAfterSeconds)),
    uint64(BigInt(content.validBeforeSeconds)),
    text(options(content.criticalOptions)),
    text(options(content.extensions)),
    text('')
  ]
}

/** By name; a value is a text within a text, and an empty one is nothing. */
function options (values: Readonly<Record<string, string>>): Buffer {
  const names = Object.keys(values).sort(compareBytes)
  return Buffer.concat(names.flatMap((name) => [text(name), text(values[name] ? text(values[name]) : '')]))
}

function signature (data: Buffer, key: KeyObject, type: string, wanted: string): Buffer {
  const known = ALGORITHMS[type] ?? {}
  const algorithm = wanted === 'default' ? Object.keys(known)[0] ?? type : wanted
  if (!Object.hasOwn(known, algorithm)) {
    throw new GoError(`ssh: unsupported signature algorithm "${algorithm}" for key format "${type}"`)
  }
  const bytes = sign(known[algorithm] ?? null, data, { key, dsaEncoding: 'ieee-p1363' })
  return Buffer.concat([text(algorithm), text(type.startsWith('ecdsa-') ? asPair(bytes) : bytes)])
}

/** Two numbers, one behind the other in as many bytes each, as SSH has them. */
function asPair (bytes: Buffer): Buffer {
  const half = bytes.length / 2
  return Buffer.concat([mpint(bytes.subarray(0, half)), mpint(bytes.subarray(half))])
}
