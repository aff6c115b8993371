// What the Kubernetes engine stores below its mount: how it reaches the cluster, and its roles.
import { Type } from '@sinclair/typebox'
import type { Area, Entry } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import { texts } from '../../sim/declared.js'
import { anyObject, formOf, orNull, text, whole, yesOrNo, type PrefixForms } from '../../vault/entry-forms.js'
import type { Call } from '../../vault/paths.js'

export type ClusterConfig = JsonObject & {
  readonly host: string
  readonly caCert: string
  readonly serviceAccountJwt: string
  readonly disableLocalCaJwt: boolean
}

/** Of account, role and rules one is given. */
export interface RoleParts {
  readonly name: string
  readonly allowedNamespaces: readonly string[]
  readonly allowedNamespaceSelector: string
  readonly serviceAccountName: string
  readonly kubernetesRoleName: string
  readonly kubernetesRoleType: string
  readonly generatedRoleRules: string
  readonly nameTemplate: string
  readonly extraAnnotations: JsonObject | null
  readonly extraLabels: JsonObject | null
  readonly tokenDefaultAudiences: readonly string[] | null
  /** seconds, 0: the mount's */
  readonly tokenDefaultTtlSeconds: number
  readonly tokenMaxTtlSeconds: number
}

export type KubernetesRole = JsonObject & RoleParts

type Place = Pick<Call, 'storage' | 'mountPrefix'>

export function storedConfig ({ storage, mountPrefix }: Place): Entry<ClusterConfig> {
  return storage.entry(`${mountPrefix}config`)
}

/** By name. */
export function storedRoles ({ storage, mountPrefix }: Place): Area<KubernetesRole> {
  return storage.area(`${mountPrefix}roles/`)
}

const Config = formOf<ClusterConfig>()(Type.Object({
  host: text, caCert: text, serviceAccountJwt: text, disableLocalCaJwt: yesOrNo
}))
const Role = formOf<KubernetesRole>()(Type.Object({
  name: text,
  allowedNamespaces: texts,
  allowedNamespaceSelector: text,
  serviceAccountName: text,
  kubernetesRoleName: text,
  kubernetesRoleType: text,
  generatedRoleRules: text,
  nameTemplate: text,
  extraAnnotations: orNull(anyObject),
  extraLabels: orNull(anyObject),
  tokenDefaultAudiences: orNull(texts),
  tokenDefaultTtlSeconds: whole,
  tokenMaxTtlSeconds: whole
}))

export const kubernetesSecretsForms: PrefixForms = [['config', Config], ['roles/', Role]]
