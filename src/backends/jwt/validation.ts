// Whether a token is one for us, and for now.
import { isNumber } from '../../go/values.js'
import { JsonNumber, type JsonObject, type JsonValue } from '../../json/index.js'
import { algorithmOf, SignatureError } from './key-sets.js'

/** What a token has to say. */
export interface Expected {
  /** empty: any */
  readonly issuer: string
  /** empty: any */
  readonly subject: string
  /** one of them; empty: any */
  readonly audiences: readonly string[]
  readonly algorithms: readonly string[]
  /** seconds; 0: the default, below: none */
  readonly notBeforeLeeway: number
  readonly expirationLeeway: number
  readonly clockSkewLeeway: number
  readonly nowMs: number
  /** a token that names no time is for any */
  readonly allowsNoTimes?: boolean
}

/** A token that is not for us, in the words of hashicorp/cap. */
export class ClaimsError extends Error {
  override readonly name = 'ClaimsError'
}

const DEFAULT_LEEWAY_SECONDS = 150
const DEFAULT_SKEW_SECONDS = 60
const ALL_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'EdDSA']

/**
 * Checks a token whose signature has been verified.
 *
 * @throws {ClaimsError}
 * @see `Validate` in `jwt/jwt.go` of hashicorp/cap for the order
 */
export function validate (token: string, claims: JsonObject, expected: Expected): void {
  const algorithms = expected.algorithms.length === 0 ? ALL_ALGORITHMS : expected.algorithms
  if (!algorithms.includes(algorithmOf(token))) {
    throw new ClaimsError('invalid algorithm (alg) header parameter: token signed with unexpected algorithm')
  }
  if (expected.issuer !== '' && claims.iss !== expected.issuer) throw new ClaimsError('invalid issuer (iss) claim')
  if (expected.subject !== '' && claims.sub !== expected.subject) throw new ClaimsError('invalid subject (sub) claim')
  validateAudience(claims, expected.audiences)
  validateTimes(claims, expected)
}

/** @throws {ClaimsError} */
export function validateAudience (claims: JsonObject, wanted: readonly string[]): void {
  if (wanted.length === 0 || audiencesIn(claims).some((audience) => wanted.includes(audience))) return
  throw new ClaimsError('invalid audience (aud) claim: audience claim does not match any expected audience')
}

/** A single one may stand without a list. */
export function audiencesIn ({ aud }: JsonObject): string[] {
  const all: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  return all.filter((audience) => typeof audience === 'string' && audience !== '') as string[]
}

function validateTimes (claims: JsonObject, expected: Expected): void {
  const [iat, nbf, exp] = [seconds(claims.iat), seconds(claims.nbf), seconds(claims.exp)]
  if (iat === 0 && nbf === 0 && exp === 0) {
    if (expected.allowsNoTimes === true) return
    throw new ClaimsError('no issued at (iat), not before (nbf), or expiration time (exp) claims in token')
  }
  const expiry = exp !== 0 ? exp : Math.max(iat, nbf) + leeway(expected.expirationLeeway, DEFAULT_LEEWAY_SECONDS)
  const noSooner = iat !== 0 ? iat : expiry - leeway(expected.notBeforeLeeway, DEFAULT_LEEWAY_SECONDS)
  const start = nbf !== 0 ? nbf : noSooner
  const skew = leeway(expected.clockSkewLeeway, DEFAULT_SKEW_SECONDS)
  const now = expected.nowMs / 1000
  if (now + skew < start) throw new ClaimsError('invalid not before (nbf) claim: token not yet valid')
  if (now - skew > expiry) throw new ClaimsError('invalid expiration time (exp) claim: token is expired')
  if (now + skew < iat) throw new ClaimsError('invalid issued at (iat) claim: token issued in the future')
}

function leeway (given: number, usual: number): number {
  return given === 0 ? usual : Math.max(given, 0)
}

/** 0 where it is missing. */
function seconds (claim: JsonValue | undefined): number {
  return isNumber(claim) ? Number(claim instanceof JsonNumber ? claim.text : claim) : 0
}

/** Whether an error is about the token, and not a fault of ours. */
export function isAboutToken (error: unknown): error is Error {
  return error instanceof ClaimsError || error instanceof SignatureError
}
