// What the Google Cloud secrets engine stores below its mount: who it is there, and its role sets.
import { Type } from '@sinclair/typebox'
import type { Area, Entry } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import { texts } from '../../sim/declared.js'
import { anyObject, formOf, text, whole, type PrefixForms } from '../../vault/entry-forms.js'
import type { Call } from '../../vault/paths.js'

export type GcpConfig = JsonObject & {
  /** JSON of a service account, never shown */
  readonly credentials: string
  /** seconds, 0: the mount's */
  readonly ttlSeconds: number
  readonly maxTtlSeconds: number
}

/** A service account, and what it may do. */
export type RoleSet = JsonObject & {
  readonly secretType: string
  readonly project: string
  /** as they were given */
  readonly rawBindings: string
  /** roles by resource */
  readonly bindings: JsonObject
  readonly tokenScopes: readonly string[]
  /** address of the account */
  readonly email: string
}

export type Place = Pick<Call, 'storage' | 'mountPrefix'>

export function storedConfig ({ storage, mountPrefix }: Place): Entry<GcpConfig> {
  return storage.entry(`${mountPrefix}config`)
}

/** By name. */
export function storedRoleSets ({ storage, mountPrefix }: Place): Area<RoleSet> {
  return storage.area(`${mountPrefix}roleset/`)
}

const Config = formOf<GcpConfig>()(Type.Object({ credentials: text, ttlSeconds: whole, maxTtlSeconds: whole }))
const RoleSetForm = formOf<RoleSet>()(Type.Object({
  secretType: text, project: text, rawBindings: text, bindings: anyObject, tokenScopes: texts, email: text
}))

export const gcpSecretsForms: PrefixForms = [['config', Config], ['roleset/', RoleSetForm]]
