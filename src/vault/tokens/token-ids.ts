// How tokens look: the strings clients carry around, per profile.
import { createHmac } from 'node:crypto'
import type { TokenContext } from './tokens.js'

const RANDOM_LENGTH = 24
const NO_KEY = Buffer.alloc(32)

/** A token with the policy root, also one that expires: `hvs.` and 24 characters (openbao-2.5: `s.` and 24). */
export function rootTokenId (context: TokenContext): string {
  return servicePrefix(context) + randomPart(context)
}

/**
 * Any other service token. Vault signs it: `hvs.CAES…`, 95 characters, a protobuf of version, HMAC and inner token in
 * base64url. OpenBao leaves it plain.
 */
export function serviceTokenId (context: TokenContext): string {
  const plain = rootTokenId(context)
  return signsTokens(context) ? servicePrefix(context) + signed(plain, context.cluster.rootKey ?? NO_KEY) : plain
}

/** Vault has signed its service tokens since 1.10, the version that gave them the prefix `hvs.`. */
export function signsTokens (context: TokenContext): boolean {
  return context.cluster.profile.tokenPrefix === 'hv'
}

/** `hvb.` or `b.`. */
export function batchPrefix (context: TokenContext): string {
  return `${context.cluster.profile.tokenPrefix}b.`
}

/** 24 base62 characters. */
export function newAccessor (context: TokenContext): string {
  return randomPart(context)
}

function servicePrefix (context: TokenContext): string {
  return `${context.cluster.profile.tokenPrefix}s.`
}

function randomPart (context: TokenContext): string {
  return context.cluster.random.stream('tokens').base62(RANDOM_LENGTH)
}

function signed (plain: string, key: Buffer): string {
  const inner = protobufBytes(1, Buffer.from(plain))
  const hmac = createHmac('sha256', key).update(inner).digest()
  const version = Buffer.from([0x08, 0x01])
  return Buffer.concat([version, protobufBytes(2, hmac), protobufBytes(3, inner)]).toString('base64url')
}

/** A length-delimited protobuf field, shorter than 128 bytes. */
function protobufBytes (field: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([field * 8 + 2, bytes.length]), bytes])
}
