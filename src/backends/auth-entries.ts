// What auth methods keep under names: roles, users, a configuration. Plain fields, and what tokens will be like.
import { Type, type TSchema } from '@sinclair/typebox'
import type { Area } from '../cluster/storage.js'
import { goMap, type JsonObject, type JsonValue } from '../json/index.js'
import type { Profile } from '../profiles/index.js'
import { texts } from '../sim/declared.js'
import { anyObject } from '../vault/entry-forms.js'
import { field } from '../vault/fields/fields.js'
import type { Call, LogicalResponse } from '../vault/paths.js'
import {
  changeParameters, NO_PARAMETERS, renderParameters, type TokenParameterFields, type TokenParameters
} from '../vault/tokens/token-parameters.js'
import { hasOldName } from './renamed-fields.js'
import { tokenParametersForm } from './token-parameters-form.js'

/** Deprecated names of token parameters. */
const OLD_NAMES = {
  policies: 'token_policies',
  bound_cidrs: 'token_bound_cidrs',
  ttl: 'token_ttl',
  max_ttl: 'token_max_ttl',
  period: 'token_period',
  num_uses: 'token_num_uses'
} as const

type OldName = keyof typeof OLD_NAMES

/** The fields of the deprecated names, to be spread into a field table. */
export const oldNameFields = {
  policies: field.stringList({ description: 'Deprecated, use token_policies.' }),
  bound_cidrs: field.stringList({ description: 'Deprecated, use token_bound_cidrs.' }),
  ttl: field.durationSeconds({ description: 'Deprecated, use token_ttl.' }),
  max_ttl: field.durationSeconds({ description: 'Deprecated, use token_max_ttl.' }),
  period: field.durationSeconds({ description: 'Deprecated, use token_period.' }),
  num_uses: field.int({ description: 'Deprecated, use token_num_uses.' })
}

/** Something with token parameters; its values stand under their names in requests and answers. */
export type AuthEntry<Values extends JsonObject = JsonObject> = JsonObject & {
  readonly values: Values
  readonly parameters: TokenParameters
  /** names through which parameters were set, and so shown under both */
  readonly oldNames: readonly OldName[]
}

/** How it looks in a saved world. */
export function authEntryForm (values: TSchema = anyObject): TSchema {
  return Type.Object({ values, parameters: tokenParametersForm, oldNames: texts })
}

export function newEntry<Values extends JsonObject> (values: Values): AuthEntry<Values> {
  return { values, parameters: NO_PARAMETERS, oldNames: [] }
}

/**
 * The entry after a write; what it leaves out stays.
 *
 * @param fields those of the values, of the token parameters and of their deprecated names
 * @throws VaultError in the words of `sdk/helper/tokenutil`
 */
export function changeEntry<Values extends JsonObject> (
  old: AuthEntry<Values>, fields: object & TokenParameterFields
): AuthEntry<Values> {
  const older = (name: OldName): unknown => Reflect.get(fields, name)
  const names = Object.keys(OLD_NAMES) as OldName[]
  const renamed = names.map((name) => [OLD_NAMES[name], older(name)]).filter(([, value]) => value !== undefined)
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return {
    values: changeValues(old.values, fields),
    parameters: changeParameters(old.parameters, { ...Object.fromEntries(renamed), ...Object.fromEntries(given) }),
    oldNames: names.filter((name) =>
      hasOldName(Reflect.get(fields, OLD_NAMES[name]), older(name), old.oldNames.includes(name)))
  }
}

/** Values after a write; what it leaves out stays. */
export function changeValues<Values extends JsonObject> (old: Values, fields: object): Values {
  const given = (name: string): JsonValue | undefined => Reflect.get(fields, name) as JsonValue | undefined
  const changed = Object.keys(old).map((name) => [name, given(name) ?? old[name]])
  return Object.fromEntries(changed) as Values
}

/** The entry as reads show it. */
export function renderEntry ({ values, parameters, oldNames }: AuthEntry, profile: Profile): JsonObject {
  const shown = renderParameters(parameters, profile)
  return goMap({
    ...values,
    ...shown,
    ...Object.fromEntries(oldNames.map((name) => [name, shown[OLD_NAMES[name]]]))
  })
}

/** Entries of a mount, by name. */
export function entriesOf<Entry extends JsonValue> (
  { storage, mountPrefix }: Pick<Call<unknown>, 'storage' | 'mountPrefix'>, folder: string
): Area<Entry> {
  return storage.area<Entry>(`${mountPrefix}${folder}`)
}

/** All names there are, as a list has them. */
export function listEntries (folder: string): (call: Call<unknown>) => LogicalResponse {
  return (call) => ({ data: goMap({ keys: entriesOf(call, folder).children() }) })
}
