// JSON merge patch, without recursion: patches are nested as deep as clients like. https://www.rfc-editor.org/rfc/rfc7386
import { emptyMap, isObject, type JsonObject, type JsonValue } from '../../json/index.js'

/** The target with the patch applied: null removes a member, maps are merged, anything else replaces. */
export function mergePatch (target: JsonObject, patch: JsonObject): JsonObject {
  const whole = copyOf(target)
  const pending: Array<readonly [Merged, JsonObject]> = [[whole, patch]]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [merged, changes] = next
    for (const [key, value] of Object.entries(changes)) {
      const old = merged[key]
      if (value === null || value === undefined) delete merged[key]
      else if (!isObject(value)) merged[key] = value
      else pending.push([merged[key] = copyOf(isObject(old) ? old : {}), value])
    }
  }
  return whole
}

type Merged = Record<string, JsonValue | undefined>

function copyOf (object: JsonObject): Merged {
  return Object.assign(emptyMap<JsonValue | undefined>(), object)
}
