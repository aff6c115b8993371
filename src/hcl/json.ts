// Policies written in JSON, brought into the shape that HCL has.
import { isObject, JsonNumber, parseJson } from '../json/index.js'
import type { JsonObject, JsonValue } from '../json/index.js'
import { HclError, MAX_DEPTH } from './scanner.js'
import type { HclItem, HclObject, HclValue } from './hcl.js'

/** JSON is read without positions; the line is right for the usual one-line policy. */
const POSITION = { line: 1, column: 1 }

/**
 * Reads a JSON object as HashiCorp's reader does: an object that holds only objects becomes blocks with labels, so
 * that `{"path":{"a":{…}}}` is `path "a" {…}`; a list of objects becomes an item for each.
 *
 * @throws JsonSyntaxError in Go's words (HashiCorp's own JSON reader has others; not recorded)
 */
export function readJsonObject (text: string): HclObject {
  const value = parseJson(text)
  return objectOf(value as JsonObject, 0)
}

function objectOf (object: JsonObject, depth: number): HclObject {
  if (depth > MAX_DEPTH) throw new HclError(POSITION, 'nested too deeply')
  const items = Object.entries(object).flatMap(([key, value]) => itemsOf([key], value ?? null, depth))
  return { type: 'object', items, position: POSITION }
}

function itemsOf (keys: readonly string[], value: JsonValue, depth: number): HclItem[] {
  if (depth > MAX_DEPTH) throw new HclError(POSITION, 'nested too deeply')
  const members = isObject(value) ? Object.entries(value) : []
  if (members.length > 0 && members.every(([, member]) => isObject(member))) {
    return members.flatMap(([key, member]) => itemsOf([...keys, key], member as JsonValue, depth + 1))
  }
  if (Array.isArray(value) && value.length > 0 && value.every(isObject)) {
    return value.flatMap((element) => itemsOf(keys, element, depth + 1))
  }
  return [{ keys, assignLine: POSITION.line, value: valueOf(value, depth + 1), position: POSITION }]
}

function valueOf (value: JsonValue, depth: number): HclValue {
  if (Array.isArray(value)) return listOf(value, depth)
  if (isObject(value)) return objectOf(value, depth)
  if (typeof value === 'boolean') return literal('BOOL', String(value), value)
  if (typeof value === 'number' || value instanceof JsonNumber) {
    const text = String(value)
    return literal(/[.eE]/.test(text) ? 'FLOAT' : 'NUMBER', text, Number(text))
  }
  return literal('STRING', JSON.stringify(value ?? ''), (value as string | null) ?? '')
}

/** Booleans in a list are lost on the way, and null is refused: so HashiCorp's reader has it. */
function listOf (values: readonly JsonValue[], depth: number): HclValue {
  if (depth > MAX_DEPTH) throw new HclError(POSITION, 'nested too deeply')
  if (values.includes(null)) throw new HclError(POSITION, 'unexpected token while parsing list: NULL')
  const kept = values.filter((value) => typeof value !== 'boolean')
  return { type: 'list', values: kept.map((value) => valueOf(value, depth + 1)), position: POSITION }
}

function literal (kind: 'BOOL' | 'NUMBER' | 'FLOAT' | 'STRING', text: string, value: string | number | boolean): HclValue {
  return { type: 'literal', kind, text, value, position: POSITION }
}
