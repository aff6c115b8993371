// Logins with a name and a password that another system judges: what they have in common.
import { isWithin } from '../go/cidrs.js'
import { goMap, type JsonObject } from '../json/index.js'
import { VaultError } from '../refusal/index.js'
import type { Call, LogicalResponse } from '../vault/paths.js'
import { tidyPolicies } from '../vault/policies/policy-names.js'
import { logIn } from '../vault/tokens/login.js'
import type { TokenParameters } from '../vault/tokens/token-parameters.js'
import { entryNamed } from './auth-entry-paths.js'

/** Groups and users of a mount that have policies. */
export type WithPolicies = JsonObject & { readonly policies: readonly string[] }
export type WithGroups = WithPolicies & { readonly groups: readonly string[] }

/** Somebody whom the other system has let in. */
export interface Person {
  readonly name: string
  readonly aliasName?: string
  readonly aliasMetadata?: Readonly<Record<string, string>>
  readonly metadata: Readonly<Record<string, string>>
  readonly parameters: TokenParameters
  /** besides those of the configuration */
  readonly policies: readonly string[]
  readonly groups?: readonly string[]
  readonly warnings?: readonly string[]
}

/** @throws VaultError `permission denied` from a network that the configuration does not name */
export function refuseOtherNetworks ({ request }: Call<unknown>, { boundCidrs }: TokenParameters): void {
  if (!isWithin(request.remoteAddress, boundCidrs)) throw new VaultError('denied', 'permission denied')
}

export function logInPerson (call: Call<unknown>, person: Person): LogicalResponse {
  const { name, parameters, policies, groups = [], warnings = [] } = person
  const response = logIn(call, {
    aliasName: person.aliasName ?? name,
    ...(person.aliasMetadata !== undefined && { aliasMetadata: person.aliasMetadata }),
    groupAliasNames: groups.filter((group) => group !== ''),
    displayName: name,
    metadata: goMap(person.metadata),
    parameters: { ...parameters, policies: tidyPolicies([...parameters.policies, ...policies], false) }
  })
  return { ...response, warnings: [...response.warnings ?? [], ...warnings] }
}

/** What a mount says of a user and of their groups: the policies of all of them, each once. */
export function policiesOf (
  call: Call<unknown>, user: WithPolicies | undefined, groups: readonly string[], folder = 'groups'
): string[] {
  const ofGroups = groups.flatMap((group) => entryNamed<WithPolicies>(call, folder, group)?.values.policies ?? [])
  return [...new Set([...ofGroups, ...user?.policies ?? []])]
}

export function valuesNamed<Values extends JsonObject> (
  call: Call<unknown>, folder: string, name: string
): Values | undefined {
  return entryNamed<Values>(call, folder, name)?.values
}
