// JSON as Go's MarshalIndent prints it, two blanks deep.
import { isObject, printJson, type JsonValue } from '../../../json/index.js'

/** Keys of objects without a prototype are sorted, others keep their order; undefined members are left out. */
export function indentedJson (value: JsonValue, indent = ''): string {
  const deeper = indent + '  '
  if (Array.isArray(value)) {
    return block('[', value.map((each: JsonValue) => deeper + indentedJson(each, deeper)), ']', indent)
  }
  if (!isObject(value)) return printJson(value)
  const keys = Object.keys(value).filter((key) => value[key] !== undefined)
  if (Object.getPrototypeOf(value) === null) keys.sort()
  return block('{', keys.map((key) => `${deeper}${printJson(key)}: ${indentedJson(value[key] ?? null, deeper)}`), '}', indent)
}

function block (open: string, lines: readonly string[], close: string, indent: string): string {
  return lines.length === 0 ? open + close : `${open}\n${lines.join(',\n')}\n${indent}${close}`
}
