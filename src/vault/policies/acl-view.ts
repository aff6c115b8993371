// Permissions as `sys/internal/ui/resultant-acl` shows them.
import { goMap } from '../../json/index.js'
import type { JsonObject, JsonValue } from '../../json/index.js'
import { PolicyNumber } from './permissions.js'
import type { Parameters, ParameterValue, Permissions } from './permissions.js'

/** By path: capabilities, and the conditions there are. */
export function describePermissions (table: ReadonlyMap<string, Permissions>): JsonObject {
  return goMap(Object.fromEntries([...table].map(([path, permissions]) => [path, describe(permissions)])))
}

function describe (permissions: Permissions): JsonObject {
  const { capabilities, allowedParameters, deniedParameters, requiredParameters } = permissions
  const { minWrappingTtlMs, maxWrappingTtlMs } = permissions
  return goMap({
    capabilities: capabilities.size === 0 ? ['deny'] : [...capabilities].sort(),
    allowed_parameters: parameters(allowedParameters),
    denied_parameters: parameters(deniedParameters),
    required_parameters: requiredParameters.length === 0 ? undefined : requiredParameters,
    min_wrapping_ttl: minWrappingTtlMs === 0 ? undefined : minWrappingTtlMs / 1000,
    max_wrapping_ttl: maxWrappingTtlMs === 0 ? undefined : maxWrappingTtlMs / 1000
  })
}

function parameters (table: Parameters | undefined): JsonObject | undefined {
  if (table === undefined || table.size === 0) return undefined
  return goMap(Object.fromEntries([...table].map(([name, values]) => [name, values.map(jsonOf)])))
}

function jsonOf (value: ParameterValue): JsonValue {
  if (value instanceof PolicyNumber) return value.value
  if (Array.isArray(value)) return value.map(jsonOf)
  if (typeof value !== 'object') return value
  return goMap(Object.fromEntries(Object.entries(value).map(([key, member]) => [key, jsonOf(member)])))
}
