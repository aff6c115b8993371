// pki/root: authorities that sign themselves.
// https://developer.hashicorp.com/vault/api-docs/secret/pki#generate-root
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { VaultError } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { authorityFields, keyFields, nameFields, signatureFields, subjectFields } from './certificate-fields.js'
import { generationOf, keyFor, shownKey, type Generation } from './generated-keys.js'
import { issue } from './issuance.js'
import { allIssuers, allKeys, ifKnown, issuersConfig, requireIssuer } from './issuer-references.js'
import { limitsFor } from './limits.js'
import { newIssuerName, newKeyName } from './new-names.js'
import { rebuildLists } from './revocation-lists.js'
import { storedSerial } from './revocations.js'
import { UNLIMITED_ROLE, type Role } from './role-form.js'
import { addIssuer, removeIssuer } from './stored-issuers.js'
import { addKey, removeKey } from './stored-keys.js'
import { stored, type PkiContext } from './stored.js'
import { filledUrls, globalUrls, isWithoutUrls, NO_URLS, WITHOUT_URLS, type CertificateUrls } from './urls.js'
import { algorithmFor } from './x509/algorithms.js'
import type { ParsedCertificate } from './x509/certificate.js'
import { publicKeyOf } from './x509/keys.js'
import { isEmptyName } from './x509/names.js'
import { trimmedPem } from './x509/pem.js'
import type { KeyObject } from 'node:crypto'

const fields = Type.Object({
  ...nameFields,
  ...subjectFields,
  ...signatureFields,
  ...keyFields,
  ...authorityFields,
  issuer_name: field.string({ description: 'Name for the issuer.' })
})

export type RootFields = Static<typeof fields>
type RootCall = Call<RootFields>

export const WITHOUT_SUBJECT = 'This issuer certificate was generated without a Subject; this makes it likely that issuing ' +
  'leaf certs with this certificate will cause TLS validation libraries to reject this certificate.'
const GLOBAL_TEMPLATE = 'When generating root CA, found global AIA configuration with issuer_id template unsuitable for ' +
  'root generation. This AIA configuration has been ignored. To include AIA on this root CA, set the global AIA ' +
  'configuration to not include issuer_id and instead to refer to a static issuer name.'
const DELETED_ALL = 'DELETE /root deletes all keys and issuers; prefer the new DELETE /key/:key_ref and ' +
  'DELETE /issuer/:issuer_ref for finer granularity, unless removal of all keys and issuers is desired.'

const rootPath = (path: string, summary: string) => definePath({
  path, summary, fields, operations: { update: generate }
})

export const rootPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/pki', [
  rootPath('root/generate/:exported', 'Makes an authority that signs itself.'),
  rootPath('issuers/generate/root/:exported', 'Makes an authority that signs itself.'),
  rootPath('root/rotate/:exported', 'Makes the next authority, by the name `next` where none is given.'),
  definePath({
    path: 'root',
    summary: 'Deletes all issuers and keys.',
    fields: Type.Object({}),
    sudo: true,
    operations: { delete: deleteAll }
  })
])

/** The key is made first: it takes the longest, and nothing is checked that could change meanwhile. */
async function generate (call: RootCall): Promise<LogicalResponse> {
  const generation = generationOf(call, call.fields, true)
  newIssuerName(call, call.fields.issuer_name)
  newKeyName(call, call.fields.key_name)
  return finish(call, generation, await keyFor(call, generation))
}

function finish (call: RootCall, generation: Generation, key: KeyObject): LogicalResponse {
  const issuerName = newIssuerName(call, call.fields.issuer_name) || rotatedName(call)
  const keyName = newKeyName(call, call.fields.key_name)
  const { urls, warnings: urlWarnings } = rootUrls(call)
  const { certificate, warnings } = issue(call, {
    limits: limitsFor(call, authorityRole(call.fields, generation.parameters)),
    fields: call.fields,
    publicKey: publicKeyOf(key),
    ownKey: key,
    urls,
    authority: { maxPathLength: call.fields.max_path_length ?? -1 }
  })
  const { key: storedKey } = addKey(call, key, keyName)
  const { issuer } = addIssuer(call, certificate.der, issuerName)
  const { signature_bits: bits, use_pss: pss } = call.fields
  stored.issuers(call).put(issuer.id, { ...issuer, revocationAlgorithm: algorithmFor(key, bits, pss) })
  stored.certificates(call).put(storedSerial(certificate.serial), certificate.der.toString('base64'))
  const listWarnings = rebuildLists(call, { isForced: true })
  followLatest(call, [issuer.id])
  return {
    data: goMap({
      expiration: Math.floor(certificate.notAfterMs / 1000),
      serial_number: certificate.serial,
      ...shownRoot(call, generation, certificate, key),
      issuer_id: issuer.id,
      issuer_name: issuer.name,
      key_id: storedKey.id,
      key_name: storedKey.name
    }),
    warnings: [
      ...(isEmptyName(certificate.subject) ? [WITHOUT_SUBJECT] : []),
      ...(isWithoutUrls(urls) ? [WITHOUT_URLS] : []),
      ...spentPath(certificate, 'generated'),
      ...listWarnings, ...warnings, ...urlWarnings
    ]
  }
}

/** Makes the first of these the default, where the newest is to be it. */
export function followLatest (context: PkiContext, ids: readonly string[]): void {
  const config = issuersConfig(context)
  const [first] = ids
  if (config.followsLatest && ids.length === 1 && first !== undefined) {
    stored.issuersConfig(context).put({ ...config, defaultId: first })
  }
}

export function spentPath ({ maxPathLength }: ParsedCertificate, how: 'generated' | 'signed'): string[] {
  if (maxPathLength !== 0) return []
  return [`Max path length of the ${how} certificate is zero. ` +
    'This certificate cannot be used to issue intermediate CA certificates.']
}

/** What an authority may be: anything. */
export function authorityRole (
  given: Pick<RootFields, 'use_pss' | 'not_before_duration' | keyof typeof subjectFields>,
  { keyType, keyBits, signatureBits }: Generation['parameters']
): Role {
  return {
    ...UNLIMITED_ROLE,
    key_type: keyType,
    key_bits: keyBits,
    signature_bits: signatureBits,
    use_pss: given.use_pss,
    not_before_duration: given.not_before_duration,
    organization: given.organization,
    ou: given.ou,
    country: given.country,
    locality: given.locality,
    province: given.province,
    street_address: given.street_address,
    postal_code: given.postal_code
  }
}

/** A root has no id yet when its certificate is made. */
function rootUrls (call: RootCall): { readonly urls: CertificateUrls, readonly warnings: readonly string[] } {
  try {
    return { urls: filledUrls(call, globalUrls(call), ''), warnings: [] }
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
    filledUrls(call, globalUrls(call), 'empty-issuer-id')
    return { urls: NO_URLS, warnings: [GLOBAL_TEMPLATE] }
  }
}

function rotatedName (call: RootCall): string {
  const isRotation = call.request.path.startsWith(`${call.mount.path}root/rotate/`)
  return isRotation && ifKnown(() => requireIssuer(call, 'next')) === undefined ? 'next' : ''
}

function shownRoot (
  { fields: { private_key_format: keyFormat } }: RootCall, { format, isExported }: Generation,
  { der }: ParsedCertificate, key: KeyObject
): Record<string, string> {
  const pem = trimmedPem('CERTIFICATE', der)
  const shown = isExported ? shownKey(key, format, keyFormat) : undefined
  if (format === 'der') return { certificate: der.toString('base64'), issuing_ca: der.toString('base64'), ...shown }
  const bundle = format === 'pem_bundle' && shown !== undefined ? `${shownKey(key, format, 'der').private_key}\n${pem}` : pem
  return { certificate: bundle, issuing_ca: pem, ...shown }
}

function deleteAll (call: Call<unknown>): LogicalResponse {
  for (const issuer of allIssuers(call)) removeIssuer(call, issuer)
  for (const key of allKeys(call)) removeKey(call, key)
  return { data: null, warnings: [DELETED_ALL] }
}
