// The kinds of field that a path can have, and how a request's data becomes them.
import { Type } from '@sinclair/typebox'
import type { Static, TObject, TOptional, TSchema, TUnsafe } from '@sinclair/typebox'
import { parseAbsoluteTimeMs } from '../../go/absolute-time.js'
import { parseDurationSeconds } from '../../go/durations.js'
import { GoError } from '../../go/values.js'
import {
  decodeBool, decodeFloat, decodeInt, decodeIntList, decodeKeyValue, decodeList, decodeMap, decodeString,
  decodeStringList, wordings
} from '../../go/weak-decoding.js'
import type { Wording } from '../../go/weak-decoding.js'
import { compareBytes } from '../../json/index.js'
import type { JsonObject, JsonValue } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { memoize } from '../memo.js'

export { decodeStruct } from '../../go/struct-decoding.js'
export type { StructField } from '../../go/struct-decoding.js'

/** What is said of a field besides its kind. */
export interface FieldOptions<T> {
  readonly description?: string
  /** the value of an absent field; without it the field is optional */
  readonly default?: T
}

/** Makes the schema of a field; its static type is what handlers see. */
export interface FieldFactory<T> {
  (options: FieldOptions<T> & { readonly default: T }): TUnsafe<T>
  (options?: FieldOptions<T>): TOptional<TUnsafe<T>>
}

/** What the framework's field types are in OpenAPI. */
const JSON_SCHEMAS = {
  string: { type: 'string' },
  lowerCaseString: { type: 'string' },
  nameString: { type: 'string', pattern: '^\\w(([\\w-.]+)?\\w)?$' },
  int: { type: 'integer' },
  float: { type: 'number', format: 'float' },
  bool: { type: 'boolean' },
  durationSeconds: { type: 'integer', format: 'seconds' },
  signedDurationSeconds: { type: 'integer', format: 'seconds' },
  stringList: { type: 'array', items: { type: 'string' } },
  intList: { type: 'array', items: { type: 'integer' } },
  list: { type: 'array', items: {} },
  keyValue: { type: 'object', format: 'kvpairs' },
  map: { type: 'object', format: 'map' },
  time: { type: 'string', format: 'date-time' },
  any: {}
} as const

export type FieldKind = keyof typeof JSON_SCHEMAS

/**
 * One factory per kind. Text and numbers stand for each other, `"true"` and `1` for true, null for absent. `stringList`
 * and `intList` take comma-separated text, `keyValue` takes `key=value` text or a list of it, `list` a single value.
 * Durations are whole seconds, `signedDurationSeconds` also negative ones; `time` is milliseconds since 1970.
 */
export const field = {
  string: factory<string>('string'),
  lowerCaseString: factory<string>('lowerCaseString'),
  nameString: factory<string>('nameString'),
  int: factory<number>('int'),
  float: factory<number>('float'),
  bool: factory<boolean>('bool'),
  durationSeconds: factory<number>('durationSeconds'),
  signedDurationSeconds: factory<number>('signedDurationSeconds'),
  stringList: factory<readonly string[]>('stringList'),
  intList: factory<readonly number[]>('intList'),
  list: factory<readonly JsonValue[]>('list'),
  keyValue: factory<Readonly<Record<string, string>>>('keyValue'),
  map: factory<JsonObject>('map'),
  time: factory<number>('time'),
  any: factory<JsonValue>('any')
}

function factory<T> (kind: FieldKind): FieldFactory<T> {
  return ((options: FieldOptions<T> = {}) => {
    const schema = Type.Unsafe<T>({ ...JSON_SCHEMAS[kind], fieldKind: kind, ...options })
    return options.default === undefined ? Type.Optional(schema) : schema
  }) as FieldFactory<T>
}

/** The kind a schema was made with; `any` for one that no factory made. */
export function fieldKind (schema: TSchema): FieldKind {
  return (schema.fieldKind as FieldKind | undefined) ?? 'any'
}

export function fieldDescription (schema: TSchema): string {
  return schema.description ?? ''
}

/** What a profile says of its field errors. */
export interface FieldWording {
  readonly fieldErrors: keyof typeof wordings
}

const NAME = /^\w(?:[\w.-]*\w)?$/

/**
 * The fields of a table, converted; absent and null ones are missing or have their default, unknown ones are left out.
 *
 * @throws {VaultError} `invalid`: `Field validation failed: error converting input …`
 */
export function decodeFields<T extends TObject> (
  schema: T, raw: JsonObject, { fieldErrors }: FieldWording = { fieldErrors: 'quoting' }
): Static<T> {
  const words = wordings[fieldErrors]
  const decoded: Record<string, unknown> = {}
  for (const { name, kind, absent } of fieldsOf(schema)) {
    const value = raw[name]
    const isAbsent = value === undefined || value === null
    const result: unknown = isAbsent ? absent : decodeField(name, kind, value, words)
    if (result !== undefined) decoded[name] = result
  }
  return decoded as Static<T>
}

const fieldsOf = memoize(({ properties }: TObject) => Object.entries(properties).map(([name, property]) => {
  return { name, kind: fieldKind(property), absent: property.default as unknown }
}))

function decodeField (name: string, kind: FieldKind, value: JsonValue, words: Wording): unknown {
  try {
    return decodeKind(name, kind, value, words)
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw invalid(`Field validation failed: ${words.field(name, value, error.message)}`)
  }
}

function decodeKind (name: string, kind: FieldKind, value: JsonValue, words: Wording): unknown {
  switch (kind) {
    case 'string': return decodeString(value, words)
    case 'lowerCaseString': return decodeString(value, words).toLowerCase()
    case 'nameString': return checkName(decodeString(value, words))
    case 'int': return decodeInt(value, words)
    case 'float': return decodeFloat(value, words)
    case 'bool': return decodeBool(value, words)
    case 'durationSeconds': return checkPositive(parseDurationSeconds(value))
    case 'signedDurationSeconds': return parseDurationSeconds(value)
    case 'stringList': return decodeStringList(value, words)
    case 'intList': return decodeIntList(value, words)
    case 'list': return decodeList(value, words)
    case 'keyValue': return decodeKeyValue(value, words, name)
    case 'map': return decodeMap(value, words)
    case 'time': return parseAbsoluteTimeMs(value)
    case 'any': return value
  }
}

function checkName (text: string): string {
  if (!NAME.test(text)) throw new GoError('field does not match the formatting rules')
  return text
}

function checkPositive (seconds: number): number {
  if (seconds < 0) throw new GoError(`cannot provide negative value '${seconds}'`)
  return seconds
}

/** The names in a request that a table does not know, sorted: Vault warns of them. */
export function unknownFields (schema: TObject, raw: JsonObject): string[] {
  return Object.keys(raw).filter((name) => !Object.hasOwn(schema.properties, name)).sort(compareBytes)
}
