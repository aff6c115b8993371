// How Go writes values in texts: %v, %q, and the names of types and kinds.
import { compareBytes, JsonNumber } from '../json/index.js'
import type { JsonObject, JsonValue } from '../json/index.js'

/** What Go would call an error value: its message goes into an answer. Thrown by what reads text the way Go does. */
export class GoError extends Error {
  override readonly name: string = 'GoError'
}

/** Text, or a value still to be written. */
type Piece = string | { readonly value: JsonValue | undefined }

/** `%v`: `map[a:1 b:[x y]]`, `<nil>`, strings as they are. Does not recurse: inputs may be nested thousands deep. */
export function goValue (value: JsonValue | undefined): string {
  const pending: Piece[] = [{ value }]
  let text = ''
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next === 'string') text += next
    else if (isScalar(next.value)) text += scalar(next.value)
    else for (const piece of unfold(next.value).reverse()) pending.push(piece)
  }
  return text
}

function isScalar (value: JsonValue | undefined): value is null | undefined | boolean | number | string | JsonNumber {
  return typeof value !== 'object' || value === null || value instanceof JsonNumber
}

function scalar (value: null | undefined | boolean | number | string | JsonNumber): string {
  return value === null || value === undefined ? '<nil>' : String(value)
}

function unfold (container: readonly JsonValue[] | JsonObject): Piece[] {
  if (isList(container)) return ['[', ...container.flatMap((value, i): Piece[] => i === 0 ? [{ value }] : [' ', { value }]), ']']
  const keys = Object.keys(container).sort(compareBytes)
  return ['map[', ...keys.flatMap((key, i): Piece[] => [`${i === 0 ? '' : ' '}${key}:`, { value: container[key] }]), ']']
}

/** `%T` of what Go's decoder makes of a JSON value. */
export function goType (value: JsonValue): string {
  if (value === null) return '<nil>'
  if (isNumber(value)) return 'json.Number'
  if (isList(value)) return '[]interface {}'
  return typeof value === 'object' ? 'map[string]interface {}' : goKind(value)
}

/** The reflected kind of the same; numbers are strings there. */
export function goKind (value: JsonValue): string {
  if (value === null) return 'invalid'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'string' || isNumber(value)) return 'string'
  return isList(value) ? 'slice' : 'map'
}

export function isNumber (value: JsonValue | undefined): value is number | JsonNumber {
  return typeof value === 'number' || value instanceof JsonNumber
}

export function isList (value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/** What Go calls a map. */
export { isObject as isMap } from '../json/index.js'

const NAMED_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\u0007', '\\a'], ['\b', '\\b'], ['\f', '\\f'], ['\n', '\\n'], ['\r', '\\r'], ['\t', '\\t'], ['\v', '\\v'], ['"', '\\"'], ['\\', '\\\\']
])
const NOT_PRINTED = /["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu

/** `%q`: the text in double quotes, with Go's escapes for what is not printable. */
export function goQuote (text: string): string {
  return `"${text.replace(NOT_PRINTED, escape)}"`
}

function escape (character: string): string {
  return NAMED_ESCAPES.get(character) ?? escapeCodePoint(character.codePointAt(0) ?? 0)
}

function escapeCodePoint (codePoint: number): string {
  if (codePoint < 0x20 || codePoint === 0x7f) return '\\x' + codePoint.toString(16).padStart(2, '0')
  if (codePoint > 0xffff) return '\\U' + codePoint.toString(16).padStart(8, '0')
  return '\\u' + codePoint.toString(16).padStart(4, '0')
}
