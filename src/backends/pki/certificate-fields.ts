// Fields that the paths making certificates share.
import type { Static, TObject } from '@sinclair/typebox'
import { field } from '../../vault/fields/fields.js'

/** Whom a certificate is for, and how it is shown. */
export const nameFields = {
  common_name: field.string({ description: 'Common name of the subject.', default: '' }),
  alt_names: field.string({ description: 'Hosts and e-mail addresses, with commas between them.', default: '' }),
  exclude_cn_from_sans: field.bool({ description: 'Leaves the common name out of the alternative names.', default: false }),
  ip_sans: field.stringList({ description: 'Addresses.', default: [] }),
  uri_sans: field.stringList({ description: 'URIs.', default: [] }),
  other_sans: field.stringList({ description: 'Other names: `<oid>;UTF-8:<value>`.', default: [] }),
  serial_number: field.string({ description: 'Serial number in the subject.', default: '' }),
  ttl: field.durationSeconds({ description: 'Life of the certificate; 0: as usual.', default: 0 }),
  not_after: field.string({ description: 'Instant at which the certificate ends.', default: '' }),
  format: field.string({ description: 'pem, der or pem_bundle.', default: 'pem' }),
  private_key_format: field.string({ description: 'der or pkcs8.', default: 'der' })
}

/** What a leaf can be asked to have besides. */
export const leafFields = {
  ...nameFields,
  user_ids: field.stringList({ description: 'User ids in the subject.', default: [] }),
  remove_roots_from_chain: field.bool({ description: 'Leaves self-signed certificates out of the chain.', default: false }),
  not_before: field.string({ description: 'Instant at which the certificate begins (OpenBao).', default: '' })
}

/** Parts of an authority's subject. */
export const subjectFields = {
  organization: field.stringList({ description: 'O of the subject.', default: [] }),
  ou: field.stringList({ description: 'OU of the subject.', default: [] }),
  country: field.stringList({ description: 'C of the subject.', default: [] }),
  locality: field.stringList({ description: 'L of the subject.', default: [] }),
  province: field.stringList({ description: 'ST of the subject.', default: [] }),
  street_address: field.stringList({ description: 'Street of the subject.', default: [] }),
  postal_code: field.stringList({ description: 'Postal code of the subject.', default: [] }),
  not_before_duration: field.durationSeconds({ description: 'How far before now validity begins.', default: 30 })
}

/** How a signature is made. */
export const signatureFields = {
  signature_bits: field.int({ description: 'Bits of the hash; 0: what is usual.', default: 0 }),
  use_pss: field.bool({ description: 'Whether RSA signatures are PSS.', default: false })
}

/** Which key an authority gets. */
export const keyFields = {
  exported: field.string({ description: 'internal, exported, existing or kms.', default: '' }),
  key_type: field.string({ description: 'rsa, ec or ed25519.', default: 'rsa' }),
  key_bits: field.int({ description: 'Length of the key; 0: what is usual.', default: 0 }),
  key_name: field.string({ description: 'Name for the key.' }),
  key_ref: field.string({ description: 'Which key, where it exists.', default: 'default' }),
  managed_key_name: field.string({ description: 'Name of a managed key (enterprise).', default: '' }),
  managed_key_id: field.string({ description: 'Id of a managed key (enterprise).', default: '' })
}

/** What an authority may sign. */
export const authorityFields = {
  max_path_length: field.int({ description: 'How many authorities may follow; -1: any number.' }),
  permitted_dns_domains: field.stringList({ description: 'Domains that it may sign for.', default: [] })
}

export const issuerRef = field.string({ description: 'Which issuer: a name, an id, or `default`.' })

export type NameWishes = Partial<Static<TObject<typeof leafFields>>>

export type Format = 'pem' | 'der' | 'pem_bundle'

/** undefined: none that is known. */
export function formatOf (text: string | undefined): Format | undefined {
  return text === 'pem' || text === 'der' || text === 'pem_bundle' ? text : undefined
}
