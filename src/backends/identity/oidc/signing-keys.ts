// The pairs of keys behind a named key: made, rotated when their time has come, published, signed with.
import { createPrivateKey, sign } from 'node:crypto'
import { printJson, type JsonObject } from '../../../json/index.js'
import { memoize } from '../../../vault/memo.js'
import type { Call, LogicalResponse } from '../../../vault/paths.js'
import { makePrivateKey, type KeyKind } from '../../private-keys.js'
import { oidc, type Algorithm, type NamedKey, type RingKey } from './stored.js'

type KeyCall = Pick<Call, 'storage' | 'mountPrefix' | 'cluster'>

/** Bits as the real server has them (`generateKeys` in `identity_store_oidc.go`). */
const KINDS: Readonly<Record<Algorithm, KeyKind>> = {
  RS256: { type: 'rsa', bits: 2048 },
  RS384: { type: 'rsa', bits: 2048 },
  RS512: { type: 'rsa', bits: 2048 },
  ES256: { type: 'ec', curve: 'P-256' },
  ES384: { type: 'ec', curve: 'P-384' },
  ES512: { type: 'ec', curve: 'P-521' },
  EdDSA: { type: 'ed25519' }
}
const HASHES: Readonly<Record<string, string>> = { 256: 'sha256', 384: 'sha384', 512: 'sha512' }

/** How a key is to be brought up to date: so many pairs are missing, and this is what they make of it. */
interface Plan {
  readonly missing: number
  readonly withMade: (made: readonly RingKey[]) => NamedKey
}

/**
 * A named key as it is by now: with a pair that signs and the one after it, and with every rotation made that was due.
 * A rotation is made when the key is next looked at; nobody can tell that from one made on time.
 */
export async function settledKey (call: KeyCall, name: string): Promise<NamedKey | undefined> {
  const { timeline } = call.cluster
  for (let key = oidc.keys.get(call, name); key !== undefined; key = oidc.keys.get(call, name)) {
    const { missing, withMade } = planOf(key, timeline.nowMs) ?? {}
    if (missing === undefined || withMade === undefined) return key
    const made = await makePairs(call, key.algorithm, missing)
    // others may have been quicker: then theirs counts
    if (oidc.keys.get(call, name) !== key) continue
    const settled = withMade(made)
    oidc.keys.put(call, name, settled)
    return settled
  }
  return undefined
}

/** New pairs in place of those that sign now, which stay published. */
export async function newPairs (
  call: KeyCall, ring: NamedKey['ring'], algorithm: Algorithm
): Promise<Pick<NamedKey, 'ring' | 'signingKeyId' | 'nextKeyId'>> {
  return begun(ring, await makePairs(call, algorithm, 2))
}

/** A new pair after the one that signs from now on. @param verificationTtlSeconds of the one that does not any more */
export async function rotatedKey (call: KeyCall, key: NamedKey, verificationTtlSeconds: number): Promise<NamedKey> {
  const made = await makePairs(call, key.algorithm, 1)
  const { nowMs } = call.cluster.timeline
  return moved(key, [...line(key), ...made], { count: 1, firstAtMs: nowMs, verificationTtlSeconds, nowMs })
}

/** Public halves, as published; a struct, so its members keep their order. */
export function publicJwks (key: NamedKey, nowMs: number): JsonObject[] {
  return published(key.ring, nowMs).map(({ id, algorithm, jwk: { kty, crv, n, e, x, y } }) => ({
    use: 'sig', kty, kid: id, crv, alg: algorithm, n, e, x, y
  }))
}

/** A JWT of these claims, which are sorted. @param key settled */
export function signJwt (key: NamedKey, claims: JsonObject): string {
  const pair = key.ring.find(({ id }) => id === key.signingKeyId)
  if (pair === undefined) throw new Error('a named key without the pair that signs: it was not settled')
  const header = { alg: pair.algorithm, kid: pair.id }
  const text = `${encoded(header)}.${encoded(claims)}`
  const signature = sign(digestOf(pair.algorithm), Buffer.from(text), signingKey(pair))
  return `${text}.${signature.toString('base64url')}`
}

/** What Node names the hash of an algorithm; EdDSA has its own. */
export function digestOf (algorithm: Algorithm): string | undefined {
  return HASHES[algorithm.slice(2)]
}

/** A set of keys, bare. */
export function jwksResponse (keys: readonly JsonObject[]): LogicalResponse {
  return { raw: { status: 200, contentType: 'application/json', body: printJson({ keys }) } }
}

/** All public halves of some named keys, brought up to date. */
export async function jwksOf (call: KeyCall, names: Iterable<string>): Promise<JsonObject[]> {
  const jwks: JsonObject[] = []
  for (const name of names) {
    const key = await settledKey(call, name)
    if (key !== undefined) jwks.push(...publicJwks(key, call.cluster.timeline.nowMs))
  }
  return jwks
}

const signingKey = memoize(({ jwk }: RingKey) => {
  const key = createPrivateKey({ key: { ...jwk }, format: 'jwk' })
  return { key, dsaEncoding: 'ieee-p1363' } as const
})

async function makePairs (call: KeyCall, algorithm: Algorithm, count: number): Promise<RingKey[]> {
  const random = call.cluster.random.stream('identity')
  return await Promise.all(Array.from({ length: count }, async () => {
    const id = random.uuid()
    const jwk = (await makePrivateKey(KINDS[algorithm], random)).export({ format: 'jwk' })
    return { id, algorithm, jwk: jwkOf(jwk), expiresAtMs: 0 }
  }))
}

function jwkOf (jwk: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(jwk).map(([name, value]) => [name, String(value)]))
}

function planOf (key: NamedKey, nowMs: number): Plan | undefined {
  const { rotationPeriodSeconds, verificationTtlSeconds, nextRotationAtMs } = key
  const periodMs = rotationPeriodSeconds * 1000
  const isDue = nextRotationAtMs !== 0 && nextRotationAtMs <= nowMs
  const count = isDue ? Math.floor((nowMs - nextRotationAtMs) / periodMs) + 1 : 0
  const followingAtMs = nextRotationAtMs === 0 ? nowMs + periodMs : nextRotationAtMs + count * periodMs
  if (key.signingKeyId === '') {
    return { missing: 2, withMade: (made) => ({ ...key, ...begun(key.ring, made), nextRotationAtMs: followingAtMs }) }
  }
  if (count === 0) return undefined
  const rotations = { count, firstAtMs: nextRotationAtMs, verificationTtlSeconds, nowMs }
  const needed = Math.min(count, stillPublished(periodMs, rotations) + 2)
  const skipped: (RingKey | undefined)[] = Array.from({ length: count - needed }, () => undefined)
  return { missing: needed, withMade: (made) => moved(key, [...line(key), ...skipped, ...made], rotations) }
}

function begun (ring: NamedKey['ring'], made: readonly RingKey[]): Pick<NamedKey, 'ring' | 'signingKeyId' | 'nextKeyId'> {
  return { ring: [...ring, ...made], signingKeyId: made[0]?.id ?? '', nextKeyId: made[1]?.id ?? '' }
}

interface Rotations {
  readonly count: number
  readonly firstAtMs: number
  readonly verificationTtlSeconds: number
  readonly nowMs: number
}

/** How many pairs that have signed in between can still be published; those before them need not be made at all. */
function stillPublished (periodMs: number, { verificationTtlSeconds }: Rotations): number {
  return Math.floor(verificationTtlSeconds * 1000 / periodMs) + 1
}

/** The pair that signs and the one after it. */
function line (key: NamedKey): (RingKey | undefined)[] {
  return [key.signingKeyId, key.nextKeyId].map((id) => key.ring.find((pair) => pair.id === id))
}

/** The key after some rotations: of the pairs in line each has had its turn, up to the last but one, which signs. */
function moved (key: NamedKey, inLine: readonly (RingKey | undefined)[], rotations: Rotations): NamedKey {
  const { count, firstAtMs, verificationTtlSeconds, nowMs } = rotations
  const periodMs = key.rotationPeriodSeconds * 1000
  const retired = inLine.slice(0, count).flatMap((pair, turn) => pair === undefined
    ? []
    : [{ ...pair, expiresAtMs: firstAtMs + turn * periodMs + verificationTtlSeconds * 1000 }])
  const others = key.ring.filter(({ id }) => id !== key.signingKeyId && id !== key.nextKeyId)
  const [signing, next] = inLine.slice(count)
  const ring = [...others, ...retired, signing, next].flatMap((pair) => pair ?? [])
  return {
    ...key,
    ring: published(ring, nowMs).map((pair) => pair.expiresAtMs === 0 ? pair : withoutPrivateHalf(pair)),
    signingKeyId: signing?.id ?? '',
    nextKeyId: next?.id ?? '',
    nextRotationAtMs: firstAtMs + count * periodMs
  }
}

function published (ring: readonly RingKey[], nowMs: number): RingKey[] {
  return ring.filter(({ expiresAtMs }) => expiresAtMs === 0 || expiresAtMs >= nowMs)
}

function withoutPrivateHalf (pair: RingKey): RingKey {
  const { kty, crv, n, e, x, y } = pair.jwk
  const members = Object.entries({ kty, crv, n, e, x, y }).filter(([, value]) => value !== undefined)
  return { ...pair, jwk: Object.fromEntries(members) }
}

function encoded (part: JsonObject): string {
  return Buffer.from(printJson(part)).toString('base64url')
}

/** Whether a named key may sign for a client. */
export function isAllowed ({ allowedClientIds }: Pick<NamedKey, 'allowedClientIds'>, clientId: string): boolean {
  return allowedClientIds.includes('*') || allowedClientIds.includes(clientId)
}
