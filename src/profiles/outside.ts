// How auth methods and engines that ask other systems differ (recorded: `jwt`, `kubernetes-auth`, `database`,
// `outside-auth`).
import type { ByProfile } from './names.js'

export interface OutsideQuirks {
  /** fields of an OIDC configuration and of its roles that reads do not show */
  readonly hiddenJwtFields: readonly string[]
  /** claims that are refused as globs in the words for members of lists, though they are none */
  readonly loneJwtClaims: readonly ('boolean' | 'number')[]
  /** keys are fetched from several URLs: `jwks_pairs` */
  readonly jwksPairs: boolean
  /** the refusal of a JWKS URL says which */
  readonly jwksRefusalNamesUrl: boolean
  /** the metadata of an alias name the role of its last login */
  readonly jwtAliasNamesRole: boolean
  readonly kubernetesAuth: {
    /** a reviewer that is no JWT is refused */
    readonly reviewerIsParsed: boolean
    readonly showsReviewer: boolean
    readonly badKeysText: string
    /** namespaces can be chosen by their labels, too */
    readonly namespaceSelector: boolean
    /** which of a token's claims is looked at first */
    readonly namespaceFirst: boolean
  }
  /** how pgx says that there is no connection */
  readonly postgresDialText: (
    place: { readonly host: string, readonly port: string, readonly login: string }, dial: string
  ) => string
  readonly ldapDialText: (dial: string) => string
}

const JWT_OF_OPENBAO = [
  'override_allowed_server_names', 'status', 'callback_mode', 'oauth2_metadata', 'oidc_disable_confirmation',
  'token_policies_template_claims'
]
const JWT_OF_VAULT_121 = ['jwks_pairs', 'unsupported_critical_cert_extensions']

const vault114: OutsideQuirks = {
  hiddenJwtFields: [...JWT_OF_OPENBAO, ...JWT_OF_VAULT_121],
  loneJwtClaims: ['boolean'],
  jwksPairs: false,
  jwksRefusalNamesUrl: false,
  jwtAliasNamesRole: false,
  kubernetesAuth: {
    reviewerIsParsed: true,
    showsReviewer: false,
    badKeysText: 'data does not contain any valid RSA or ECDSA public keys',
    namespaceSelector: false,
    namespaceFirst: true
  },
  postgresDialText: ({ host, login }, dial) => `failed to connect to \`host=${host} ${login}\`: dial error (${dial})`,
  ldapDialText: (dial) => `{{err}}%!(EXTRA *ldap.Error=LDAP Result Code 200 "Network Error": ${dial})`
}

export const outsideQuirks: ByProfile<OutsideQuirks> = {
  documented: vault114,
  'vault-1.14': vault114,
  'vault-1.21': {
    ...vault114,
    hiddenJwtFields: JWT_OF_OPENBAO,
    loneJwtClaims: ['boolean', 'number'],
    jwksPairs: true,
    jwksRefusalNamesUrl: true,
    jwtAliasNamesRole: true
  },
  'openbao-2.5': {
    hiddenJwtFields: JWT_OF_VAULT_121,
    loneJwtClaims: ['boolean', 'number'],
    jwksPairs: false,
    jwksRefusalNamesUrl: false,
    jwtAliasNamesRole: true,
    kubernetesAuth: {
      reviewerIsParsed: false,
      showsReviewer: true,
      badKeysText: 'data does not contain any valid public keys',
      namespaceSelector: true,
      namespaceFirst: false
    },
    postgresDialText: ({ host, port, login }, dial) =>
      `failed to connect to \`${login}\`: ${host}:${port} (${host}): dial error: ${dial}`,
    ldapDialText: (dial) => `LDAP Result Code 200 "Network Error": ${dial}`
  }
}
