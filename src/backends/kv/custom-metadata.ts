// The limits of KV version 2's `custom_metadata`.
// https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#create-update-metadata
import { invalid } from '../../refusal/index.js'
import { compareBytes, goMap, JsonNumber, type JsonObject, type JsonValue } from '../../json/index.js'

const MAX_KEYS = 64
const MAX_KEY_BYTES = 128
const MAX_VALUE_BYTES = 512
const PREFIX = 'custom_metadata validation failed: '
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u

/**
 * Custom metadata as strings, within the limits.
 *
 * @param keepNulls true for a patch, where null removes a key
 * @throws VaultError `custom_metadata validation failed: …`, all reasons at once
 */
export function parseCustomMetadata (raw: JsonObject, keepNulls: boolean): JsonObject {
  const strings: Record<string, string | null> = Object.create(null)
  for (const [key, value] of Object.entries(raw)) {
    strings[key] = value === null && keepNulls ? null : weakString(value ?? null)
  }
  const problems = validate(strings)
  if (problems.length > 0) throw invalid(multierror(problems))
  return goMap(strings)
}

function weakString (value: JsonValue): string {
  if (value === null) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'number' || value instanceof JsonNumber) return String(value)
  const kind = Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}'
  throw invalid(`${PREFIX}'' expected type 'string', got unconvertible type '${kind}'`)
}

function validate (metadata: Readonly<Record<string, string | null>>): string[] {
  const keys = Object.keys(metadata).filter((key) => metadata[key] !== null).sort(compareBytes)
  if (keys.length > MAX_KEYS) return [`payload must contain at most ${MAX_KEYS} keys, provided ${keys.length}`]
  return keys.flatMap((key) => problemsOf(key, metadata[key] ?? ''))
}

function problemsOf (key: string, value: string): string[] {
  const problems: string[] = []
  const quoted = JSON.stringify(key)
  const keyBytes = Buffer.byteLength(key)
  const valueBytes = Buffer.byteLength(value)
  if (keyBytes === 0 || keyBytes > MAX_KEY_BYTES) {
    problems.push(`length of key ${quoted} is ${keyBytes} but must be 0 < len(key) <= ${MAX_KEY_BYTES}`)
  }
  if (valueBytes === 0 || valueBytes > MAX_VALUE_BYTES) {
    problems.push(`length of value for key ${quoted} is ${valueBytes} but must be 0 < len(value) <= ${MAX_VALUE_BYTES}`)
  }
  if (!PRINTABLE.test(key)) problems.push(`key ${quoted} (${key}) contains unprintable characters`)
  if (!PRINTABLE.test(value)) problems.push(`value for key ${quoted} contains unprintable characters`)
  return problems
}

function multierror (problems: readonly string[]): string {
  const count = problems.length === 1 ? '1 error' : `${problems.length} errors`
  return `${count} occurred:\n${problems.map((problem) => `\t* ${PREFIX}${problem}\n`).join('')}\n`
}
