// What jwt stores below its mount: a configuration, roles by name, logins by way of a page that are under way.
import type { Area } from '../../cluster/storage.js'
import type { JsonObject, JsonValue } from '../../json/index.js'
import type { Call } from '../../vault/paths.js'
import { entriesOf, type AuthEntry } from '../auth-entries.js'

/** By the names of the API. */
export type JwtConfig = JsonObject & {
  readonly bound_issuer: string
  readonly default_role: string
  readonly jwks_ca_pem: string
  /** as given: objects with `jwks_url` and `jwks_ca_pem` */
  readonly jwks_pairs: readonly JsonValue[]
  readonly jwks_url: string
  readonly jwt_supported_algs: readonly string[]
  readonly jwt_validation_pubkeys: readonly string[]
  readonly namespace_in_state: boolean
  readonly oidc_client_id: string
  readonly oidc_client_secret: string
  readonly oidc_discovery_ca_pem: string
  readonly oidc_discovery_url: string
  readonly oidc_response_mode: string
  readonly oidc_response_types: readonly string[]
  readonly override_allowed_server_names: readonly string[]
  readonly provider_config: JsonObject
  /** kept and shown; certificates of providers are verified without it */
  readonly unsupported_critical_cert_extensions: readonly string[]
}

/** By the names of the API; null until set. Seconds. */
export type JwtRoleValues = JsonObject & {
  readonly allowed_redirect_uris: readonly string[] | null
  readonly bound_audiences: readonly string[] | null
  readonly bound_claims: JsonObject | null
  readonly bound_claims_type: string
  readonly bound_subject: string
  readonly callback_mode: string
  readonly claim_mappings: JsonObject | null
  readonly clock_skew_leeway: number
  readonly expiration_leeway: number
  readonly groups_claim: string
  readonly max_age: number
  readonly not_before_leeway: number
  readonly oauth2_metadata: readonly string[] | null
  readonly oidc_disable_confirmation: boolean
  readonly oidc_scopes: readonly string[] | null
  readonly role_type: string
  readonly token_policies_template_claims: boolean
  readonly user_claim: string
  readonly user_claim_json_pointer: boolean
  readonly verbose_oidc_logging: boolean
}

export type JwtRole = AuthEntry<JwtRoleValues>

/** A login by way of a provider's page, by its state, until the browser comes back. */
export type OidcRequest = JsonObject & {
  readonly role: string
  readonly redirectUri: string
  /** what the client has to say again; empty: nothing */
  readonly clientNonce: string
  readonly nonce: string
  /** of PKCE */
  readonly codeVerifier: string
  readonly expiresAtMs: number
}

type MountCall = Pick<Call<unknown>, 'storage' | 'mountPrefix'>

export const ROLES = 'role/'

export function configIn (call: MountCall): JwtConfig | undefined {
  return entriesOf<JwtConfig>(call, '').get('config')
}

export function putConfig (call: MountCall, config: JwtConfig): void {
  entriesOf<JwtConfig>(call, '').put('config', config)
}

export function rolesIn (call: MountCall): Area<JwtRole> {
  return entriesOf<JwtRole>(call, ROLES)
}

export function oidcRequestsIn (call: MountCall): Area<OidcRequest> {
  return entriesOf<OidcRequest>(call, 'oidc-request/')
}
