// What the Azure secrets engine stores below its mount: the tenant, and roles.
import { Type } from '@sinclair/typebox'
import type { Area, Entry } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import { anyObject, formOf, text, whole, yesOrNo, type PrefixForms } from '../../vault/entry-forms.js'
import type { Call } from '../../vault/paths.js'

export type AzureConfig = JsonObject & {
  readonly subscriptionId: string
  readonly tenantId: string
  readonly clientId: string
  readonly clientSecret: string
  readonly environment: string
  readonly rootPasswordTtlSeconds: number
}

export type AzureRole = JsonObject & {
  /** `role_name`, `role_id`, `scope`; null: none were given */
  readonly azureRoles: readonly JsonObject[] | null
  /** `group_name`, `object_id` */
  readonly azureGroups: readonly JsonObject[] | null
  /** empty: each secret is an application of its own */
  readonly applicationObjectId: string
  readonly applicationId: string
  readonly permanentlyDelete: boolean
  /** seconds, 0: the mount's */
  readonly ttlSeconds: number
  readonly maxTtlSeconds: number
}

export type Place = Pick<Call, 'storage' | 'mountPrefix'>

export function storedConfig ({ storage, mountPrefix }: Place): Entry<AzureConfig> {
  return storage.entry(`${mountPrefix}config`)
}

/** By name. */
export function storedRoles ({ storage, mountPrefix }: Place): Area<AzureRole> {
  return storage.area(`${mountPrefix}roles/`)
}

const objects = Type.Union([Type.Array(anyObject), Type.Null()])
const Config = formOf<AzureConfig>()(Type.Object({
  subscriptionId: text,
  tenantId: text,
  clientId: text,
  clientSecret: text,
  environment: text,
  rootPasswordTtlSeconds: whole
}))
const Role = formOf<AzureRole>()(Type.Object({
  azureRoles: objects,
  azureGroups: objects,
  applicationObjectId: text,
  applicationId: text,
  permanentlyDelete: yesOrNo,
  ttlSeconds: whole,
  maxTtlSeconds: whole
}))

export const azureSecretsForms: PrefixForms = [['config', Config], ['roles/', Role]]
