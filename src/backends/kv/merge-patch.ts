// JSON merge patch. https://www.rfc-editor.org/rfc/rfc7386
import { isObject, type JsonObject, type JsonValue } from '../../json/index.js'

/** The target with the patch applied: null removes a member, maps are merged, anything else replaces. */
export function mergePatch (target: JsonObject, patch: JsonObject): JsonObject {
  const merged: Record<string, JsonValue | undefined> = Object.assign(Object.create(null), target)
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || value === undefined) delete merged[key]
    else if (isObject(value)) merged[key] = mergePatch(isObject(merged[key]) ? merged[key] : {}, value)
    else merged[key] = value
  }
  return merged
}
