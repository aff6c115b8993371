// Batch tokens: stored nowhere, they carry their own entry, encrypted with the barrier's root key.
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { decodeRawUrlBase64 } from '../../go/base64.js'
import type { JsonObject } from '../../json/index.js'
import { parseJson, printJson } from '../../json/index.js'
import { batchPrefix } from './token-ids.js'
import type { OwnRights, TokenContext, TokenEntry } from './tokens.js'

const CIPHER = 'aes-256-gcm'
const NONCE_LENGTH = 12
const TAG_LENGTH = 16
const GROUP_BYTES = 3
/** key term 1 and format 2, as the barrier writes in front of what it encrypts: the reason for `hvb.AAAAAQ` */
const HEADER = Buffer.from([0, 0, 0, 1, 2])

/** The token's text, from which every cluster with the same root key reads the entry again. */
export function sealBatchToken (context: TokenContext, entry: TokenEntry): string {
  const nonce = Buffer.from(context.cluster.random.stream('tokens').bytes(NONCE_LENGTH))
  const cipher = createCipheriv(CIPHER, rootKeyOf(context), nonce).setAAD(HEADER)
  const text = Buffer.concat([cipher.update(padded(printJson(shorten(entry))), 'utf8'), cipher.final()])
  const sealed = Buffer.concat([HEADER, nonce, text, cipher.getAuthTag()])
  return batchPrefix(context) + sealed.toString('base64url')
}

/**
 * With spaces at its end that make whole groups of base64 of the token: each of its characters counts, and one that is
 * cut in between is no base64.
 */
function padded (text: string): string {
  const bytes = HEADER.length + NONCE_LENGTH + Buffer.byteLength(text) + TAG_LENGTH
  return text + ' '.repeat((GROUP_BYTES - bytes % GROUP_BYTES) % GROUP_BYTES)
}

/**
 * The entry in a batch token; undefined if the text is not one of this root key's.
 *
 * @throws {GoError} `illegal base64 data at input byte 132`
 */
export function openBatchToken (context: TokenContext, id: string): TokenEntry | undefined {
  const prefix = batchPrefix(context)
  if (!id.startsWith(prefix) || context.cluster.rootKey === undefined) return undefined
  const [sealed = ''] = id.slice(prefix.length).split('.')
  const text = decrypt(context.cluster.rootKey, decodeRawUrlBase64(sealed))
  return text === undefined ? undefined : lengthen(id, parseJson(text) as ShortEntry)
}

function decrypt (key: Buffer, sealed: Buffer): string | undefined {
  if (sealed.length < HEADER.length + NONCE_LENGTH + TAG_LENGTH) return undefined
  const nonce = sealed.subarray(HEADER.length, HEADER.length + NONCE_LENGTH)
  const decipher = createDecipheriv(CIPHER, key, nonce).setAAD(sealed.subarray(0, HEADER.length))
  decipher.setAuthTag(sealed.subarray(-TAG_LENGTH))
  try {
    const text = sealed.subarray(HEADER.length + NONCE_LENGTH, -TAG_LENGTH)
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

/** What a batch token says of itself: all but what is the same for each of them, under names that take no room. */
type ShortEntry = {
  readonly p: readonly string[]
  readonly f: string
  readonly n: string
  readonly m: JsonObject | null
  readonly c: number
  readonly t: number
  /** of the parent */
  readonly o?: string
  readonly e?: string
  readonly r?: string
  readonly b?: readonly string[]
  readonly w?: OwnRights
  /** of the namespace */
  readonly s?: string
}

function shorten (entry: TokenEntry): ShortEntry {
  return {
    p: entry.policies,
    f: entry.path,
    n: entry.displayName,
    m: entry.meta,
    c: entry.createdAtMs,
    t: entry.creationTtlSeconds,
    ...(entry.parent === '' ? {} : { o: entry.parent }),
    ...(entry.entityId === '' ? {} : { e: entry.entityId }),
    ...(entry.role === '' ? {} : { r: entry.role }),
    ...(entry.boundCidrs.length === 0 ? {} : { b: entry.boundCidrs }),
    ...(entry.own === undefined ? {} : { w: entry.own }),
    ...(entry.namespaceId === undefined ? {} : { s: entry.namespaceId })
  }
}

function lengthen (id: string, short: ShortEntry): TokenEntry {
  const { o: parent = '', c: createdAtMs, t: creationTtlSeconds } = short
  return {
    id,
    accessor: '',
    type: 'batch',
    parent,
    policies: short.p,
    path: short.f,
    displayName: short.n,
    meta: short.m,
    numUses: 0,
    createdAtMs,
    issuedAtMs: createdAtMs,
    expiresAtMs: createdAtMs + creationTtlSeconds * 1000,
    lastRenewalAtMs: 0,
    creationTtlSeconds,
    explicitMaxTtlSeconds: 0,
    periodSeconds: 0,
    renewable: false,
    orphan: short.o === undefined,
    entityId: short.e ?? '',
    role: short.r ?? '',
    boundCidrs: short.b ?? [],
    ...(short.w === undefined ? {} : { own: short.w }),
    ...(short.s === undefined ? {} : { namespaceId: short.s })
  }
}

function rootKeyOf (context: TokenContext): Buffer {
  if (context.cluster.rootKey === undefined) throw new Error('a batch token needs the root key, the cluster is sealed')
  return context.cluster.rootKey
}
