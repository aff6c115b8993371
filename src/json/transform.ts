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
  const pending: Container[] = []
  const look = (part: JsonValue | undefined): void => {
    if (typeof part === 'function' || (typeof part === 'number' && !Number.isFinite(part))) {
      throw new TypeError(`not a JSON value: ${String(part)}`)
    }
    if (part !== undefined && !isScalar(part)) pending.push(part)
  }
  look(value)
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (Array.isArray(next)) for (const member of next) look(member)
    else for (const key in next) look((next as JsonObject)[key])
  }
}

/**
 * Looks at a value and all within it, as long as the answer is yes; undefined members are passed over.
 *
 * @param look takes a part, and how many of its own it has
 * @returns whether it was yes for all of them
 */
export function everyPart (value: JsonValue, look: (part: JsonValue, members: number) => boolean): boolean {
  const pending: Array<JsonValue | undefined> = [value]
  while (pending.length > 0) {
    const next = pending.pop()
    if (next === undefined) continue
    const members = isScalar(next) ? NO_MEMBERS : Array.isArray(next) ? next : Object.values(next)
    if (!look(next, members.length)) return false
    for (const member of members) pending.push(member)
  }
  return true
}

const NO_MEMBERS: ReadonlyArray<JsonValue | undefined> = []

/** Whether two values are the same JSON, whatever the order of their keys. */
export function sameJson (a: JsonValue, b: JsonValue): boolean {
  const pending: Array<readonly [JsonValue, JsonValue]> = [[a, b]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [one, other] = next
    if (one === other) continue
    if (isScalar(one) || isScalar(other)) {
      if (!isSameScalar(one, other)) return false
    } else if (!pairMembers(one, other, pending)) return false
  }
  return true
}

function isSameScalar (one: JsonValue, other: JsonValue): boolean {
  return one instanceof JsonNumber && other instanceof JsonNumber && one.text === other.text
}

/** @returns false where one has what the other has not */
function pairMembers (one: Container, other: Container, pairs: Array<readonly [JsonValue, JsonValue]>): boolean {
  if (Array.isArray(one) !== Array.isArray(other)) return false
  const [ours, theirs] = [membersOf(one), membersOf(other)]
  if (ours.length !== theirs.length) return false
  for (const [name, member] of ours) {
    const counterpart = Object.hasOwn(other, name) ? (other as JsonObject)[name] : undefined
    if (counterpart === undefined) return false
    pairs.push([member, counterpart])
  }
  return true
}

function membersOf (container: Container): Array<[string, JsonValue]> {
  return Object.entries(container).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined)
}

export function isScalar (value: JsonValue): value is Scalar {
  return typeof value !== 'object' || value === null || value instanceof JsonNumber
}

function emptyCopy (value: Container): Copy {
  return Array.isArray(value) ? [] : emptyMap()
}
