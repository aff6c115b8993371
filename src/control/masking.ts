// What of a request or an answer is secret, and how it is shown instead.
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
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return MASK
  }
  return JSON.stringify(masked(value, { all: false, storing: STORING_PATH.test(path) ? part : undefined, open: OPEN_PATH.test(path) }))
}

interface Rules {
  /** mask every value from here on */
  readonly all: boolean
  /** what a secrets engine is given is secret, and of its answer what lies in `data` */
  readonly storing: 'request' | 'response' | undefined
  readonly open: boolean
}

function masked (value: unknown, rules: Rules): unknown {
  if (Array.isArray(value)) return value.map((member) => masked(member, rules))
  if (typeof value !== 'object' || value === null) return rules.all && value !== null ? MASK : value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, maskedField(name, member, rules)]))
}

function maskedField (name: string, value: unknown, rules: Rules): unknown {
  if (name === 'options' && rules.storing === 'request' && !rules.all) return value
  if (name === 'metadata' && rules.storing === 'response') return value
  return masked(value, { ...rules, all: rules.all || isSecret(name, value, rules) })
}

function isSecret (name: string, value: unknown, { storing, open }: Rules): boolean {
  if (value === '' || value === null) return false
  if (storing === 'request' || (storing === 'response' && name === 'data')) return true
  return SECRET_FIELDS.has(name) || (!open && OFTEN_SECRET_FIELDS.has(name))
}
