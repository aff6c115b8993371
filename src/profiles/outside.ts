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
    /** aliases can have the annotations of their accounts: `use_annotations_as_alias_metadata` */
    readonly aliasAnnotations: boolean
    /** an authority has to be PEM, and a role without an audience is warned of (recorded: `role`) */
    readonly wantsAudience: boolean
    /** which of a token's claims is looked at first */
    readonly namespaceFirst: boolean
  }
  readonly database: {
    /** whether to verify a connection is kept and shown (recorded: `connection read`) */
    readonly showsVerification: boolean
    /** `database/reset` connects at once */
    readonly resetConnects: boolean
    /** before the reason why a SQL database does not answer (recorded: `connection, verified`) */
    readonly pingText: '' | 'ping failed: '
    /** a static role without a period (recorded) */
    readonly noPeriodText: string
  }
  /** how pgx says that there is no connection */
  readonly postgresDialText: (
    place: { readonly host: string, readonly port: string, readonly login: string }, dial: string
  ) => string
  readonly ldapDialText: (dial: string) => string
  /** logins by a directory: what the client puts before its words, and whether its trouble is the server's fault */
  readonly ldapLogin: {
    readonly before: string
    readonly beforeEach: string
    readonly dialText: (dial: string) => string
    readonly schemeText: (url: string, place: string) => string
    readonly isFailure: boolean
  }
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
    aliasAnnotations: false,
    wantsAudience: false,
    namespaceFirst: true
  },
  database: {
    showsVerification: false,
    resetConnects: true,
    pingText: '',
    noPeriodText: 'rotation_period is required to create static accounts'
  },
  postgresDialText: ({ host, login }, dial) => `failed to connect to \`host=${host} ${login}\`: dial error (${dial})`,
  ldapDialText: oldDialText,
  ldapLogin: {
    before: '', beforeEach: '', dialText: oldDialText, schemeText: (_url, place) => `"${place}"`, isFailure: false
  }
}

function oldDialText (dial: string): string {
  return `{{err}}%!(EXTRA *ldap.Error=LDAP Result Code 200 "Network Error": ${dial})`
}

function dialText (dial: string): string {
  return `LDAP Result Code 200 "Network Error": ${dial}`
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
    jwtAliasNamesRole: true,
    ldapLogin: {
      before: 'ldap.(Client).Authenticate: failed to connect: ',
      beforeEach: 'ldap.(Client).connect: ',
      dialText,
      schemeText: (url) => `"${url}": invalid parameter`,
      isFailure: true
    },
    database: {
      showsVerification: true,
      resetConnects: false,
      pingText: 'ping failed: ',
      noPeriodText: 'one of rotation_schedule or rotation_period must be provided to create a static account'
    },
    kubernetesAuth: {
      reviewerIsParsed: false,
      showsReviewer: true,
      badKeysText: vault114.kubernetesAuth.badKeysText,
      namespaceSelector: true,
      aliasAnnotations: true,
      wantsAudience: true,
      namespaceFirst: false
    }
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
      aliasAnnotations: false,
      wantsAudience: false,
      namespaceFirst: false
    },
    database: vault114.database,
    postgresDialText: ({ host, port, login }, dial) =>
      `failed to connect to \`${login}\`: ${host}:${port} (${host}): dial error: ${dial}`,
    ldapDialText: dialText,
    ldapLogin: { ...vault114.ldapLogin, dialText }
  }
}
