// Reads the bodies that Nomad's routes take: JSON into Go structs, keys in any case.
import { JsonSyntaxError, parseJson, type JsonValue } from '../../json/index.js'
import { badRequest } from '../../nomad/nomad-error.js'
import { VaultError } from '../../refusal/index.js'
import { parseGoDuration } from '../../go/durations.js'
import { parseUint64 } from '../../go/strconv.js'
import { GoError } from '../../go/values.js'
import { decodeStruct, type StructField } from '../../go/struct-decoding.js'

/** How one struct's members are named in errors, and what they are. */
export interface StructShape<Name extends string> {
  readonly typeName: string
  readonly fields: Readonly<Record<Name, StructField>>
}

/**
 * A body as JSON.
 *
 * @param before stands in front of Go's words
 * @throws {NomadError} 400: `Request body is empty`, `unexpected EOF` …
 */
export function parseNomadBody (body: Buffer, before = ''): JsonValue {
  if (body.length === 0) throw badRequest(`${before}Request body is empty`)
  try {
    return parseJson(body)
  } catch (error) {
    throw error instanceof JsonSyntaxError ? badRequest(before + error.message) : error
  }
}

/** @throws {NomadError} 400: `json: cannot unmarshal string into Go struct field .Alias.MinQuorum of type uint` */
export function decodeNomadStruct<Name extends string> ({ typeName, fields }: StructShape<Name>, body: JsonValue, before = ''): Partial<Record<Name, JsonValue>> {
  try {
    return decodeStruct(typeName, fields, body)
  } catch (error) {
    throw error instanceof VaultError ? badRequest(before + error.message.replace('failed to parse JSON input: ', '')) : error
  }
}

/**
 * A Go duration in milliseconds; empty is 0.
 *
 * @throws {NomadError} 400: `time: invalid duration "soon"`
 */
export function nomadDurationMs (text: string, before = ''): number {
  try {
    return text === '' ? 0 : Number(parseGoDuration(text)) / 1e6
  } catch (error) {
    throw error instanceof GoError ? badRequest(before + error.message) : error
  }
}

/**
 * `?cas=N`: write only what that entry wrote last.
 *
 * @throws {NomadError} 400: `Error parsing cas value: strconv.ParseUint: parsing "abc": invalid syntax`
 */
export function checkAndSetOf (text: string | null): number | undefined {
  if (text === null) return undefined
  try {
    return Number(parseUint64(text))
  } catch (error) {
    throw error instanceof GoError ? badRequest(`Error parsing cas value: ${error.message}`) : error
  }
}
