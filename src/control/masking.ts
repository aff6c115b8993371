// What of a request or an answer is secret, and how it is shown instead.
import type { Exchange } from './journal.js'

export const MASK = '***'

const SECRET_HEADERS = new Set(['x-vault-token', 'authorization', 'cookie', 'set-cookie', 'x-nomad-token'])
const SECRET_FIELDS = new Set(['token', 'client_token', 'id', 'key', 'keys', 'keys_base64', 'keys_b64', 'recovery_keys', 'recovery_keys_base64', 'root_token', 'encoded_token', 'encoded_root_token', 'otp', 'secret_id', 'password', 'unwrap_token', 'parent'])
/** Where `id` and the like are no secrets. */
const OPEN_PATH = /^sys\/(?!init|unseal|rekey|generate-root|wrapping|replication)/

export function maskedHeaders (headers: Exchange['requestHeaders']): Record<string, string> {
  const shown: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) shown[name] = SECRET_HEADERS.has(name.toLowerCase()) ? MASK : String(value)
  }
  return shown
}

/**
 * A body as it may be shown: secret fields masked, and below a secrets engine every value.
 *
 * @param path below `/v1/`
 */
export function maskedBody (text: string, path: string): string {
  if (text === '') return ''
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return MASK
  }
  const engine = !path.startsWith('sys/') && !path.startsWith('auth/') && !path.startsWith('identity/')
  return JSON.stringify(masked(value, { all: false, engine, open: OPEN_PATH.test(path) }))
}

interface Rules {
  /** mask every value from here on */
  readonly all: boolean
  /** a secrets engine's answer: what lies in `data` is secret */
  readonly engine: boolean
  readonly open: boolean
}

function masked (value: unknown, rules: Rules): unknown {
  if (Array.isArray(value)) return value.map((member) => masked(member, rules))
  if (typeof value !== 'object' || value === null) return rules.all && value !== null ? MASK : value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, maskedField(name, member, rules)]))
}

function maskedField (name: string, value: unknown, rules: Rules): unknown {
  const secret = SECRET_FIELDS.has(name) && !rules.open && value !== '' && value !== null
  if (name === 'metadata' && rules.engine) return value
  return masked(value, { ...rules, all: rules.all || secret || (rules.engine && name === 'data') })
}
