// What of signed tokens and OpenSSH keys is the same in every run.
import type { Json, JsonFields } from '../scenario.js'

const SIGNED_TOKEN = /^(eyJ[\w-]+)\.(eyJ[\w-]+)\.([\w-]+)$/

/** A JSON web token: header and claims with their volatile values masked; undefined if it is none. */
export function describeToken (text: string, maskInner: (value: Json) => Json): JsonFields | undefined {
  const [, head, body, signature] = SIGNED_TOKEN.exec(text) ?? []
  if (head === undefined || body === undefined || signature === undefined) return undefined
  try {
    const claims = partOf(body)
    return {
      header: maskInner(partOf(head)),
      claims: maskInner(claims),
      lifetime: lifetimeOf(claims),
      signature: `<${Buffer.from(signature, 'base64url').length} bytes>`
    }
  } catch {
    // something else
    return undefined
  }
}

/** In seconds; null where the token does not say. */
function lifetimeOf ({ exp, iat }: JsonFields): number | null {
  return typeof exp === 'number' && typeof iat === 'number' ? exp - iat : null
}

function partOf (coded: string): JsonFields {
  return JSON.parse(Buffer.from(coded, 'base64url').toString()) as JsonFields
}

const SSH_KEY = /^((?:ssh|ecdsa)-[\w@.-]+) ([A-Za-z0-9+/]+={0,2})(\n*)$/

/** An OpenSSH public key or certificate; undefined if it is neither. */
export function describeSshKey (text: string): JsonFields | undefined {
  const [, , coded, newlines] = SSH_KEY.exec(text) ?? []
  if (coded === undefined) return undefined
  const after: JsonFields = newlines ? { newlines: newlines.length } : {}
  const bytes = Buffer.from(coded, 'base64')
  try {
    const reader = new Reader(bytes)
    const type = reader.text()
    if (!type.includes('-cert-')) return { sshKey: type, bytes: bytes.length, ...after }
    return { sshCertificate: type, ...describeSshCertificate(type, reader), ...after }
  } catch {
    return { sshKey: '<unreadable>' }
  }
}

const SSH_CERTIFICATE_KINDS: Readonly<Record<number, string>> = { 1: 'user', 2: 'host' }

/** @param reader behind the type */
function describeSshCertificate (type: string, reader: Reader): JsonFields {
  const nonce = reader.bytes().length
  const partsOfKey = /rsa|nistp/.test(type) ? 2 : 1
  for (let part = 0; part < partsOfKey; part++) reader.bytes()
  reader.long() // serial number
  const kind = SSH_CERTIFICATE_KINDS[reader.integer()] ?? null
  const keyId = reader.text().replace(/[0-9a-f]{64}/g, '<hash>')
  const principals = stringsIn(reader.bytes()).map(String)
  const validAfter = reader.long()
  const seconds = Math.round(Number(reader.long() - validAfter) / 10) * 10
  const critical = pairsIn(reader.bytes())
  const extensions = pairsIn(reader.bytes())
  const reserved = reader.bytes().length
  const signer = new Reader(reader.bytes()).text()
  const signature = new Reader(reader.bytes()).text()
  return { nonce, kind, keyId, principals, seconds, critical, extensions, reserved, signer, signature }
}

/** Reads what OpenSSH writes: lengths in front of strings, numbers with the high byte first. */
class Reader {
  private at = 0

  constructor (private readonly source: Buffer) {}

  get atEnd (): boolean { return this.at >= this.source.length }

  bytes (): Buffer {
    const length = this.integer()
    this.at += length
    return this.source.subarray(this.at - length, this.at)
  }

  text (): string { return this.bytes().toString() }

  integer (): number {
    this.at += 4
    return this.source.readUInt32BE(this.at - 4)
  }

  long (): bigint {
    this.at += 8
    return this.source.readBigUInt64BE(this.at - 8)
  }
}

function stringsIn (bytes: Buffer): Buffer[] {
  const reader = new Reader(bytes)
  const strings: Buffer[] = []
  while (!reader.atEnd) strings.push(reader.bytes())
  return strings
}

/** Options by name; a value is a string within a string, or nothing. */
function pairsIn (bytes: Buffer): JsonFields {
  const strings = stringsIn(bytes)
  const pairs: JsonFields = {}
  for (let i = 0; i + 1 < strings.length; i += 2) {
    const value = strings[i + 1] ?? Buffer.alloc(0)
    pairs[String(strings[i])] = value.length === 0 ? '' : new Reader(value).text()
  }
  return pairs
}
