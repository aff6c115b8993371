// What becomes of the claims of a token: whether they are those that a role wants, and who they are about.
import { isLike } from '../../go/glob.js'
import { goQuote, goValue, isList, isNumber } from '../../go/values.js'
import { goMap, isObject, JsonNumber, printJson, type JsonObject, type JsonValue } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import type { Call, LogicalResponse } from '../../vault/paths.js'
import { logIn } from '../../vault/tokens/login.js'
import type { JwtRole, JwtRoleValues } from './stored.js'

/** A claim by its name or, where that begins with a slash, by a JSON pointer; numbers without their fractions. */
export function claimAt (claims: JsonObject, name: string): JsonValue | undefined {
  const found = name.startsWith('/') ? pointedAt(claims, name) : claims[name]
  if (found === null) return undefined
  return isNumber(found) ? Math.trunc(Number(found instanceof JsonNumber ? found.text : found)) : found
}

function pointedAt (claims: JsonObject, pointer: string): JsonValue | undefined {
  let at: JsonValue | undefined = claims
  for (const part of pointer.slice(1).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (isObject(at)) at = Object.hasOwn(at, name) ? at[name] : undefined
    else if (isList(at)) at = at[Number(name)]
    else return undefined
  }
  return at
}

/**
 * Logs in whoever a token is about.
 *
 * @throws VaultError where a claim is missing, or another than the role wants
 * @see `createIdentity` in `path_login.go` of vault-plugin-auth-jwt for the order of the checks
 */
export function logInByClaims (
  call: Call<unknown>, roleName: string, role: JwtRole, claims: JsonObject
): LogicalResponse {
  const { values, parameters } = role
  const user = userIn(claims, values)
  const mapped = metadataIn(claims, values)
  const metadata = { ...mapped, role: roleName }
  const groups = values.groups_claim === '' ? [] : groupsIn(claims, values.groups_claim)
  refuseOtherClaims(claims, values)
  return logIn(call, {
    aliasName: user,
    aliasMetadata: call.cluster.profile.jwtAliasNamesRole ? metadata : mapped,
    groupAliasNames: groups,
    displayName: user,
    metadata: goMap(metadata),
    parameters
  })
}

function userIn (claims: JsonObject, { user_claim: name, user_claim_json_pointer: isPointer }: JwtRoleValues): string {
  const user = isPointer ? claimAt(claims, name) : claims[name] ?? undefined
  if (user === undefined) throw invalid(`claim ${goQuote(name)} not found in token`)
  if (typeof user !== 'string') throw invalid(`claim ${goQuote(name)} could not be converted to string`)
  return user
}

function metadataIn (claims: JsonObject, { claim_mappings: mappings }: JwtRoleValues): Record<string, string> {
  const metadata: Record<string, string> = {}
  for (const [source, target] of Object.entries(mappings ?? {})) {
    const value = claimAt(claims, source)
    if (value === undefined) continue
    if (typeof value !== 'string') throw invalid(`error converting claim '${source}' to string`)
    metadata[String(target)] = value
  }
  return metadata
}

function groupsIn (claims: JsonObject, name: string): string[] {
  const found = claimAt(claims, name)
  if (found === undefined) throw invalid(`failed to fetch groups: ${goQuote(name)} claim not found in token`)
  const groups = listOf(found)
  if (groups === undefined) throw invalid(`${goQuote(name)} claim could not be converted to string list`)
  return groups.filter((group) => group !== '').map((group) => {
    if (typeof group === 'string') return group
    throw invalid(`value ${goValue(group)} in groups claim could not be parsed as string`)
  })
}

function refuseOtherClaims (claims: JsonObject, { bound_claims: bound, bound_claims_type: kind }: JwtRoleValues): void {
  for (const [name, wanted] of Object.entries(bound ?? {})) {
    const found = claimAt(claims, name)
    if (found === undefined) throw refusal(`claim ${goQuote(name)} is missing`)
    const [values, allowed] = [listOf(found), listOf(wanted ?? null)]
    if (values === undefined) throw refusal(`received claim is not a string, bool, int or list: ${goValue(found)}`)
    if (allowed === undefined) throw refusal(`bound claim is not a string, bool, int or list: ${goValue(wanted)}`)
    if (!allowed.some((one) => values.some((value) => isSame(one, value, kind === 'glob')))) {
      throw refusal(`claim ${goQuote(name)} does not match any associated bound claim values`)
    }
  }
}

function refusal (text: string): Error {
  return invalid(`error validating claims: ${text}`)
}

function isSame (wanted: JsonValue, found: JsonValue, isGlob: boolean): boolean {
  if (isGlob) return typeof wanted === 'string' && typeof found === 'string' && isLike(wanted, found)
  return printJson(wanted) === printJson(found)
}

/** Providers give a list with one member as that member; undefined for what is neither. */
function listOf (value: JsonValue): readonly JsonValue[] | undefined {
  if (isList(value)) return value
  return typeof value === 'string' || typeof value === 'boolean' || isNumber(value) ? [value] : undefined
}
