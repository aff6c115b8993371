// Where an authority's key comes from: made here, or one that is here already; and how it is shown.
import type { KeyObject } from 'node:crypto'
import { failure, invalid } from '../../refusal/index.js'
import { formatOf, type Format } from './certificate-fields.js'
import { makeKeyFor } from './issuance.js'
import { requireKey } from './issuer-references.js'
import { checkedAuthority, checkedKeyParameters, type KeyParameters } from './key-parameters.js'
import { privateKeyOf, type PkiContext } from './stored.js'
import { keyBitsOf, keyTypeOf, pkcs8Pem, privateKeyPem } from './x509/keys.js'
import { firstPemBlock } from './x509/pem.js'

/** Fields of the paths that make authorities. */
export interface GenerationFields {
  readonly exported: string
  readonly format: string
  readonly key_type: string
  readonly key_bits: number
  readonly key_ref: string
  readonly signature_bits: number
}

export interface Generation {
  readonly isExported: boolean
  readonly format: Format
  readonly parameters: KeyParameters
  /** absent: one is to be made */
  readonly existingKey?: KeyObject
}

const KINDS: readonly string[] = ['internal', 'exported', 'existing', 'kms']
export const UNKNOWN_FORMAT = 'the "format" path parameter must be "pem", "der", or "pem_bundle"'

/** @throws VaultError what cannot be made */
export function generationOf (context: PkiContext, fields: GenerationFields, signsItself: boolean): Generation {
  const { exported: kind } = fields
  if (!KINDS.includes(kind)) {
    throw invalid('the "exported" path parameter must be "internal", "existing", exported" or "kms"')
  }
  const format = formatOf(fields.format)
  if (format === undefined) throw invalid(UNKNOWN_FORMAT)
  // the text of the community edition: no edition here has managed keys (inferred for ent)
  if (kind === 'kms') throw failure('managed keys are supported within enterprise edition only')
  const existingKey = kind === 'existing' ? privateKeyOf(requireKey(context, fields.key_ref)) : undefined
  const wanted = {
    keyType: existingKey === undefined ? fields.key_type : keyTypeOf(existingKey) ?? '',
    keyBits: existingKey === undefined ? fields.key_bits : keyBitsOf(existingKey),
    signatureBits: fields.signature_bits
  }
  const parameters = context.cluster.profile.pkiHashIs === "the key's"
    ? checkedKeyParameters(wanted)
    : checkedAuthority(wanted, signsItself)
  return { isExported: kind === 'exported', format, parameters, ...(existingKey && { existingKey }) }
}

export async function keyFor (context: PkiContext, { existingKey, parameters }: Generation): Promise<KeyObject> {
  return existingKey ?? await makeKeyFor(context, parameters)
}

/** A private key as answers show it. */
export function shownKey (key: KeyObject, format: Format, keyFormat: string): {
  readonly private_key: string
  readonly private_key_type: string
} {
  const pem = keyFormat === 'pkcs8' ? pkcs8Pem(key) : privateKeyPem(key)
  const der = firstPemBlock(pem)?.der.toString('base64') ?? ''
  return { private_key: format === 'der' ? der : pem, private_key_type: keyTypeOf(key) ?? '' }
}
