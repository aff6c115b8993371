// Wrapping tokens in the shape of a JWT: what `X-Vault-Wrap-Format: jwt` and replication's activation tokens are.
import { createECDH, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import type { Storage } from '../../cluster/storage.js'
import { isMap } from '../../go/values.js'
import type { JsonObject } from '../../json/index.js'
import { parseJson, printJson } from '../../json/index.js'
import { stored } from '../stored.js'
import type { TokenContext, TokenEntry } from '../tokens/tokens.js'

/** The signing key as stored for each cluster, a JWK. A type, not an interface, so that it is a storable value. */
export type WrappingKey = {
  readonly kty: 'EC'
  readonly crv: 'P-521'
  readonly x: string
  readonly y: string
  readonly d: string
}

/** `{"` in base64: every header begins with it */
const JWT_START = 'eyJ'
const SCALAR_LENGTH = 66
/** r and s, one after the other, as JOSE has them */
const ENCODING = 'ieee-p1363'
const NOT_BEFORE_SECONDS = 5

/**
 * Signs a wrapping token into a JWT: ES512, claims `accessor, addr, exp, iat, jti, nbf, type`; `jti` is the token.
 * Its signature differs from run to run, the rest does not.
 *
 * @param apiAddr the active node's, where the token is to be unwrapped
 * @see `reference/replication.md` §7.2
 */
export function signWrappingJwt (context: TokenContext, entry: TokenEntry, apiAddr: string): string {
  const issuedAt = Math.floor(entry.createdAtMs / 1000)
  const claims = {
    accessor: '',
    addr: apiAddr,
    exp: issuedAt + entry.creationTtlSeconds,
    iat: issuedAt,
    jti: entry.id,
    nbf: issuedAt - NOT_BEFORE_SECONDS,
    type: 'wrapping'
  }
  const text = `${encode({ alg: 'ES512', typ: 'JWT' })}.${encode(claims)}`
  const signature = sign('sha512', Buffer.from(text), { key: signingKey(context), dsaEncoding: ENCODING })
  return `${text}.${signature.toString('base64url')}`
}

/** The token inside a JWT of this cluster; any other text comes back as it is, a forged JWT as nothing. */
export function tokenInJwt (storage: Storage, text: string): string | undefined {
  const parts = text.split('.')
  const [header, claims, signature] = parts
  // a namespace's token has two dots as well
  if (!text.startsWith(JWT_START)) return text
  if (parts.length !== 3 || header === undefined || claims === undefined || signature === undefined) return text
  const key = storedKey(storage)
  if (key === undefined) return undefined
  const signed = Buffer.from(`${header}.${claims}`)
  const publicKey = { key: createPublicKey(key), dsaEncoding: ENCODING } as const
  if (!verify('sha512', signed, publicKey, Buffer.from(signature, 'base64url'))) return undefined
  const read = parseJson(Buffer.from(claims, 'base64url'))
  return isMap(read) ? String(read.jti) : undefined
}

function encode (part: JsonObject): string {
  return Buffer.from(printJson(part)).toString('base64url')
}

function signingKey (context: TokenContext): KeyObject {
  const known = storedKey(context.storage)
  if (known !== undefined) return known
  const made = newKey(context)
  stored.wrappingKey(context.storage).put(made)
  return keyObject(made)
}

function storedKey (storage: Storage): KeyObject | undefined {
  const key = stored.wrappingKey(storage).get()
  return key && keyObject(key)
}

function keyObject (key: WrappingKey): KeyObject {
  return createPrivateKey({ key, format: 'jwk' })
}

/** From the random stream, so that a seeded world has the same key again; below 2^520 and so in the curve's range. */
function newKey (context: TokenContext): WrappingKey {
  const scalar = Buffer.from(context.cluster.random.stream('tokens').bytes(SCALAR_LENGTH))
  scalar[0] = 0
  const curve = createECDH('secp521r1')
  curve.setPrivateKey(scalar)
  const point = curve.getPublicKey()
  const x = point.subarray(1, 1 + SCALAR_LENGTH)
  const y = point.subarray(1 + SCALAR_LENGTH)
  const text = (coordinate: Buffer): string => coordinate.toString('base64url')
  return { kty: 'EC', crv: 'P-521', x: text(x), y: text(y), d: text(scalar) }
}
