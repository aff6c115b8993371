// Whether a token's signature is that of a known key.
import { createPublicKey, type KeyObject } from 'node:crypto'
import { compactVerify, decodeProtectedHeader } from 'jose'
import { isObject, parseJson, type JsonObject } from '../../json/index.js'

/** Why a signature does not count, in go-jose's words. */
export class SignatureError extends Error {
  override readonly name = 'SignatureError'
}

/** Keys that may have signed. */
export interface KeySet {
  readonly keys: readonly KeyObject[]
  /** what is said where none has */
  readonly refusal: string
}

/** Of a certificate, or a key by itself; undefined where there is none. */
export function publicKeyIn (pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem)
  } catch {
    return undefined
  }
}

/** The keys of a JWKS that a token may be signed with: those with the id that it names. What is no key is left out. */
export function keysFor (token: string, jwks: readonly JsonObject[]): KeyObject[] {
  const { kid } = headerOf(token)
  return jwks.filter((key) => kid === undefined || key.kid === kid).flatMap((key) => {
    try {
      return [createPublicKey({ key: { ...key }, format: 'jwk' })]
    } catch {
      return []
    }
  })
}

/**
 * The claims of a token that one of the keys has signed.
 *
 * @throws {SignatureError}
 */
export async function verifiedClaims (token: string, { keys, refusal }: KeySet): Promise<JsonObject> {
  const claims = claimsIn(token)
  for (const key of keys) {
    try {
      await compactVerify(token, key)
      return claims
    } catch { /* the next one may fit */ }
  }
  throw new SignatureError(refusal)
}

/**
 * What a token says, whoever has signed it.
 *
 * @throws {SignatureError} for what is no token
 */
export function claimsIn (token: string): JsonObject {
  const parts = token.split('.')
  const [, payload] = parts
  if (parts.length !== 3 || payload === undefined) {
    throw new SignatureError('go-jose/go-jose: compact JWS format must have three parts')
  }
  headerOf(token)
  try {
    const claims = parseJson(Buffer.from(payload, 'base64url').toString('utf8'))
    if (isObject(claims)) return claims
  } catch { /* said below */ }
  throw new SignatureError('failed to unmarshal claims: the payload is no JSON object')
}

function headerOf (token: string): { readonly alg?: string, readonly kid?: string } {
  try {
    return decodeProtectedHeader(token)
  } catch {
    throw new SignatureError('go-jose/go-jose: the protected header is not JSON')
  }
}

/** The algorithm that a token says it was signed with. */
export function algorithmOf (token: string): string {
  return headerOf(token).alg ?? ''
}
