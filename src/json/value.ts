// What JSON is here: ordinary JavaScript values, and numbers that keep their text.

/** Any JSON value. A number is a `JsonNumber` only where a JavaScript number would print differently. */
export type JsonValue = null | boolean | number | string | JsonNumber | readonly JsonValue[] | JsonObject

/**
 * Any JSON object. Without a prototype it is what Go calls a map and prints with sorted keys; with one it is a struct
 * and prints in the order given. Undefined members are not printed.
 */
export interface JsonObject { readonly [key: string]: JsonValue | undefined }

/** A number that would not print the same as a JavaScript number: `1.0`, `1e3`, `12345678901234567890`. */
export class JsonNumber {
  /** @param text the number as it came, a valid JSON number */
  constructor (readonly text: string) {}
  toString (): string { return this.text }
}

/** Malformed JSON, in the words of Go's `encoding/json`: `unexpected EOF`, or `EOF` if there is nothing at all. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError'
}

/**
 * An object without a prototype, laid out like any other object: `Object.create(null)` makes a hash table, which takes
 * five times the memory, and longer to go through.
 */
export function emptyMap<T = JsonValue> (): Record<string, T> {
  return Object.setPrototypeOf({}, null) as Record<string, T>
}

/** A copy of these members as a Go map: without a prototype, so printed with sorted keys. */
export function goMap (members: Readonly<Record<string, JsonValue | undefined>> = {}): JsonObject {
  const map = emptyMap<JsonValue | undefined>()
  for (const key of Object.keys(members)) map[key] = members[key]
  return map
}

/** An object, as opposed to a list, a scalar or a number that keeps its text. */
export function isObject (value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)
}
