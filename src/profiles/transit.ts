// How the secrets engine `transit` of each profile differs (recorded: `transit`; `reference/engines.md` §1).
import type { ByProfile } from './names.js'

/** The types of keys by the numbers that backups call them. */
const NUMBERS = {
  'aes256-gcm96': 0,
  'ecdsa-p256': 1,
  ed25519: 2,
  'rsa-2048': 3,
  'rsa-4096': 4,
  'chacha20-poly1305': 5,
  'ecdsa-p384': 6,
  'ecdsa-p521': 7,
  'aes128-gcm96': 8,
  'rsa-3072': 9
}

export interface TransitQuirks {
  readonly transit: {
    /** the types of keys there are, and what backups call them */
    readonly keyTypes: Readonly<Record<string, number>>
    /** types of keys, and of exports, that only the enterprise edition has */
    readonly enterpriseTypes: readonly string[]
    /** Ed25519 refuses inputs that are said to be hashed; others ignore it */
    readonly refusesPrehashedEd25519: boolean
    /** a key of the type `managed_key`, which the enterprise edition keeps outside, has words of its own */
    readonly namesManagedKeys: boolean
    /** ciphertexts of Vault 0.6.1 need the field `nonce`; OpenBao has given it up */
    readonly takesNonces: boolean
    /** keys can be deleted so that they can come back */
    readonly softDeletion: boolean
    /** keys make certificate requests and keep certificates */
    readonly certificates: boolean
    /** what is shown of a version of a pair of keys besides its name, its instant and its public key; always empty */
    readonly emptyKeyFields: readonly string[]
    /** lists of keys show `import/` once the wrapping key was asked for (recorded: `list at last`) */
    readonly listsWrappingKey: boolean
    /** around field names in what is said of random bytes */
    readonly quote: '"' | "'"
    /** what is wrong with the items of a batch is a list with a heading */
    readonly listsBatchFaults: boolean
    /** items of HMAC batches show `valid`, which is false whatever they are */
    readonly hmacsShowValidity: boolean
    /** RSA signs hashes of SHA-3 with PKCS#1 v1.5, as Go does from 1.24 on */
    readonly signsSha3WithPkcs1: boolean
    /** what is said of an input that is no base64, and of what cannot be verified */
    readonly wording: {
      readonly signInput: string
      readonly verifyInput: string
      readonly verifyContext: string
      readonly nothingToVerify: string
      readonly mixedToVerify: string
      readonly noneToVerify: string
    }
  }
}

const vault114: TransitQuirks['transit'] = {
  keyTypes: { ...NUMBERS, hmac: 11 },
  enterpriseTypes: [],
  refusesPrehashedEd25519: false,
  namesManagedKeys: true,
  takesNonces: true,
  softDeletion: false,
  certificates: false,
  emptyKeyFields: [],
  listsWrappingKey: true,
  quote: '"',
  listsBatchFaults: true,
  hmacsShowValidity: false,
  signsSha3WithPkcs1: false,
  wording: {
    signInput: 'unable to decode input as base64: ',
    verifyInput: 'unable to decode input as base64: ',
    verifyContext: 'failed to base64-decode context',
    nothingToVerify: "neither a 'signature' nor an 'hmac' were given to verify",
    mixedToVerify: "elements of batch_input must all provide 'signature' or all provide 'hmac'",
    noneToVerify: "no batch_input elements have 'signature' or 'hmac'"
  }
}

/** Read in the sources, which recent servers of both share here. */
const later: Pick<TransitQuirks['transit'], 'certificates' | 'signsSha3WithPkcs1'> = {
  certificates: true,
  signsSha3WithPkcs1: true
}

export const transitQuirks: ByProfile<TransitQuirks> = {
  documented: { transit: vault114 },
  'vault-1.14': { transit: vault114 },
  'vault-1.21': {
    transit: {
      ...vault114,
      ...later,
      emptyKeyFields: ['certificate_chain', 'hybrid_public_key'],
      hmacsShowValidity: true,
      listsWrappingKey: false,
      enterpriseTypes: [
        'aes128-cmac', 'aes192-cmac', 'aes256-cmac', 'cmac-key', 'aes128-cbc', 'aes256-cbc', 'ml-dsa', 'slh-dsa', 'hybrid'
      ],
      refusesPrehashedEd25519: true,
      wording: {
        signInput: 'unable to decode input: ',
        verifyInput: 'failed to parse item: failed to parse input: ',
        verifyContext: 'failed to parse item: failed to parse context: ',
        nothingToVerify: "missing one of 'signature', 'hmac' or 'cmac' arguments to verify",
        mixedToVerify: "elements of batch_input must all provide either 'signature', 'hmac' or 'cmac'",
        noneToVerify: "no batch_input elements have 'signature', 'hmac' or 'cmac'"
      }
    }
  },
  'openbao-2.5': {
    transit: {
      ...vault114,
      ...later,
      keyTypes: { ...NUMBERS, hmac: 10, 'xchacha20-poly1305': 11 },
      namesManagedKeys: false,
      takesNonces: false,
      softDeletion: true,
      listsBatchFaults: false,
      emptyKeyFields: ['certificate_chain'],
      quote: "'"
    }
  }
}
