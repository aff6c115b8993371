// Values that differ from run to run become a word in angle brackets; all else stays exact.
import type { Json, JsonFields, Looking } from '../scenario.js'
import { describePem } from './certificates.js'
import { describeSshKey, describeToken } from './tokens.js'

const VOLATILE_NUMBERS = new Set([
  'server_time_utc', 'last_index', 'last_term', 'last_wal', 'raft_committed_index', 'raft_applied_index',
  'creation_time', 'expire_time_unix', 'ttl', 'echo_duration_ms', 'clock_skew_ms',
  'last_request_forwarding_heartbeat_ms', 'applied_index', 'term', 'index', 'encryptions', 'Index', 'Term',
  'ConfigurationIndex', 'Size', 'issue_time_unix', 'expiration', 'revocation_time'
])
const VOLATILE_STRINGS: ReadonlyMap<string, string> = new Map([
  ['last_contact', '<duration>'],
  ['hostname', '<hostname>'],
  ['cluster_name', '<cluster-name>'],
  ['otp', '<otp>'],
  ['encoded_token', '<encoded>'],
  ['encoded_root_token', '<encoded>'],
  ['challenge', '<base64>'],
  ['nonce', '<nonce>'],
  ['commit_date', '<time>'],
  ['secret_id', '<uuid>'],
  ['running_sha256', '<hex>'],
  ['sha', '<hex>'],
  ['key_id', '<hex>'],
  ['at_hash', '<hash>'],
  ['c_hash', '<hash>']
])
const ACCESSOR = /^accessor$|_accessor$/
const PATTERNS: ReadonlyArray<readonly [RegExp, string]> = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<uuid>'],
  [/\b(?:hvs|hvb|hvr|s|b|r)\.[A-Za-z0-9_.-]{20,}/g, '<token>'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g, '<time>'],
  [/\b([a-z]+)_[0-9a-f]{8}\b/g, '$1_<hex8>'],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [+-]\d{4} [A-Z]+(?: m=[+-][\d.]+)?/g, '<time>'],
  [/\b(tcp|udp) 127\.0\.0\.1:\d+->/g, '$1 <local>->'],
  [/\b[0-9a-f]{2}(?:[:-][0-9a-f]{2}){15,19}\b/g, '<serial>'],
  [/^v?\d+\.\d+\.\d+([-+][\w.+-]+)?$/g, '<version>']
]
const CIPHERTEXT = /\bvault:(v\d+):([A-Za-z0-9+/_-]{24,}={0,2})/g
const ZERO_TIME = '0001-01-01T00:00:00Z'
/** Numbers that can only be seconds since the epoch. */
const EPOCH = { from: 1.7e9, to: 2.1e9 }

/** An address of this run and the name that stands for it. */
export type Place = readonly [address: string, name: string]

/** Masks the answers of one run. */
export class Masking {
  private readonly kept: ReadonlySet<string>

  /** @param places so that a recording made at other addresses still fits */
  constructor (private readonly places: readonly Place[], { keep = [] }: Pick<Looking, 'keep'> = {}) {
    this.kept = new Set(keep)
  }

  /** @param key the member that holds it; empty for none */
  value (value: Json, key = ''): Json {
    if (value === null || typeof value === 'boolean') return value
    if (this.kept.has(key) && typeof value !== 'object') return value
    if (typeof value === 'number') return isVolatile(key, value) ? '<number>' : value
    if (typeof value === 'string') return this.anyString(value, key)
    return Array.isArray(value) ? this.list(value, key) : this.members(value)
  }

  /** A string that is no certificate, key or token. */
  string (text: string, key = ''): string {
    if (key === 'build_date') return '<build-date>'
    if (text === '' || text === ZERO_TIME) return text
    const word = VOLATILE_STRINGS.get(key)
    if (word !== undefined) return word
    if (ACCESSOR.test(key)) return key === 'secret_id_accessor' ? '<uuid>' : '<accessor>'
    return withoutPatterns(withoutIds(this.withoutPlaces(text), key))
  }

  private anyString (text: string, key: string): Json {
    return describePem(text, (rest) => this.string(rest, key)) ?? describeToken(text, (value) => this.value(value)) ??
      describeSshKey(text) ?? this.string(text, key)
  }

  private list (values: readonly Json[], key: string): Json[] {
    if (key === 'keys' && values.every(isHexKey)) return values.map(() => '<key-hex>')
    if (key === 'keys_base64') return values.map(() => '<key-base64>')
    return values.map((value) => this.value(value, key))
  }

  /** Several names that become one word: their values in an order that does not depend on the names. */
  private members (fields: JsonFields): JsonFields {
    const named = new Map<string, Json[]>()
    for (const [key, value] of Object.entries(fields)) {
      const name = this.string(key)
      named.set(name, [...named.get(name) ?? [], this.value(value, key)])
    }
    return Object.fromEntries([...named].map(([name, values]) => [name, oneOrSeveral(values)]))
  }

  private withoutPlaces (text: string): string {
    return this.places.reduce((rest, [address, name]) => rest.split(address).join(name), text)
  }
}

function oneOrSeveral (values: readonly Json[]): Json {
  const [only = null, ...others] = values
  if (others.length === 0) return only
  return { several: values.toSorted((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1) }
}

function isVolatile (key: string, value: number): boolean {
  return (VOLATILE_NUMBERS.has(key) && value !== 0) || (value > EPOCH.from && value < EPOCH.to)
}

function isHexKey (value: Json): boolean {
  return typeof value === 'string' && /^[0-9a-f]{32,}$/.test(value)
}

function withoutIds (text: string, key: string): string {
  const coded = text.replace(CIPHERTEXT, (_all, version: string, code: string) =>
    `vault:${version}:${describeCoded(code)}`)
  return key === 'lease_id' || key === 'keys'
    ? coded.replace(/(^|\/)[A-Za-z0-9]{24}$/, '$1<id>')
    : coded.replace(/^((?:[\w-]+\/)+)[A-Za-z0-9]{24}$/, '$1<id>')
}

function withoutPatterns (text: string): string {
  return PATTERNS.reduce((rest, [pattern, word]) => rest.replace(pattern, (found, group: string) =>
    found === ZERO_TIME ? found : word.replace('$1', group)), text)
}

/** What of a ciphertext, signature or MAC stays the same: its length, or that it is a DER structure. */
function describeCoded (coded: string): string {
  const bytes = Buffer.from(coded, 'base64')
  const [first, second, third] = bytes
  const isDer = first === 0x30 &&
    (second === bytes.length - 2 || (second === 0x81 && third === bytes.length - 3))
  const unpadded = coded.length % 4 !== 0
  return isDer ? '<DER>' : `<${bytes.length} bytes${unpadded ? ', unpadded' : ''}>`
}

/**
 * Replaces the values at a path, in place.
 *
 * @param path names, `*` for every one
 * @param word stands for the value; `bytes`: the length of the base64 stays
 */
export function hideIn (value: Json, [head = '', ...tail]: readonly string[], word: string): void {
  if (value === null || typeof value !== 'object') return
  const fields = value as JsonFields
  for (const name of head === '*' ? Object.keys(fields) : head in fields ? [head] : []) {
    const member = fields[name] ?? null
    if (tail.length > 0) hideIn(member, tail, word)
    else if (member !== null && member !== '') fields[name] = hidden(member, word)
  }
}

function hidden (value: Json, word: string): string {
  return word === 'bytes' ? `<${Buffer.from(String(value), 'base64').length} bytes>` : `<${word}>`
}
