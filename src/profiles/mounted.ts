// How the auth methods and secrets engines of each profile differ (the recordings).
import type { ByProfile } from './names.js'

export interface MountedQuirks {
  /** tokens begin with `hvs.` or `s.` */
  readonly tokenPrefix: 'hv' | ''
  /** `token_strictly_bind_ip` among the token parameters of roles and users (`reference/engines.md`) */
  readonly strictlyBindIpField: boolean
  /** an AppRole login without `role_id` */
  readonly missingRoleIdText: string
  /** KV v2 counts and checks the writes of metadata: `current_metadata_version`, `metadata_cas_required` */
  readonly metadataCas: boolean
  /** KV v2 shows who wrote and deleted versions (recorded of Vault 1.21.4) */
  readonly kvAttribution: boolean
  /** groups can have entities and groups of other namespaces in them */
  readonly groupsAcrossNamespaces: boolean
  /** the name of an entity or group that got none ends with its namespace's id (recorded: `identity`) */
  readonly generatedNamesTellNamespace: boolean
  /** `metadata` in lists of entity aliases (recorded: `identity`) */
  readonly aliasListsShowMetadata: boolean
  /** `authorization_code` and `client_credentials` of OIDC clients (recorded: `identity`) */
  readonly oidcClientsShowGrants: boolean
  /** providers say which `code_challenge_methods_supported` (recorded: `provider discovery`) */
  readonly oidcShowsChallengeMethods: boolean
  /**
   * mounts have tokens signed, too: by the default key, which is made with the first of them and published from then
   * on, for an issuer `identity/oidc/plugins` (recorded: `discovery keys`)
   */
  readonly oidcTokensOfPlugins: boolean
}

const vault114: MountedQuirks = {
  tokenPrefix: 'hv',
  strictlyBindIpField: false,
  missingRoleIdText: 'failed to determine alias name from login request',
  metadataCas: false,
  kvAttribution: false,
  groupsAcrossNamespaces: true,
  generatedNamesTellNamespace: false,
  aliasListsShowMetadata: false,
  oidcClientsShowGrants: false,
  oidcShowsChallengeMethods: false,
  oidcTokensOfPlugins: false
}

export const mountedQuirks: ByProfile<MountedQuirks> = {
  documented: vault114,
  'vault-1.14': vault114,
  'vault-1.21': {
    ...vault114,
    kvAttribution: true,
    aliasListsShowMetadata: true,
    oidcShowsChallengeMethods: true,
    oidcTokensOfPlugins: true
  },
  'openbao-2.5': {
    tokenPrefix: '',
    strictlyBindIpField: true,
    missingRoleIdText: 'missing role_id',
    metadataCas: true,
    kvAttribution: false,
    groupsAcrossNamespaces: false,
    generatedNamesTellNamespace: true,
    aliasListsShowMetadata: true,
    oidcClientsShowGrants: true,
    oidcShowsChallengeMethods: false,
    oidcTokensOfPlugins: false
  }
}
