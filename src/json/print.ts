// Prints JSON as Go's encoding/json does.
import { compareBytes } from './characters.js'
import { normalized } from './transform.js'
import { JsonNumber } from './value.js'
import type { JsonObject, JsonValue } from './value.js'

/** What can be printed besides plain JSON: a `Map` prints like an object without a prototype. */
export type Printable = JsonValue | ReadonlyMap<string, JsonValue | undefined>

const UNUSUAL = /[^ !#-%'-;=?-[\]-\u2027\u202a-\ud7ff\ue000-\uffff]/
/** Where Go escapes otherwise than JavaScript. */
const GO_ESCAPED = /[<>&\b\f\u2028\u2029\ud800-\udfff]/
const ESCAPED = /[^ !#-%'-;=?-[\]-\u2027\u202a-\ud7ff\ue000-\uffff]|\p{Surrogate}/gu
/** Deeper values are printed without recursion, so that no nesting overflows the stack. */
const RECURSION_LIMIT = 500

/**
 * Go's `json.Marshal` without the newline of its encoder: no spaces, `<`, `>`, `&`, U+2028 and U+2029 escaped, lone
 * surrogates as `\ufffd`. Keys are sorted by their UTF-8 bytes in objects without a prototype; other objects keep
 * their order. Undefined members are left out.
 *
 * @throws TypeError for what is not JSON: NaN, infinities, functions …
 */
export function printJson (value: Printable): string {
  return print(value, 0)
}

/** The same for an object whose keys are to be sorted, whether it has a prototype or not: at no cost where they are. */
export function printMap (members: JsonObject): string {
  return printMembers(members, sorted(Object.keys(members)), 0)
}

/** More than the names of all fields together; what is longer is nobody's field. */
const MOST_KEYS = 2000
const LONGEST_KEY = 64

/**
 * Keys as they print, with their colon: the same ones come with nearly every answer. This is no state, as the texts
 * follow from the keys alone.
 */
class UsualKeys {
  readonly #texts = new Map<string, string>()

  /** undefined for a key that prints otherwise than it stands, or has an order of its own */
  textOf (key: string): string | undefined {
    const known = this.#texts.get(key)
    if (known !== undefined || UNUSUAL.test(key)) return known
    const text = '"' + key + '":'
    if (key.length > LONGEST_KEY) return text
    if (this.#texts.size >= MOST_KEYS) this.#texts.clear()
    this.#texts.set(key, text)
    return text
  }
}

const usualKeys = new UsualKeys()

function print (value: Printable, depth: number): string {
  switch (typeof value) {
    case 'string': return printString(value)
    case 'number': return printNumber(value)
    case 'boolean': return value ? 'true' : 'false'
    case 'object': break
    default: throw new TypeError(`not a JSON value: ${typeof value}`)
  }
  if (value === null) return 'null'
  if (value instanceof JsonNumber) return value.text
  if (depth > RECURSION_LIMIT) return printDeep(value)
  if (Array.isArray(value)) return printArray(value as readonly JsonValue[], depth)
  return printObject(value as JsonObject, depth)
}

function printArray (values: readonly JsonValue[], depth: number): string {
  let text = ''
  for (const value of values) text += (text === '' ? '[' : ',') + print(value, depth + 1)
  return text === '' ? '[]' : text + ']'
}

function printObject (value: JsonObject | ReadonlyMap<string, JsonValue | undefined>, depth: number): string {
  const object = value instanceof Map ? Object.fromEntries(value) as JsonObject : value as JsonObject
  return printMembers(object, printedKeys(object, object !== value), depth)
}

function printMembers (object: JsonObject, keys: readonly string[], depth: number): string {
  let text = ''
  for (const key of keys) {
    const member = object[key]
    if (member !== undefined) text += (text === '' ? '{' : ',') + printKey(key) + print(member, depth + 1)
  }
  return text === '' ? '{}' : text + '}'
}

function printedKeys (object: JsonObject, isMap: boolean): string[] {
  const keys = Object.keys(object)
  return isMap || Object.getPrototypeOf(object) === null ? sorted(keys) : keys
}

function printKey (key: string): string {
  return usualKeys.textOf(key) ?? printString(key) + ':'
}

function sorted (keys: string[]): string[] {
  let before = ''
  for (const key of keys) {
    if (key < before || usualKeys.textOf(key) === undefined) return keys.sort(compareBytes)
    before = key
  }
  return keys
}

/** The same value prints the same, whatever its objects were made of: all keys are sorted. */
export function printSorted (value: JsonValue, depth = 0): string {
  if (typeof value !== 'object' || value === null || value instanceof JsonNumber) return print(value, depth)
  if (depth > RECURSION_LIMIT) return print(normalized(value), depth)
  if (Array.isArray(value)) return `[${value.map((each) => printSorted(each, depth + 1)).join(',')}]`
  const object = value as JsonObject
  let text = ''
  for (const key of sorted(Object.keys(object))) {
    const member = object[key]
    if (member !== undefined) text += (text === '' ? '{' : ',') + printKey(key) + printSorted(member, depth + 1)
  }
  return text === '' ? '{}' : text + '}'
}

/** What is still to be printed: values, and in front of each the text that leads up to it. */
type Pending = readonly [text: string, value?: JsonValue]

function printDeep (value: Printable): string {
  const pending: Pending[] = [['', value as JsonValue]]
  let text = ''
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    text += next[0]
    if (next.length < 2) continue
    const inner = next[1] as JsonValue
    if (typeof inner !== 'object' || inner === null || inner instanceof JsonNumber) text += print(inner, 0)
    else for (const piece of unfold(inner).reverse()) pending.push(piece)
  }
  return text
}

function unfold (container: readonly JsonValue[] | JsonObject): Pending[] {
  if (Array.isArray(container)) {
    const elements = container.map((value, i): Pending => [i === 0 ? '' : ',', value])
    return [['['], ...elements, [']']]
  }
  const object = (container instanceof Map ? Object.fromEntries(container) : container) as JsonObject
  const keys = printedKeys(object, object !== container).filter((key) => object[key] !== undefined)
  return [['{'], ...keys.map((key, i): Pending => [(i === 0 ? '' : ',') + printKey(key), object[key]]), ['}']]
}

function printNumber (value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`not a JSON value: ${value}`)
  return Object.is(value, -0) ? '-0' : String(value)
}

function printString (text: string): string {
  if (!UNUSUAL.test(text)) return '"' + text + '"'
  return GO_ESCAPED.test(text) ? '"' + text.replace(ESCAPED, escape) + '"' : JSON.stringify(text)
}

function escape (character: string): string {
  switch (character) {
    case '"': return '\\"'
    case '\\': return '\\\\'
    case '\n': return '\\n'
    case '\r': return '\\r'
    case '\t': return '\\t'
  }
  const codePoint = character.codePointAt(0) as number
  if (codePoint > 0xffff) return character
  const unit = codePoint >= 0xd800 && codePoint < 0xe000 ? 0xfffd : codePoint
  return '\\u' + unit.toString(16).padStart(4, '0')
}
