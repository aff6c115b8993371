// identity/oidc/introspect: whether a token of a role is genuine, current, and its entity there.
import { createPublicKey, verify } from 'node:crypto'
import { Type, type Static } from '@sinclair/typebox'
import { decodeRawUrlBase64 } from '../../../go/base64.js'
import { GoError, isList } from '../../../go/values.js'
import { goMap, isObject, JsonSyntaxError, parseJson, printJson, type JsonObject } from '../../../json/index.js'
import { field } from '../../../vault/fields/fields.js'
import { entityById } from '../../../vault/identity.js'
import { definePath, type Call, type LogicalResponse } from '../../../vault/paths.js'
import { knownFrom } from '../../../vault/source.js'
import { issuerOf, publishedKeys } from './config.js'
import { digestOf, jwksOf } from './signing-keys.js'
import { ALGORITHMS } from './stored.js'

/** What clocks may differ by (`jwt.DefaultLeeway`). */
const LEEWAY_SECONDS = 60

const introspectFields = Type.Object({
  token: field.string({ description: 'The token.', default: '' }),
  client_id: field.string({ description: 'The audience that it must be for.', default: '' })
})

type IntrospectCall = Call<Static<typeof introspectFields>>

export const introspectPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/identity/tokens', [
  definePath({
    path: 'oidc/introspect',
    summary: 'Whether a token is genuine, current, and its entity there.',
    fields: introspectFields,
    operations: { update: introspect }
  })
])

async function introspect (call: IntrospectCall): Promise<LogicalResponse> {
  const error = await problemOf(call)
  const body = goMap(error === undefined ? { active: true } : { active: false, error })
  return { raw: { status: 200, contentType: 'application/json', body: printJson(body) } }
}

/** What is wrong with a token, if anything. */
async function problemOf (call: IntrospectCall): Promise<string | undefined> {
  const token = readToken(call.fields.token)
  if (typeof token === 'string') return `error parsing token: ${token}`
  const keys = await jwksOf(call, publishedKeys(call))
  if (!keys.some((key) => isSignedBy(token, key))) return 'unable to validate the token signature'
  const wrong = claimsProblem(call, token.claims)
  if (wrong !== undefined) return `error validating claims: go-jose/go-jose/jwt: ${wrong}`
  const entity = entityById(call.storage, String(token.claims.sub))
  if (entity === undefined) return 'entity was not found'
  return entity.disabled ? 'entity is disabled' : undefined
}

interface ReadToken {
  readonly algorithm: string
  readonly claims: JsonObject
  readonly signed: string
  readonly signature: Buffer
}

/** Or what is wrong with its form. */
function readToken (text: string): ReadToken | string {
  const [header = '', claims = '', signature, ...more] = text.split('.')
  if (signature === undefined || more.length > 0) return 'go-jose/go-jose: compact JWS format must have three parts'
  try {
    const { alg } = objectIn(header)
    return {
      algorithm: String(alg),
      claims: objectIn(claims),
      signed: `${header}.${claims}`,
      signature: decodeRawUrlBase64(signature)
    }
  } catch (error) {
    if (error instanceof GoError || error instanceof JsonSyntaxError) return error.message
    throw error
  }
}

function objectIn (part: string): JsonObject {
  const value = parseJson(decodeRawUrlBase64(part))
  return isObject(value) ? value : {}
}

function isSignedBy ({ algorithm, signed, signature }: ReadToken, published: JsonObject): boolean {
  const { use: _use, alg, kid: _kid, ...jwk } = published
  const known = ALGORITHMS.find((each) => each === algorithm)
  if (known === undefined || known !== alg) return false
  const members = Object.entries(jwk).flatMap(([name, value]) => typeof value === 'string' ? [[name, value]] : [])
  const key = createPublicKey({ key: Object.fromEntries(members), format: 'jwk' })
  return verify(digestOf(known), Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }, signature)
}

function claimsProblem (call: IntrospectCall, { iss, aud, exp, iat }: JsonObject): string | undefined {
  const { client_id: clientId } = call.fields
  const audiences = isList(aud) ? aud : [aud]
  const nowSeconds = call.nowMs / 1000
  if (iss !== issuerOf(call)) return 'validation failed, invalid issuer claim (iss)'
  if (clientId !== '' && !audiences.includes(clientId)) return 'validation failed, invalid audience claim (aud)'
  if (Number(exp) < nowSeconds - LEEWAY_SECONDS) return 'validation failed, token is expired (exp)'
  return Number(iat) > nowSeconds + LEEWAY_SECONDS ? 'validation field, token issued in the future (iat)' : undefined
}
