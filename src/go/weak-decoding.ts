// Turns JSON values into what a field wants, as leniently as Vault does (Go's mapstructure with weak typing).
import { GoError, goKind, goQuote, goType, goValue, isList, isMap, isNumber } from './values.js'
import { NumError, parseFloat64, parseGoBool, parseIntLiteral } from './strconv.js'
import type { JsonObject, JsonValue } from '../json/index.js'

/** How a server words what it cannot convert: Vault 1.14 quotes the input (recorded), later ones do not. */
export interface Wording {
  readonly field: (name: string, value: JsonValue, reason: string) => string
  readonly unconvertible: (name: string, wanted: string, value: JsonValue) => string
  readonly unparsable: (name: string, wanted: string, error: NumError) => string
  readonly several: (reasons: readonly string[]) => string
  readonly invalidPair: (pair: string, index: number, field: string) => string
}

/** `several` and `invalidPair` are as seen of Vault 1.21.4, the rest is recorded. */
export const quotingWording: Wording = {
  field: (name, value, reason) => `error converting input ${goValue(value)} for field ${goQuote(name)}: ${reason}`,
  unconvertible: (name, wanted, value) =>
    `'${name}' expected type '${wanted}', got unconvertible type '${goType(value)}', value: '${goValue(value)}'`,
  unparsable: (name, wanted, error) => `cannot parse '${name}' as ${wanted}: ${error.message}`,
  several: (reasons) => `${reasons.length} error(s) decoding:\n\n${reasons.map((reason) => `* ${reason}`).sort().join('\n')}`,
  invalidPair: (pair) => `invalid key pair ${goQuote(pair)}`
}

/** Seen of Vault 1.21.4: the words of before, but the input itself is not quoted any more. */
export const namingWording: Wording = {
  ...quotingWording,
  field: (name, _value, reason) => `error converting input for field ${goQuote(name)}: ${reason}`
}

/** `several` and `invalidPair` are inferred, the rest is recorded. */
export const terseWording: Wording = {
  field: namingWording.field,
  unconvertible: (name, wanted, value) =>
    `'${name}' expected type '${wanted}', got unconvertible type '${goType(value)}'`,
  unparsable: (name, wanted, { functionName, reason }) =>
    `'${name}' cannot parse value as '${wanted}': strconv.${functionName}: ${reason}`,
  several: (reasons) => `decoding failed due to the following error(s):\n\n${reasons.join('\n')}`,
  invalidPair: (_pair, index, field) => `invalid key pair at index ${index} in field ${goQuote(field)}`
}

export const wordings = { quoting: quotingWording, naming: namingWording, terse: terseWording } as const

/** Decodes one value; `at` is its place within the field: empty for the field itself, `[0]` for the first of a list. */
type Decode<T> = (value: JsonValue, words: Wording, at?: string) => T

export const decodeString: Decode<string> = (value, words, at = '') => {
  if (value === null) return ''
  if (typeof value === 'string' || isNumber(value)) return String(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  throw new GoError(words.unconvertible(at, 'string', value))
}

export const decodeInt: Decode<number> = (value, words, at = '') =>
  decodeNumber(value, 'int', (text) => Number(parseIntLiteral(text)), words, at)

export const decodeFloat: Decode<number> = (value, words, at = '') =>
  decodeNumber(value, 'float64', parseFloat64, words, at)

function decodeNumber (value: JsonValue, wanted: 'int' | 'float64', parse: (text: string) => number, words: Wording, at: string): number {
  if (value === null || value === '') return 0
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value !== 'string' && !isNumber(value)) throw new GoError(words.unconvertible(at, wanted, value))
  try {
    return parse(String(value))
  } catch (error) {
    if (!(error instanceof NumError)) throw error
    throw new GoError(words.unparsable(at, wanted === 'float64' && words === quotingWording ? 'float' : wanted, error))
  }
}

export const decodeBool: Decode<boolean> = (value, words, at = '') => {
  if (value === null || value === '') return false
  if (typeof value === 'boolean') return value
  if (typeof value !== 'string' && !isNumber(value)) throw new GoError(words.unconvertible(at, 'bool', value))
  const text = String(value)
  const result = parseGoBool(text)
  if (result === undefined) throw new GoError(words.unparsable(at, 'bool', new NumError('ParseBool', text, 'invalid syntax')))
  return result
}

/** A list is taken as it is; anything else becomes a list of one, but for the empty map. */
export const decodeList: Decode<readonly JsonValue[]> = (value) => {
  if (value === null || (isMap(value) && Object.keys(value).length === 0)) return []
  return isList(value) ? value : [value]
}

export const decodeStringList: Decode<string[]> = (value, words) =>
  decodeEach(splitCommas(value), decodeString, words).map((text) => text.trim())

export const decodeIntList: Decode<number[]> = (value, words) => decodeEach(splitCommas(value), decodeInt, words)

function splitCommas (value: JsonValue): JsonValue {
  if (value === '') return []
  return typeof value === 'string' || isNumber(value) ? String(value).split(',') : value
}

function decodeEach<T> (value: JsonValue, decode: Decode<T>, words: Wording): T[] {
  const list = decodeList(value, words)
  return collect(list.map((element, i) => () => decode(element, words, `[${i}]`)), words)
}

/** Runs all, so that all that is wrong can be said at once. */
function collect<T> (decodings: ReadonlyArray<() => T>, words: Wording): T[] {
  const results: T[] = []
  const reasons: string[] = []
  for (const decode of decodings) {
    try {
      results.push(decode())
    } catch (error) {
      if (!(error instanceof GoError)) throw error
      reasons.push(error.message)
    }
  }
  if (reasons.length > 0) throw new GoError(words.several(reasons))
  return results
}

/** A map, or a list of maps (or of such lists) to be merged. Does not recurse: lists may be nested thousands deep. */
export const decodeMap: Decode<JsonObject> = (value) => {
  if (isMap(value)) return value
  const merged = Object.create(null) as Record<string, JsonValue | undefined>
  const pending: Array<readonly [at: string, value: JsonValue]> = [['', value]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [at, inner] = next
    if (isMap(inner)) Object.assign(merged, inner)
    else if (isList(inner)) {
      for (let i = inner.length - 1; i >= 0; i--) pending.push([`${at}[${i}]`, inner[i] ?? null])
    } else if (inner !== null) throw new GoError(`'${at}' expected a map, got '${goKind(inner)}'`)
  }
  return merged
}

/** A map of strings, or a `key=value` text, or a list of those. */
export function decodeKeyValue (value: JsonValue, words: Wording, field: string): Readonly<Record<string, string>> {
  return decodeStringMap(value, words) ?? decodePairs(value, words, field)
}

function decodeStringMap (value: JsonValue, words: Wording): Record<string, string> | undefined {
  try {
    const strings: Record<string, string> = Object.create(null)
    for (const [key, member] of Object.entries(decodeMap(value, words))) {
      if (member !== undefined) strings[key] = decodeString(member, words)
    }
    return strings
  } catch (error) {
    if (error instanceof GoError) return undefined
    throw error
  }
}

function decodePairs (value: JsonValue, words: Wording, field: string): Record<string, string> {
  const strings: Record<string, string> = Object.create(null)
  decodeEach(value, decodeString, words).forEach((pair, index) => {
    const equals = pair.indexOf('=')
    if (equals < 1) throw new GoError(words.invalidPair(pair, index, field))
    strings[pair.slice(0, equals)] = pair.slice(equals + 1)
  })
  return strings
}
