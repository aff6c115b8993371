// What kubernetes stores below its mount: a configuration, and roles by name.
import type { Area } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import type { Call } from '../../vault/paths.js'
import { entriesOf, type AuthEntry } from '../auth-entries.js'

/** By the names of the API. */
export type KubernetesConfig = JsonObject & {
  readonly disable_iss_validation: boolean
  readonly disable_local_ca_jwt: boolean
  readonly issuer: string
  readonly kubernetes_ca_cert: string
  readonly kubernetes_host: string
  readonly pem_keys: readonly string[]
  readonly token_reviewer_jwt: string
}

/** By the names of the API. */
export type KubernetesRoleValues = JsonObject & {
  readonly alias_name_source: string
  /** empty: any */
  readonly audience: string
  readonly bound_service_account_names: readonly string[]
  readonly bound_service_account_namespaces: readonly string[]
  readonly bound_service_account_namespace_selector: string
}

export type KubernetesRole = AuthEntry<KubernetesRoleValues>

type MountCall = Pick<Call<unknown>, 'storage' | 'mountPrefix'>

export const ROLES = 'role/'

export function configIn (call: MountCall): KubernetesConfig | undefined {
  return entriesOf<KubernetesConfig>(call, '').get('config')
}

export function putConfig (call: MountCall, config: KubernetesConfig): void {
  entriesOf<KubernetesConfig>(call, '').put('config', config)
}

export function rolesIn (call: MountCall): Area<KubernetesRole> {
  return entriesOf<KubernetesRole>(call, ROLES)
}
