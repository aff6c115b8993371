// Values made of values, at any depth: without recursion, as clients nest thousands deep.
import { emptyMap, JsonNumber } from './value.js'
import type { JsonObject, JsonValue } from './value.js'

/** What holds no other values. */
export type Scalar = null | boolean | number | string | JsonNumber

type Container = readonly JsonValue[] | JsonObject
type Copy = JsonValue[] | Record<string, JsonValue>

/**
 * The same value with each scalar replaced. Objects come out without a prototype, so printed with sorted keys;
 * undefined members are left out.
 */
export function mapScalars (value: JsonValue, change: (scalar: Scalar) => JsonValue): JsonValue {
  if (isScalar(value)) return change(value)
  const whole = emptyCopy(value)
  const pending: Array<readonly [Container, Copy]> = [[value, whole]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [from, to] = next
    const take = (member: JsonValue): JsonValue => {
      if (isScalar(member)) return change(member)
      const copy = emptyCopy(member)
      pending.push([member, copy])
      return copy
    }
    if (Array.isArray(to)) for (const member of from as readonly JsonValue[]) to.push(take(member))
    else copyMembers(from as JsonObject, to, take)
  }
  return whole
}

function copyMembers (from: JsonObject, to: Record<string, JsonValue>, take: (member: JsonValue) => JsonValue): void {
  for (const key of Object.keys(from)) {
    const member = from[key]
    if (member !== undefined) to[key] = take(member)
  }
}

/** The same value whatever its objects were made of: as read back from JSON, with its keys sorted when printed. */
export function normalized (value: JsonValue): JsonValue {
  return mapScalars(value, (scalar) => scalar)
}

/** @throws {TypeError} for what no JSON says: NaN, infinities, functions */
export function requireJson (value: JsonValue): void {
  const pending: Array<JsonValue | undefined> = [value]
  while (pending.length > 0) {
    const next = pending.pop()
    if (next === undefined || typeof next === 'string') continue
    if (!isScalar(next)) for (const member of Array.isArray(next) ? next : Object.values(next)) pending.push(member)
    else if (typeof next === 'function' || (typeof next === 'number' && !Number.isFinite(next))) {
      throw new TypeError(`not a JSON value: ${String(next)}`)
    }
  }
}

export function isScalar (value: JsonValue): value is Scalar {
  return typeof value !== 'object' || value === null || value instanceof JsonNumber
}

function emptyCopy (value: Container): Copy {
  return Array.isArray(value) ? [] : emptyMap()
}
