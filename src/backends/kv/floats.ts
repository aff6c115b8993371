// Numbers as KV version 2 gives them back: it stores its data through Go's float64, where version 1 keeps the text.
import { JsonNumber, mapScalars, type JsonObject } from '../../json/index.js'
import { failure } from '../../refusal/index.js'

/**
 * An object whose numbers are the float64 they become when a version is read back; maps stay maps.
 *
 * @throws VaultError `failure`: a number beyond the range
 */
export function withFloats (object: JsonObject): JsonObject {
  return mapScalars(object, (scalar) => scalar instanceof JsonNumber ? asFloat(scalar) : scalar) as JsonObject
}

function asFloat (number: JsonNumber): number {
  const float = Number(number.text)
  if (!Number.isFinite(float)) {
    throw failure(`json: cannot unmarshal number ${number.text} into Go value of type float64`)
  }
  return float
}
