// What sign and verify are told of how signatures are made.
import type { Static, TObject } from '@sinclair/typebox'
import { orInvalid } from '../../go/refusing.js'
import { atoi } from '../../go/strconv.js'
import { goQuote } from '../../go/values.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import type { Call } from '../../vault/paths.js'
import { batchFields, nameField } from './cipher-fields.js'
import { hashNamed } from './hashes.js'
import { hashesInput, signs, typeOf } from './key-types.js'
import type { Marshaling, SigningOptions } from './signing.js'
import { usableKey, type TransitKey } from './stored-keys.js'

export const signingFields = {
  name: nameField,
  input: field.string({ description: 'The base64-encoded input data' }),
  context: field.string({
    description: 'Base64 encoded context for key derivation. Required if key derivation is enabled; of ed25519 keys.'
  }),
  hash_algorithm: field.string({
    description: 'Hash algorithm to use: sha1, sha2-224, sha2-256, sha2-384, sha2-512, their sha3 counterparts, or none.',
    default: 'sha2-256'
  }),
  algorithm: field.string({ description: 'Deprecated: use "hash_algorithm" instead.' }),
  urlalgorithm: field.string({ description: 'Hash algorithm to use, in the path.' }),
  prehashed: field.bool({ description: "Set to 'true' when the input is already hashed." }),
  signature_algorithm: field.string({ description: 'Of RSA keys: "pss" or "pkcs1v15".', default: '' }),
  marshaling_algorithm: field.string({
    description: 'How the signature of an elliptic curve is written: "asn1", or "jws" in base64url without padding.',
    default: 'asn1'
  }),
  salt_length: field.string({ description: 'Of the scheme PSS: "auto", "hash", or a number.', default: 'auto' }),
  batch_input: batchFields.batch_input
}
type SigningFields = Static<TObject<typeof signingFields>>

const DEFAULT_HASH = 'sha2-256'
const MARSHALINGS: ReadonlyMap<string, Marshaling> = new Map([['asn1', 'asn1'], ['jws', 'jws']])

/** What all items of a request share. */
export interface Signing {
  readonly key: TransitKey
  readonly options: SigningOptions
  /** why no item can be signed or verified this way */
  readonly refusal: string | undefined
}

/**
 * Reads the options, then the key.
 *
 * @param missing what is said where there is no key
 * @throws {VaultError} `invalid`
 */
export function signingOf (call: Call<SigningFields>, missing: string): Signing {
  const { fields } = call
  const hash = hashFor(fields)
  const marshaling = MARSHALINGS.get(fields.marshaling_algorithm)
  if (marshaling === undefined) throw invalid(`invalid marshaling type ${goQuote(fields.marshaling_algorithm)}`)
  const saltLength = saltLengthOf(fields.salt_length)
  const key = usableKey(call, missing)
  const type = typeOf(key)
  if (!signs(type)) throw invalid(`key type ${type.name} does not support signing`)
  const { prehashed = false, signature_algorithm: algorithm } = fields
  if (hash === 'none' && (!prehashed || algorithm !== 'pkcs1v15')) {
    throw invalid('hash_algorithm=none requires both prehashed=true and signature_algorithm=pkcs1v15')
  }
  const { signsSha3WithPkcs1, refusesPrehashedEd25519 } = call.cluster.profile.transit
  const refusal = refusesPrehashedEd25519 && prehashed && type.kind === 'ed25519'
    ? 'failed to parse batch item: only Pure Ed25519 signatures supported, prehashed must be false'
    : undefined
  // Ed25519 takes every input as it is
  const isHashed = prehashed || !hashesInput(type)
  return { key, refusal, options: { hash, prehashed: isHashed, algorithm, marshaling, saltLength, signsSha3WithPkcs1 } }
}

/** The name of the hash function: in the path or in the field; the older name counts where the newer one is empty. */
function hashFor ({ urlalgorithm, hash_algorithm: named, algorithm }: SigningFields): string {
  const name = urlalgorithm || named || algorithm || DEFAULT_HASH
  const hash = hashNamed(name)
  if (hash === undefined) throw invalid(`invalid hash algorithm ${goQuote(name)}`)
  return hash
}

/** -1 for as many bytes as the hash has, 0 for as many as fit: Go's numbers. */
function saltLengthOf (text: string): number {
  const lower = text.toLowerCase()
  if (lower === 'auto') return 0
  if (lower === 'hash') return -1
  const number = orInvalid(() => Number(atoi(lower)), () => `salt length neither 'auto', 'hash', nor an int: ${text}`)
  if (number < -1) throw invalid(`salt length is invalid: ${number}`)
  return number
}
