// How the SSH engines of each profile differ (recorded: `ssh`).
import type { ByProfile } from './names.js'

export interface SshQuirks {
  /** several issuers with names, one of them the default; else one pair of keys */
  readonly sshIssuers: boolean
  /** a role says whether certificates may name no principals; `*` as allowed names does so, too, on OpenBao */
  readonly sshEmptyPrincipals: 'allowed' | 'by role' | 'by role or wildcard'
  /** the refusal of those */
  readonly sshEmptyPrincipalsText: string
  /**
   * What does not go together in `config/ca`, half a pair or a pair that is to be generated as well: refused; or what
   * cannot be used is not looked at, after the keys that are there already (recorded: `authority, half a pair`).
   */
  readonly sshOddPairs: 'refused' | 'not looked at'
  /** signing before there is a key, where there is but one pair */
  readonly sshNoAuthorityText: string
  /** what stands before the reason why a pair is refused, and which half is read first */
  readonly sshPair: {
    readonly first: 'private' | 'public'
    readonly privateText: string
    readonly publicText: string
  }
  /** issuing with a key type that there is not: 500, or 400 */
  readonly sshIssueRefusal: 'failure' | 'invalid'
  /** what a curve of a wrong size is refused with shows the size */
  readonly sshCurveShowsBits: boolean
}

const vault114: SshQuirks = {
  sshIssuers: false,
  sshEmptyPrincipals: 'allowed',
  sshEmptyPrincipalsText: 'empty valid principals not allowed by role',
  sshOddPairs: 'refused',
  sshNoAuthorityText: 'failed to read CA private key',
  sshPair: {
    first: 'private',
    privateText: 'Unable to parse private_key as an SSH private key',
    publicText: 'Unable to parse public_key as an SSH public key'
  },
  sshIssueRefusal: 'failure',
  sshCurveShowsBits: false
}

export const sshQuirks: ByProfile<SshQuirks> = {
  documented: vault114,
  'vault-1.14': vault114,
  'vault-1.21': {
    ...vault114,
    sshEmptyPrincipals: 'by role',
    sshOddPairs: 'not looked at',
    sshNoAuthorityText: 'error creating signer: no keys configured',
    sshCurveShowsBits: true
  },
  'openbao-2.5': {
    ...vault114,
    sshIssuers: true,
    sshEmptyPrincipals: 'by role or wildcard',
    sshEmptyPrincipalsText: 'refusing to issue unsafe, globally-valid certificate with no principals specified; ' +
      'set valid_principals or default_user',
    sshPair: {
      first: 'public',
      privateText: 'could not parse private_key provided value',
      publicText: 'could not parse public_key provided value'
    },
    sshIssueRefusal: 'invalid',
    sshCurveShowsBits: true
  }
}
