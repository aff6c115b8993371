// What is remarked on a response: parameters that nobody asked for.
import { unknownFields } from './fields/fields.js'
import type { PathMatch } from './path-matcher.js'
import type { LogicalResponse } from './paths.js'
import type { JsonObject } from '../json/index.js'

/** The response with a warning of the parameters that its path does not know or takes from elsewhere. */
export function withWarnings (response: LogicalResponse, match: PathMatch, data: JsonObject): LogicalResponse {
  const names = Object.keys(data)
  if (names.length === 0 || match.definition.checked === false || !hasPlainEnvelope(response)) return response
  const warnings = [...response.warnings ?? [], ...remarks(match, data, names)]
  return warnings.length === 0 ? response : { ...response, warnings }
}

function remarks ({ definition, params }: PathMatch, data: JsonObject, names: readonly string[]): string[] {
  const ignored = unknownFields(definition.fields, data)
  const replaced = names.filter((name) => Object.hasOwn(params, name)).sort()
  const known = `captured from the endpoint's path: [${replaced.join(' ')}]`
  return [
    ...(ignored.length > 0 ? [`Endpoint ignored these unrecognized parameters: [${ignored.join(' ')}]`] : []),
    ...(replaced.length > 0 ? [`Endpoint replaced the value of these parameters with the values ${known}`] : [])
  ]
}

function hasPlainEnvelope ({ raw, bare, status }: LogicalResponse): boolean {
  return raw === undefined && bare === undefined && status === undefined
}

/** Whether there is nothing in a list, and nothing else to say. */
export function isEmptyList (response: LogicalResponse | undefined): boolean {
  if (response?.data == null) return response?.warnings === undefined
  const { data, warnings } = response
  const hasNoKeys = Array.isArray(data.keys) && data.keys.length === 0
  return warnings === undefined && hasNoKeys && Object.keys(data).length === 1
}
