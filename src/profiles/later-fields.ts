// Fields that the engines of later servers have besides, with what they are at first; nobody can set them here.
// Recorded of Vault 1.21: `database`, `outside-auth`, `outside-secrets`; those of static roles read in its source.
import type { ByProfile } from './names.js'

type Value = string | number | boolean | null | readonly string[]
/** Whose fields they are, as a refusal names it. */
export type LaterPlace =
  'connections' | 'static roles' | 'auth/cert/config' | 'auth/cert/certs' | 'auth/ldap/config' |
  'auth/aws/config/client' | 'auth/gcp/config' | 'auth/azure/config' | 'aws/config/root' | 'aws/roles' | 'gcp/config' |
  'azure/config' | 'ldap/config'

export interface LaterFieldsQuirks {
  readonly laterFields: Readonly<Partial<Record<LaterPlace, Readonly<Record<string, Value>>>>>
}

/** A password that changes by itself. */
const ROTATED = { disable_automated_rotation: false, rotation_period: 0, rotation_schedule: '', rotation_window: 0 }
/** Tokens of the server's own in place of a secret. */
const IDENTIFIED = { identity_token_audience: '', identity_token_ttl: 0 }
const MINUTE_NS = 60_000_000_000

const vault121: LaterFieldsQuirks['laterFields'] = {
  connections: { ...ROTATED, skip_static_role_import_rotation: false },
  'static roles': { skip_import_rotation: false },
  'auth/cert/config': { enable_metadata_on_failures: false, role_cache_size: 0 },
  'auth/cert/certs': { allowed_organizations: null, ocsp_max_retries: 4, ocsp_this_update_max_age: 0 },
  'auth/ldap/config': { ...ROTATED, enable_samaccountname_login: false, password_policy: '', rotation_url: '' },
  'auth/aws/config/client': { ...ROTATED, ...IDENTIFIED, role_arn: '', use_sts_region_from_client: false },
  'auth/gcp/config': { ...ROTATED, ...IDENTIFIED },
  'auth/azure/config': {
    ...ROTATED, ...IDENTIFIED, max_retries: 3, max_retry_delay: MINUTE_NS, retry_delay: MINUTE_NS / 15
  },
  'aws/config/root': {
    ...ROTATED, ...IDENTIFIED, role_arn: '', sts_fallback_endpoints: [], sts_fallback_regions: [], sts_region: ''
  },
  'aws/roles': { external_id: '', mfa_serial_number: '', session_tags: null },
  'gcp/config': { ...ROTATED, ...IDENTIFIED, service_account_email: '' },
  'azure/config': { ...ROTATED, ...IDENTIFIED },
  'ldap/config': { ...ROTATED, credential_type: 'password', enable_samaccountname_login: false }
}

export const laterFieldsQuirks: ByProfile<LaterFieldsQuirks> = {
  documented: { laterFields: {} },
  'vault-1.14': { laterFields: {} },
  'vault-1.21': { laterFields: vault121 },
  'openbao-2.5': { laterFields: {} }
}
