// How the TOTP engines of each profile differ (recorded: `totp`).
import type { ByProfile } from './names.js'

export interface TotpQuirks {
  /** a blank in the query of a key's address */
  readonly totpBlank: '+' | '%20'
  /**
   * What becomes of a code of another length: it is no valid one, or refused. Vault has left blanks around a code out
   * from 1.20.1 on, before that they made another code of it (its release notes, CVE-2025-6014).
   */
  readonly totpCodes: 'as they come' | 'without blanks' | 'of the right length'
}

const vault114: TotpQuirks = { totpBlank: '+', totpCodes: 'as they come' }

export const totpQuirks: ByProfile<TotpQuirks> = {
  documented: vault114,
  'vault-1.14': vault114,
  'vault-1.21': { ...vault114, totpCodes: 'without blanks' },
  'openbao-2.5': { totpBlank: '%20', totpCodes: 'of the right length' }
}
