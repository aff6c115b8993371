// What of a request or an answer is secret, and how it is shown instead.
import { isScalar, JsonSyntaxError, parseJson, printJson, type JsonObject, type JsonValue, type Scalar } from '../json/index.js'
import type { Exchange } from './journal.js'

export const MASK = '***'

const SECRET_HEADERS = new Set(['x-vault-token', 'authorization', 'cookie', 'set-cookie', 'x-nomad-token'])
/** Secret wherever they stand. */
const SECRET_FIELDS = new Set([
  'token', 'client_token', 'root_token', 'encoded_token', 'encoded_root_token', 'unwrap_token', 'dr_operation_token', 'otp', 'secret_id', 'password',
  'keys_base64', 'keys_b64', 'recovery_keys', 'recovery_keys_base64', 'leader_client_key',
  'aws_secret_access_key', 'aws_session_token', 'azure_account_key', 'azure_client_secret', 'google_service_account_key'
])
/** Secret but for the paths where they stand for something else. */
const OFTEN_SECRET_FIELDS = new Set(['id', 'key', 'keys', 'parent'])
const OPEN_PATH = /^sys\/(?!init|unseal|rekey|generate-root|wrapping|replication)/
/** Whose bodies hold what clients store: everything but Vault's own, and what is wrapped. */
const STORING_PATH = /^(?!sys\/|auth\/|identity\/)|^sys\/wrapping\/(wrap|unwrap)$/

export function maskedHeaders (headers: Exchange['requestHeaders']): Record<string, string> {
  const shown: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) shown[name] = SECRET_HEADERS.has(name.toLowerCase()) ? MASK : String(value)
  }
  return shown
}

/**
 * A body as it may be shown: secret fields masked, and every value that a client stores in a secrets engine.
 *
 * @param path below `/v1/`
 */
export function maskedBody (text: string, path: string, part: 'request' | 'response'): string {
  if (text === '') return ''
  const rules = { all: false, storing: STORING_PATH.test(path) ? part : undefined, open: OPEN_PATH.test(path) }
  try {
    return printJson(masked(parseJson(text, { trailing: 'refuse' }), rules))
  } catch (error) {
    if (error instanceof JsonSyntaxError) return MASK
    throw error
  }
}

interface Rules {
  /** mask every value from here on */
  readonly all: boolean
  /** what a secrets engine is given is secret, and of its answer what lies in `data` */
  readonly storing: 'request' | 'response' | undefined
  readonly open: boolean
}

type Copy = JsonValue[] | Record<string, JsonValue>

/** Bodies are nested as deep as clients like: no recursion. */
function masked (value: JsonValue, rules: Rules): JsonValue {
  if (isScalar(value)) return maskedScalar(value, rules)
  const whole = emptyCopy(value)
  const pending = [{ from: value, to: whole, rules }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { from, to } = next
    const take = (member: JsonValue, inner: Rules): JsonValue => {
      if (isScalar(member)) return maskedScalar(member, inner)
      const copy = emptyCopy(member)
      pending.push({ from: member, to: copy, rules: inner })
      return copy
    }
    if (Array.isArray(to)) for (const member of from as readonly JsonValue[]) to.push(take(member, next.rules))
    else {
      for (const [name, member = null] of Object.entries(from as JsonObject)) {
        const inner = rulesWithin(name, member, next.rules)
        to[name] = inner === undefined ? member : take(member, inner)
      }
    }
  }
  return whole
}

function maskedScalar (scalar: Scalar, { all }: Rules): Scalar {
  return all && scalar !== null ? MASK : scalar
}

/** The rules for a member of an object; undefined for one that may be shown as it is. */
function rulesWithin (name: string, value: JsonValue, rules: Rules): Rules | undefined {
  if (name === 'options' && rules.storing === 'request' && !rules.all) return undefined
  if (name === 'metadata' && rules.storing === 'response') return undefined
  return rules.all || !isSecret(name, value, rules) ? rules : { ...rules, all: true }
}

/** A prototype without anything in it: the keys of such objects keep their order when printed. */
const IN_ORDER: object = Object.freeze(Object.create(null))

function emptyCopy (value: JsonValue): Copy {
  return Array.isArray(value) ? [] : Object.create(IN_ORDER) as Record<string, JsonValue>
}

function isSecret (name: string, value: JsonValue, { storing, open }: Rules): boolean {
  if (value === '' || value === null) return false
  if (storing === 'request' || (storing === 'response' && name === 'data')) return true
  return SECRET_FIELDS.has(name) || (!open && OFTEN_SECRET_FIELDS.has(name))
}
