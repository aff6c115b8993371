// What clients send as a mount's configuration, decoded and checked in Vault's words.
import { invalid } from '../../refusal/index.js'
import { JsonNumber } from '../../json/index.js'
import type { JsonObject, JsonValue } from '../../json/index.js'
import { parseDurationSeconds } from '../../go/durations.js'
import { orInvalid } from '../../go/refusing.js'
import type { MountConfig, MountTable } from './mounts.js'

/** The settings that are lists of names; in `config` they may come as comma-separated text. */
export const LISTS = [
  'audit_non_hmac_request_keys', 'audit_non_hmac_response_keys',
  'passthrough_request_headers', 'allowed_response_headers', 'allowed_managed_keys'
] as const

const TOKEN_TYPES = ['default-service', 'default-batch', 'service', 'batch']
const VISIBILITIES = ['', 'hidden', 'unauth']

/**
 * The `config` of a mount being enabled.
 *
 * @throws VaultError `unable to parse default TTL of …` and the like
 */
export function parseMountConfig (
  table: MountTable, raw: JsonObject, systemMaxTtlSeconds: number
): Partial<MountConfig> {
  const convertible = Object.entries(raw).every(([key, value]) => fits(key, value ?? null))
  if (!convertible) throw invalid(`unable to convert given ${table === 'auth' ? 'auth' : 'mount'} config information`)
  const ttls = parseTtls(raw, systemMaxTtlSeconds)
  return {
    ...ttls,
    ...(table === 'auth' ? { tokenType: parseTokenType(text(raw.token_type)) } : {}),
    forceNoCache: raw.force_no_cache === true,
    listingVisibility: parseVisibility(text(raw.listing_visibility)),
    lists: parseLists(raw)
  }
}

/** Decoding `config` is strict: text stays text, true stays true. */
function fits (key: string, value: JsonValue): boolean {
  if (value === null) return true
  if (key === 'force_no_cache') return typeof value === 'boolean'
  if (LISTS.some((name) => name === key)) return typeof value === 'string' || Array.isArray(value)
  const isText = typeof value === 'string' || typeof value === 'number' || value instanceof JsonNumber
  return isText || !['default_lease_ttl', 'max_lease_ttl', 'listing_visibility', 'token_type', 'plugin_name'].includes(key)
}

function parseTtls (
  raw: JsonObject, systemMaxTtlSeconds: number
): Pick<MountConfig, 'defaultLeaseTtlSeconds' | 'maxLeaseTtlSeconds'> {
  const defaultLeaseTtlSeconds = parseTtl('default', text(raw.default_lease_ttl))
  const maxLeaseTtlSeconds = parseTtl('max', text(raw.max_lease_ttl))
  if (maxLeaseTtlSeconds !== 0 && defaultLeaseTtlSeconds > maxLeaseTtlSeconds) {
    throw invalid('given default lease TTL greater than given max lease TTL')
  }
  if (maxLeaseTtlSeconds === 0 && defaultLeaseTtlSeconds > systemMaxTtlSeconds) {
    throw invalid(`given default lease TTL greater than system max lease TTL of ${systemMaxTtlSeconds}`)
  }
  return { defaultLeaseTtlSeconds, maxLeaseTtlSeconds }
}

function parseTtl (which: 'default' | 'max', given: string): number {
  if (given === '' || given === 'system') return 0
  const words = (message: string): string => `unable to parse ${which} TTL of ${given}: ${message}`
  return orInvalid(() => parseDurationSeconds(given), words)
}

/** @throws VaultError `invalid listing_visibility …` */
export function parseVisibility (given: string): string {
  if (!VISIBILITIES.includes(given)) throw invalid(`invalid listing_visibility ${given}`)
  return given
}

/** @throws VaultError `invalid value for 'token_type'` */
export function parseTokenType (given: string): string {
  if (given === '') return 'default-service'
  if (!TOKEN_TYPES.includes(given)) throw invalid("invalid value for 'token_type'")
  return given
}

function parseLists (raw: JsonObject): Record<string, readonly string[]> {
  const lists = LISTS.map((name) => [name, parseList(raw[name])] as const)
  return Object.fromEntries(lists.filter(([, list]) => list.length > 0))
}

function parseList (raw: JsonValue | undefined): string[] {
  if (Array.isArray(raw)) return raw.map(String)
  return typeof raw === 'string' && raw !== '' ? raw.split(',').map((item) => item.trim()) : []
}

function text (value: JsonValue | undefined): string {
  return value === undefined || value === null ? '' : String(value)
}
