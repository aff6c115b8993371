// What the entries of a jwt mount look like in a saved world.
import { Type } from '@sinclair/typebox'
import { instant, texts } from '../../sim/declared.js'
import { anyObject, formOf, orNull, text, whole, yesOrNo, type PrefixForms } from '../../vault/entry-forms.js'
import { authEntryForm } from '../auth-entries.js'
import type { JwtConfig, JwtRoleValues, OidcRequest } from './stored.js'

const Config = formOf<JwtConfig>()(Type.Object({
  bound_issuer: text,
  default_role: text,
  jwks_ca_pem: text,
  jwks_url: text,
  jwt_supported_algs: texts,
  jwt_validation_pubkeys: texts,
  namespace_in_state: yesOrNo,
  oidc_client_id: text,
  oidc_client_secret: text,
  oidc_discovery_ca_pem: text,
  oidc_discovery_url: text,
  oidc_response_mode: text,
  oidc_response_types: texts,
  override_allowed_server_names: texts,
  provider_config: anyObject
}))

const RoleValues = formOf<JwtRoleValues>()(Type.Object({
  allowed_redirect_uris: orNull(texts),
  bound_audiences: orNull(texts),
  bound_claims: orNull(anyObject),
  bound_claims_type: text,
  bound_subject: text,
  callback_mode: text,
  claim_mappings: orNull(anyObject),
  clock_skew_leeway: whole,
  expiration_leeway: whole,
  groups_claim: text,
  max_age: whole,
  not_before_leeway: whole,
  oauth2_metadata: orNull(texts),
  oidc_disable_confirmation: yesOrNo,
  oidc_scopes: orNull(texts),
  role_type: text,
  token_policies_template_claims: yesOrNo,
  user_claim: text,
  user_claim_json_pointer: yesOrNo,
  verbose_oidc_logging: yesOrNo
}))

const Request = formOf<OidcRequest>()(Type.Object({
  role: text, redirectUri: text, clientNonce: text, nonce: text, codeVerifier: text, expiresAtMs: instant
}))

export const jwtForms: PrefixForms = [
  ['config', Config], ['role/', authEntryForm(RoleValues)], ['oidc-request/', Request]
]
