// Turns values of the HCL tree into strings, lists and maps, with the texts of HashiCorp's decoder.
import { HclError } from '../../hcl/hcl.js'
import type { HclItem, HclObject, HclValue } from '../../hcl/hcl.js'
import { PolicyNumber } from './permissions.js'
import type { ParameterValue } from './permissions.js'

/** Go's names of the kinds of value, for errors. */
export const GO_TYPES = { literal: '*ast.LiteralType', list: '*ast.ListType', object: '*ast.ObjectList' }

/** The values of a key, in order; a block with further labels counts as an object that has them as keys. */
export function valuesOf (object: HclObject, key: string): HclValue[] {
  return object.items.filter(({ keys }) => keys[0] === key).map(withoutKey)
}

function withoutKey (item: HclItem): HclValue {
  if (item.keys.length === 1) return item.value
  return { type: 'object', items: [{ ...item, keys: item.keys.slice(1) }], position: item.position }
}

/**
 * A string; a number counts as its text.
 *
 * @param name as errors have it: `root.policy`
 * @throws HclError
 */
export function stringOf (name: string, value: HclValue): string {
  if (value.type === 'literal') {
    if (value.kind === 'NUMBER') return value.text
    if (typeof value.value === 'string') return value.value
  }
  throw new HclError(positionOf(value), `${name}: unknown type for string ${GO_TYPES[value.type]}`)
}

/** The strings of all lists given for a key. */
export function stringsOf (object: HclObject, key: string): string[] {
  return valuesOf(object, key).flatMap((value) => {
    const values = elementsOf(value)
    const first = value.type === 'object' ? value.items[0] : undefined
    if (first !== undefined) {
      throw new HclError(first.position, `root.${key}[0]: unknown type for string *ast.ObjectItem`)
    }
    return values.map((element, i) => {
      const name = `root.${key}[${i}]`
      if (element.type !== 'object') return stringOf(name, element)
      throw new HclError(element.position, `${name}: unknown type for string *ast.ObjectType`)
    })
  })
}

/** Lists of values by name; undefined if the key is not there. */
export function parametersOf (object: HclObject, key: string): Map<string, readonly ParameterValue[]> | undefined {
  const given = valuesOf(object, key)
  if (given.length === 0) return undefined
  const parameters = new Map<string, readonly ParameterValue[]>()
  for (const value of given) {
    if (value.type !== 'object') {
      throw new HclError(value.position, `root.${key}: not an object type for map (${GO_TYPES[value.type]})`)
    }
    for (const item of value.items) addParameter(parameters, item)
  }
  return parameters
}

function addParameter (parameters: Map<string, readonly ParameterValue[]>, item: HclItem): void {
  const name = (item.keys[0] ?? '').toLowerCase()
  const values = elementsOf(withoutKey(item)).map(parameterValue)
  parameters.set(name, [...parameters.get(name) ?? [], ...values])
}

function elementsOf (value: HclValue): readonly HclValue[] {
  if (value.type === 'list') return value.values
  if (value.type === 'object') return value.items.length === 0 ? [] : [value]
  throw new HclError(value.position, 'unknown slice type: *ast.LiteralType')
}

function parameterValue (value: HclValue): ParameterValue {
  if (value.type === 'list') return value.values.map(parameterValue)
  if (value.type === 'object') {
    return Object.fromEntries(value.items.map((item) => [item.keys[0] ?? '', parameterValue(withoutKey(item))]))
  }
  return typeof value.value === 'number' ? new PolicyNumber(value.value) : value.value
}

function positionOf (value: HclValue): HclValue['position'] {
  return (value.type === 'object' ? value.items[0]?.position : undefined) ?? value.position
}
