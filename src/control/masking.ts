// What of a request or an answer is secret, and how it is shown instead.
import { JsonNumber, parseJson, printJson, type JsonValue } from '../json/index.js'
import type { Exchange } from './journal.js'

export const MASK = '***'

const SECRET_HEADER = /token|authorization|cookie|secret|password|api-?key|vault-mfa/i
/** Secret wherever they stand. */
const SECRET_FIELDS = new Set([
  'token', 'client_token', 'root_token', 'encoded_token', 'encoded_root_token', 'unwrap_token', 'dr_operation_token',
  'otp', 'secret_id', 'password', 'keys_base64', 'keys_b64', 'recovery_keys', 'recovery_keys_base64',
  'leader_client_key', 'aws_secret_access_key', 'aws_session_token', 'azure_account_key', 'azure_client_secret',
  'google_service_account_key', 'secretid', 'bootstrapsecret', 'jwt', 'passcode', 'private_key', 'random_bytes',
  'ca_key', 'license', 'client_secret', 'access_token', 'id_token', 'code', 'code_verifier', 'mfa_payload',
  'token_reviewer_jwt', 'distributed_claim_access_token', 'oidc_client_secret', 'bindpass', 'secret_key', 'api_token',
  'client_tls_key', 'keytab', 'iam_request_headers', 'iam_request_body', 'pkcs7', 'provider_config', 'barcode'
])
/** Secret but for the paths where they stand for something else. */
const OFTEN_SECRET_FIELDS = new Set([
  'id', 'key', 'keys', 'parent', 'secret', 'credentials', 'authorization', 'signature', 'identity', 'totp'
])
const OPEN_PATH = /^sys\/(?!init|unseal|rekey|generate-|wrapping|replication|decode-token)/
/** Whose bodies hold what clients store: everything but Vault's own, and what is wrapped, raw or worked on. */
const STORING_PATH = /^(?!sys\/|auth\/|identity\/)|^sys\/(?:wrapping\/(?:wrap|unwrap)|raw|tools|audit-hash)(?:\/|$)/

const TOKEN = /\b(?:hv[sbr]|[sbr])\.[\w-]{8,}|\beyJ[\w-]+\.[\w.-]+/g
/** What stands in front of a host: `https://user:password@host`. */
const USER_INFO = /:\/\/[^/\s"'@]*@/g
/** Paths of Vault's whose last segment is a token. */
const TOKEN_PATH = /^((?:\/?v1\/)?(?:[^/]+\/)*?auth\/token\/(?:lookup|renew|revoke|revoke-orphan)\/)[^/]+/
/** Parameters whose words tell how to answer; what is neither this nor a number nor yes or no may be data. */
const OPEN_PARAMETERS = new Set(['format', 'region', 'namespace', 'prefix', 'cluster', 'after'])
const HARMLESS = /^(?:true|false|\d{1,10}|\d{4}-\d\d-\d\dT[\d:.]+Z)?$/

/** The secret in an address for authenticators: `otpauth://totp/…?secret=…` */
const ADDRESS_SECRET = /([?&]secret=)[^&\s"]+/g
/** A refusal that quotes what a field was given, to its end: the reason quotes it again. */
const QUOTED_INPUT = /(error converting input )(?!for field).*/s

/** Text in which tokens, names and passwords in addresses, and what a refusal quotes of its request are masked. */
export function maskedText (text: string): string {
  return text.replace(TOKEN, MASK).replace(USER_INFO, `://${MASK}@`).replace(ADDRESS_SECRET, `$1${MASK}`)
    .replace(QUOTED_INPUT, `$1${MASK}`)
}

/** A path, with or without its query, without tokens and data. */
export function maskedUrl (url: string): string {
  const mark = url.indexOf('?')
  const path = maskedPath(mark < 0 ? url : url.slice(0, mark))
  return mark < 0 ? path : `${path}?${maskedQuery(url.slice(mark + 1))}`
}

function maskedPath (path: string): string {
  const clean = cleanPath(path)
  if (TOKEN_PATH.test(clean)) return clean.replace(TOKEN_PATH, `$1${MASK}`)
  // a token whose characters are encoded is one all the same
  return maskedText(clean) === clean ? maskedText(path) : maskedText(clean)
}

function maskedQuery (query: string): string {
  return query.split('&').map((pair) => {
    const mark = pair.indexOf('=')
    if (mark < 0) return maskedText(pair)
    const value = pair.slice(mark + 1)
    const open = OPEN_PARAMETERS.has(pair.slice(0, mark)) && maskedText(value) === value
    return open || HARMLESS.test(value) ? pair : `${pair.slice(0, mark)}=${MASK}`
  }).join('&')
}

/** As the server reads it: decoded, without dots and doubled slashes. */
function cleanPath (path: string): string {
  const kept: string[] = []
  for (const segment of decoded(path).split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '.' && segment !== '') kept.push(segment)
  }
  return `${path.startsWith('/') ? '/' : ''}${kept.join('/')}${path.endsWith('/') && kept.length > 0 ? '/' : ''}`
}

function decoded (path: string): string {
  try {
    return decodeURIComponent(path)
  } catch { return path }
}

export function maskedHeaders (headers: Exchange['requestHeaders']): Record<string, string> {
  const shown: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue
    shown[name] = SECRET_HEADER.test(name) ? MASK : maskedHeader(name.toLowerCase(), String(value))
  }
  return shown
}

function maskedHeader (name: string, value: string): string {
  return name === 'location' || name === 'referer' ? maskedText(maskedUrl(value)) : maskedText(value)
}

/**
 * A body as it may be shown: secret fields masked, and every value that a client stores in a secrets engine.
 *
 * @param path below `/v1/`
 */
export function maskedBody (text: string, path: string, part: 'request' | 'response'): string {
  if (text === '') return ''
  const clean = cleanPath(path)
  const storing = STORING_PATH.test(clean) ? part : undefined
  const rules: Rules = { all: false, storing, open: OPEN_PATH.test(clean), level: 0 }
  try {
    const value = parseJson(text, { trailing: 'refuse' })
    return isContainer(value) && !Array.isArray(value) ? printJson(masked(value, rules)) : MASK
  } catch {
    return MASK
  }
}

interface Rules {
  /** mask every value from here on */
  readonly all: boolean
  /** what a secrets engine is given is secret, and of its answer what lies in `data` */
  readonly storing: 'request' | 'response' | undefined
  readonly open: boolean
  /** of the object whose fields are looked at: 0 is the whole body */
  readonly level: number
}

type Container = readonly JsonValue[] | { readonly [name: string]: JsonValue | undefined }
type Copy = JsonValue[] | Record<string, JsonValue>

interface Pending {
  readonly from: Container
  readonly to: Copy
  readonly rules: Rules
}

function isContainer (value: JsonValue | undefined): value is Container {
  return typeof value === 'object' && value !== null && !(value instanceof JsonNumber)
}

/** Has a stack of its own, so that no nesting overflows the real one. */
function masked (whole: Container, rules: Rules): JsonValue {
  const result = emptyLike(whole)
  const pending: Pending[] = [{ from: whole, to: result, rules }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { from, to } = next
    for (const [name, value] of Object.entries(from)) {
      if (value === undefined) continue
      const inner = Array.isArray(from) ? next.rules : rulesFor(name, value, next.rules)
      Reflect.set(to, name, copyOf(value, inner, pending))
    }
  }
  return result
}

function copyOf (value: JsonValue, rules: Rules, pending: Pending[]): JsonValue {
  if (!isContainer(value)) return shown(value, rules)
  const to = emptyLike(value)
  pending.push({ from: value, to, rules })
  return to
}

function emptyLike (value: Container): Copy {
  return Array.isArray(value) ? [] : Object.create(null) as Record<string, JsonValue>
}

function shown (value: JsonValue, { all }: Rules): JsonValue {
  if (value === null || value === '') return value
  if (all) return MASK
  return typeof value === 'string' ? maskedText(value) : value
}

function rulesFor (name: string, value: JsonValue, rules: Rules): Rules {
  const { level } = rules
  if (isSteering(name, value, rules)) {
    return { all: false, storing: undefined, open: true, level: level + 1 }
  }
  return { ...rules, all: rules.all || isSecret(name, value, rules), level: level + 1 }
}

/** What KV v2 has beside its data: a `cas`, or when a version was made. A secret of the same name looks otherwise. */
function isSteering (name: string, value: JsonValue, { storing, level }: Rules): boolean {
  if (!isContainer(value) || Array.isArray(value)) return false
  const wanted = storing === 'request' && level === 0 && name === 'options'
    ? ['cas']
    : storing === 'response' && level === 1 && name === 'metadata' ? VERSION_FIELDS : []
  const fields = Object.entries(value)
  return fields.length > 0 && fields.every(([field, held]) => wanted.includes(field) && isHarmless(held))
}

const VERSION_FIELDS = ['created_time', 'custom_metadata', 'deletion_time', 'destroyed', 'version']

function isHarmless (value: JsonValue | undefined): boolean {
  return !isContainer(value) && (value === null || HARMLESS.test(String(value)))
}

function isSecret (name: string, value: JsonValue, { storing, open }: Rules): boolean {
  if (value === '' || value === null) return false
  if (storing === 'request' || (storing === 'response' && name === 'data')) return true
  const lower = name.toLowerCase()
  return SECRET_FIELDS.has(lower) || (!open && OFTEN_SECRET_FIELDS.has(lower))
}
