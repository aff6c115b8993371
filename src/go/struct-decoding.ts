// Decodes JSON into typed structs as Go does, for the endpoints that have no field table: init, unseal, join, rekey …
import { isList, isMap, isNumber } from './values.js'
import { NumError, parseInt64 } from './strconv.js'
import type { JsonValue } from '../json/index.js'
import { invalid } from '../refusal/index.js'

/** A struct member's type: `strings` is a list of strings. */
export type StructField = 'string' | 'bool' | 'int' | 'uint' | 'strings'

const GO_TYPES: Readonly<Record<StructField, string>> = { string: 'string', bool: 'bool', int: 'int', uint: 'uint', strings: '[]string' }

/** What a value is and what its place wanted, in the words of `encoding/json`. */
class TypeMismatch {
  constructor (readonly found: string, readonly wanted: string) {}
}

/**
 * The members of a struct that a body gives. Keys match whatever their case, unknown ones are ignored, null is absent;
 * there is no weak typing.
 *
 * @param typeName Go's name of the struct, for the error
 * @throws {VaultError} `invalid`: `failed to parse JSON input: json: cannot unmarshal string into Go struct field
 *   JoinRequest.retry of type bool`
 */
export function decodeStruct<Name extends string> (
  typeName: string, fields: Readonly<Record<Name, StructField>>, body: JsonValue
): Partial<Record<Name, JsonValue>> {
  if (body === null) return {}
  if (!isMap(body)) throw refusal(`${describe(body)} into Go value of type http.${typeName}`)
  const decoded: Partial<Record<Name, JsonValue>> = {}
  for (const [key, value] of Object.entries(body)) {
    const name = matchName(fields, key)
    if (name === undefined || value === undefined || value === null) continue
    const result = decodeMember(fields[name], value)
    if (result instanceof TypeMismatch) {
      throw refusal(`${result.found} into Go struct field ${typeName}.${name} of type ${result.wanted}`)
    }
    decoded[name] = result
  }
  return decoded
}

function refusal (mismatch: string): Error {
  return invalid(`failed to parse JSON input: json: cannot unmarshal ${mismatch}`)
}

function matchName<Name extends string> (fields: Readonly<Record<Name, StructField>>, key: string): Name | undefined {
  if (Object.hasOwn(fields, key)) return key as Name
  const folded = key.toLowerCase()
  return (Object.keys(fields) as Name[]).find((name) => name.toLowerCase() === folded)
}

function decodeMember (type: StructField, value: JsonValue): JsonValue | TypeMismatch {
  if (type === 'strings' && isList(value)) return decodeStrings(value)
  if (type === 'string' && typeof value === 'string') return value
  if (type === 'bool' && typeof value === 'boolean') return value
  if ((type === 'int' || type === 'uint') && isNumber(value)) return decodeInteger(type, String(value))
  return new TypeMismatch(describe(value), GO_TYPES[type])
}

/** A null leaves its element empty. */
function decodeStrings (values: readonly JsonValue[]): JsonValue | TypeMismatch {
  const wrong = values.find((value) => value !== null && typeof value !== 'string')
  return wrong === undefined ? values.map((value) => value ?? '') : new TypeMismatch(describe(wrong), 'string')
}

function decodeInteger (type: 'int' | 'uint', text: string): number | TypeMismatch {
  try {
    const integer = parseInt64(text)
    return type === 'uint' && integer < 0n ? new TypeMismatch(`number ${text}`, type) : Number(integer)
  } catch (error) {
    if (error instanceof NumError) return new TypeMismatch(`number ${text}`, type)
    throw error
  }
}

/** What a JSON value is, in the words of `encoding/json`. */
export function describe (value: JsonValue): string {
  if (isNumber(value)) return 'number'
  if (isList(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value
}
