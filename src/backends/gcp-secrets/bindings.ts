// Bindings of role sets: which roles on which resources, in HCL, plain or base64.
import { decodedBase64 } from '../../go/base64.js'
import { GoError } from '../../go/values.js'
import { HclError, readHcl, type HclItem } from '../../hcl/hcl.js'
import { JsonSyntaxError } from '../../json/index.js'
import { multiError } from '../../go/multierror.js'

const ROLE = /^(?:(?:projects|organizations)\/[^/]*\/)?roles\/[^/]*$/

/**
 * Roles by resource, sorted.
 *
 * @throws {GoError} `unable to parse raw string bindings as valid HCL: …`, and what a binding has not
 * @see `plugin/util/parse_bindings.go`
 */
export function parseBindings (text: string): Record<string, string[]> {
  const bytes = decodedBase64(text)
  const roles = new Map<string, Set<string>>()
  const refusals: string[] = []
  for (const item of itemsIn(bytes?.toString() ?? text, bytes !== undefined)) {
    const refusal = readResource(item, roles)
    if (refusal !== undefined) refusals.push(`(line ${item.assignLine}) ${refusal}`)
  }
  if (refusals.length > 0) throw new GoError(`unable to parse bindings: ${multiError(refusals)}`)
  return Object.fromEntries([...roles].map(([resource, names]) => [resource, [...names].sort()]))
}

function itemsIn (text: string, wasBase64: boolean): readonly HclItem[] {
  try {
    return readHcl(text).items
  } catch (error) {
    if (!(error instanceof HclError || error instanceof JsonSyntaxError)) throw error
    const what = wasBase64 ? 'base64-encoded' : 'raw string'
    throw new GoError(`unable to parse ${what} bindings as valid HCL: ${error.message}`)
  }
}

/** @returns what is wrong with it */
function readResource ({ keys, value }: HclItem, roles: Map<string, Set<string>>): string | undefined {
  const [kind = '', resource = ''] = keys
  if (keys.length !== 2 || value.type !== 'object') return 'top-level items must have format "resource" "$resource_name"'
  if (kind !== 'resource') return `invalid item ${JSON.stringify(kind)}, expected "resource"`
  const bound = roles.get(resource) ?? new Set<string>()
  roles.set(resource, bound)
  const refusals = value.items.flatMap((item) => {
    const refusal = readRoles(item, bound)
    return refusal === undefined ? [] : [`role list (line ${item.assignLine}): ${refusal}`]
  })
  return refusals.length === 0 ? undefined : multiError(refusals)
}

function readRoles ({ keys: [key = ''], value, assignLine: line }: HclItem, roles: Set<string>): string | undefined {
  if (key !== 'roles') return `invalid key ${JSON.stringify(key)} in resource, expected "roles"`
  if (value.type !== 'list') return "parsing error, expected list of roles for key 'roles'"
  const refusals: string[] = []
  for (const element of value.values) {
    const role = element.type === 'literal' ? element.value : undefined
    if (role === undefined) refusals.push(`unexpected nil item in roles list (line ${line})`)
    else if (typeof role !== 'string') refusals.push(`unexpected item ${role} in roles list is not a string (line ${line})`)
    else if (ROLE.test(role)) roles.add(role)
    else {
      refusals.push(`invalid role ${JSON.stringify(role)} (line ${line}) must be one of following formats: ` +
        '"projects/X/roles/Y", "organizations/X/roles/Y", "roles/X"')
    }
  }
  return refusals.length === 0 ? undefined : multiError(refusals)
}
