// Between values as the program holds them and the JSON they are saved as: one walk along the declaration of their
// form.
import { KindGuard, TransformKind, Type, type TSchema } from '@sinclair/typebox'
import { goMap, JsonNumber, normalized, type JsonValue } from '../json/index.js'
import type { State } from '../sim/declared.js'

/**
 * What a value is saved as. Fields stand in the order of their declaration, keys that are data are sorted: equal values
 * are equal texts, however they came about.
 */
export function savedForm<T extends TSchema> (schema: T, value: State<T>): JsonValue {
  return encoded(schema, value)
}

/** The value that a saved form stands for; the form must have been checked against the schema. */
export function loadedForm<T extends TSchema> (schema: T, saved: JsonValue): State<T> {
  return decoded(schema, saved) as State<T>
}

function encoded (schema: TSchema, value: unknown): JsonValue {
  // what may be anything is JSON already, and may be nested thousands deep
  if (KindGuard.IsUnknown(schema)) return value === undefined ? null : normalized(value as JsonValue)
  const plain = KindGuard.IsTransform(schema) ? schema[TransformKind].Encode(value) : value
  const member = memberOf(schema)
  if (Array.isArray(plain)) return plain.map((each) => encoded(member(''), each))
  if (plain === null || typeof plain !== 'object' || plain instanceof JsonNumber) return plain as JsonValue
  if (!KindGuard.IsObject(schema)) return goMap(mapped(plain, (each, name) => encoded(member(name), each)))
  const names = Object.keys(schema.properties)
  const fields = Object.fromEntries(names.map((name) => [name, Reflect.get(plain, name) as unknown]))
  return mapped(fields, (each, name) => encoded(member(name), each))
}

function decoded (schema: TSchema, saved: unknown): unknown {
  const plain = isOpaque(schema) ? saved : insides(schema, saved)
  return KindGuard.IsTransform(schema) ? schema[TransformKind].Decode(plain) : plain
}

function insides (schema: TSchema, saved: unknown): unknown {
  const member = memberOf(schema)
  if (Array.isArray(saved)) return saved.map((each) => decoded(member(''), each))
  if (saved === null || typeof saved !== 'object') return saved
  return mapped(saved, (each, name) => decoded(member(name), each))
}

/**
 * Of values that may be anything, and of unions, which are of single values only, nothing inside is of another form.
 */
function isOpaque (schema: TSchema): boolean {
  const member = KindGuard.IsRecord(schema) ? memberOf(schema)('') : schema
  const { IsObject, IsRecord, IsArray, IsTransform } = KindGuard
  return ![IsObject, IsRecord, IsArray, IsTransform].some((is) => is(member))
}

const ANYTHING = Type.Unknown()

/** The declaration of what lies within a value, by name. */
function memberOf (schema: TSchema): (name: string) => TSchema {
  if (KindGuard.IsArray(schema)) return () => schema.items
  if (KindGuard.IsObject(schema)) return (name) => schema.properties[name] ?? ANYTHING
  if (!KindGuard.IsRecord(schema)) return () => ANYTHING
  const [member = ANYTHING] = Object.values(schema.patternProperties)
  return () => member
}

function mapped<T> (members: object, change: (member: unknown, name: string) => T): Record<string, T> {
  const given = Object.entries(members).filter(([, member]) => member !== undefined)
  return Object.fromEntries(given.map(([name, member]) => [name, change(member, name)]))
}
