// Numbers as KV version 2 gives them back: it stores its data through Go's float64, where version 1 keeps the text.
import { JsonNumber, type JsonObject, type JsonValue } from '../../json/index.js'
import { failure } from '../../refusal/index.js'
import { isMap } from '../../go/values.js'

/**
 * An object whose numbers are the float64 they become when a version is read back; maps stay maps.
 *
 * @throws VaultError `failure`: a number beyond the range
 */
export function withFloats (object: JsonObject): JsonObject {
  const floats: Record<string, JsonValue> = Object.create(null)
  for (const [key, member] of Object.entries(object)) floats[key] = asFloats(member ?? null)
  return floats
}

function asFloats (value: JsonValue): JsonValue {
  if (value instanceof JsonNumber) return asFloat(value)
  if (Array.isArray(value)) return value.map(asFloats)
  return isMap(value) ? withFloats(value) : value
}

function asFloat (number: JsonNumber): number {
  const float = Number(number.text)
  if (!Number.isFinite(float)) {
    throw failure(`json: cannot unmarshal number ${number.text} into Go value of type float64`)
  }
  return float
}
