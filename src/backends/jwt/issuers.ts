// Who has signed tokens: keys in the configuration, published ones, or those of a provider, asked of the outside.
import type { KeyObject } from 'node:crypto'
import { dialError, type Fetched, type Outside } from '../../cluster/outside.js'
import { goType, goValue, isNumber } from '../../go/values.js'
import { isObject, JsonSyntaxError, parseJson, type JsonObject, type JsonValue } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { claimsIn, keysFor, publicKeyIn, SignatureError, verifiedClaims } from './key-sets.js'
import type { JwtConfig } from './stored.js'

/** A document that cannot be had; its message is Go's. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}

/** JSON Web Keys; undefined: whatever has signed is right. */
type Keys = readonly JsonObject[] | undefined

/** A provider of identities. */
export interface Provider {
  readonly keys: Keys
  readonly authorizationEndpoint: string
  /** undefined where logins are simulated: what was told of the provider says who they are of */
  readonly tokenEndpoint?: string
  readonly userinfoEndpoint?: string
  readonly issuer: string
  /** secrets of clients, and the claims of users by the code that they send; undefined: anything is accepted */
  readonly told?: {
    readonly clients?: Readonly<Record<string, string>> | undefined
    readonly users: Readonly<Record<string, JsonObject>>
  }
}

/** Where keys are published, and who vouches for that place. */
export interface Published {
  readonly url: string
  readonly caPem: string
}

/** @throws {UnreachableError} */
export async function fetchKeys (outside: Outside, { url, caPem }: Published): Promise<Keys> {
  const met = await outside.ask({
    system: 'jwks', address: url, asked: 'fetch the keys', fetch: { url, method: 'GET', caPem }
  })
  if (met.reach === 'anything') return undefined
  if (met.reach === 'known') return met.entry.keys
  if (met.reach === 'nothing') throw unreachable(url, met.reason)
  const { keys } = documentIn(url, met.fetched)
  if (!Array.isArray(keys)) throw new UnreachableError(`${url}: no keys`)
  return keys.filter((key) => isObject(key))
}

/** @throws {UnreachableError} */
export async function fetchProvider (outside: Outside, config: JwtConfig): Promise<Provider> {
  const { oidc_discovery_url: address, oidc_discovery_ca_pem: caPem } = config
  const issuer = address.replace(/\/$/, '')
  const url = `${issuer}/.well-known/openid-configuration`
  const met = await outside.ask({
    system: 'oidc', address, asked: 'discover the provider', fetch: { url, method: 'GET', caPem }
  })
  const usual = { issuer: address, authorizationEndpoint: `${issuer}/authorize` }
  if (met.reach === 'anything') return { ...usual, keys: undefined }
  if (met.reach === 'known') {
    const { keys = [], clients, users = {} } = met.entry
    return { ...usual, keys, told: { clients, users } }
  }
  if (met.reach === 'nothing') throw unreachable(url, met.reason)
  return await discovered(outside, { url, caPem, issuer }, documentIn(url, met.fetched))
}

async function discovered (
  outside: Outside, { url, caPem, issuer }: Published & { readonly issuer: string }, document: JsonObject
): Promise<Provider> {
  const text = (name: string): string => typeof document[name] === 'string' ? document[name] : ''
  const named = text('issuer')
  if (named.replace(/\/$/, '') !== issuer) {
    const differs = `expected "${issuer}" got "${named}"`
    throw new UnreachableError(`oidc: issuer did not match the issuer returned by provider, ${differs}`)
  }
  if (text('jwks_uri') === '') throw new UnreachableError(`${url}: no jwks_uri`)
  return {
    issuer: named,
    keys: await fetchKeys(outside, { url: text('jwks_uri'), caPem }),
    authorizationEndpoint: text('authorization_endpoint'),
    tokenEndpoint: text('token_endpoint'),
    userinfoEndpoint: text('userinfo_endpoint')
  }
}

/** @throws {UnreachableError} */
export function documentIn (url: string, { status, text }: Fetched): JsonObject {
  if (status < 200 || status > 299) throw new UnreachableError(`${url}: ${status}`)
  try {
    const document = parseJson(text)
    if (isObject(document)) return document
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
  }
  throw new UnreachableError(`${url}: no JSON object`)
}

function unreachable (url: string, reason: string): UnreachableError {
  if (!URL.canParse(url)) return new UnreachableError(`Get "${url}": unsupported protocol scheme ""`)
  const { hostname, port, protocol } = new URL(url)
  const dialed = dialError(hostname, port === '' ? (protocol === 'https:' ? 443 : 80) : port, reason)
  return new UnreachableError(`Get "${url}": ${dialed}`)
}

/**
 * The claims of a token whose signature counts for a configuration.
 *
 * @throws {SignatureError}
 */
export async function signedClaims (outside: Outside, config: JwtConfig, token: string): Promise<JsonObject> {
  const { jwt_validation_pubkeys: pems } = config
  if (pems.length > 0) {
    const keys = pems.map(publicKeyIn).filter((key) => key !== undefined)
    return await verifiedClaims(token, { keys, refusal: 'no known key successfully validated the token signature' })
  }
  if (config.oidc_discovery_url === '') return await claimsFromAny(outside, config, token)
  const { keys } = await asSignature(fetchProvider(outside, config))
  return await claimsSignedBy(token, keys)
}

/** @throws {SignatureError} */
export async function claimsSignedBy (token: string, published: Keys): Promise<JsonObject> {
  const claims = claimsIn(token)
  if (published === undefined) return claims
  const keys: KeyObject[] = keysFor(token, published)
  return await verifiedClaims(token, { keys, refusal: 'failed to verify id token signature' })
}

/**
 * The places that a configuration names.
 *
 * @throws VaultError for pairs that are none
 */
export function publishedIn ({ jwks_url: url, jwks_ca_pem: caPem, jwks_pairs: pairs }: JwtConfig): Published[] {
  return url === '' ? pairs.map(pairIn) : [{ url, caPem }]
}

function pairIn (pair: JsonValue): Published {
  if (!isObject(pair)) {
    throw invalid('invalid jwks_pairs: jwks_pairs must be provided as a list of json objects with the fields jwks_url ' +
      'and jwks_ca_pem')
  }
  return { url: textIn(pair, 'jwks_url'), caPem: textIn(pair, 'jwks_ca_pem') }
}

function textIn (pair: JsonObject, name: string): string {
  const value = pair[name] ?? ''
  if (typeof value === 'string') return value
  if (isNumber(value)) return goValue(value)
  throw invalid(`invalid jwks_pairs: 1 error(s) decoding:\n\n* '${name}' expected type 'string', ` +
    `got unconvertible type '${goType(value)}', value: '${goValue(value)}'`)
}

/** The places of a configuration are tried one after the other; what the last one says counts. */
async function claimsFromAny (outside: Outside, config: JwtConfig, token: string): Promise<JsonObject> {
  let refused = new SignatureError('failed to verify id token signature')
  for (const published of publishedIn(config)) {
    try {
      return await claimsSignedBy(token, await asSignature(fetchKeys(outside, published)))
    } catch (error) {
      if (!(error instanceof SignatureError)) throw error
      refused = error
    }
  }
  throw refused
}

/** @throws {SignatureError} where keys cannot be had */
async function asSignature<T> (fetching: Promise<T>): Promise<T> {
  try {
    return await fetching
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error
    throw new SignatureError(`fetching keys oidc: get keys failed: ${error.message}`)
  }
}
