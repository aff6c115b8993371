// pki/issuers/import, intermediate/set-signed, config/ca: certificates and keys from elsewhere.
// https://developer.hashicorp.com/vault/api-docs/secret/pki#import-ca-certificates-and-keys
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid, VaultError } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { issuersConfig } from './issuer-references.js'
import { rebuildLists } from './revocation-lists.js'
import { followLatest } from './roots.js'
import { addIssuer } from './stored-issuers.js'
import { addKey } from './stored-keys.js'
import { stored } from './stored.js'
import { globalUrls, isWithoutUrls, WITHOUT_URLS } from './urls.js'
import { MalformedDer } from './x509/der.js'
import { parsePrivateKey } from './x509/keys.js'
import { pemBlocks, toPem, type PemBlock } from './x509/pem.js'

const fields = Type.Object({
  pem_bundle: field.string({ description: 'Certificates and, where the path allows it, keys, as PEM.', default: '' }),
  certificate: field.string({ description: 'Certificates, as PEM.', default: '' })
})

type ImportCall = Call<Static<typeof fields>>

const SHORTEST = 75
export const TOO_SHORT = 'provided data for import was too short; ' +
  'perhaps a path was passed to the API rather than the contents of a PEM file'
const WITHOUT_KEY = 'The default issuer has no key associated with it. Some operations like issuing certificates and signing ' +
  'CRLs will be unavailable with the requested default issuer until a key is imported or the default issuer is changed.'
const SEVERAL_WITH_KEYS = 'Default issuer left unchanged: could not select new issuer automatically as multiple imported ' +
  'issuers had key material in Vault.'
const SEVERAL_TO_VERIFY = 'The imported bundle contained multiple certs matching keys, ' +
  'the default issuer that was selected should be verified and manually changed if incorrect.'

const importPath = (path: string, summary: string, keysAllowed: boolean) => definePath({
  path, summary, fields, operations: { update: (call) => importAll(call, keysAllowed) }
})

export const importPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/pki', [
  importPath('issuers/import/bundle', 'Imports certificates and keys.', true),
  importPath('issuers/import/cert', 'Imports certificates.', false),
  importPath('intermediate/set-signed', 'Imports the certificate that an intermediate was given.', false),
  importPath('config/ca', 'Imports certificates and keys.', true)
])

function importAll (call: ImportCall, keysAllowed: boolean): LogicalResponse {
  const { keyBlocks, certificateBlocks } = sortedBlocks(call, keysAllowed)
  const keys = keyBlocks.map((block, index) => importKey(call, block, index))
  const added = certificateBlocks.map((block, index) => importIssuer(call, block, index))
  const issuers = added.map((one) => ({ ...one, issuer: stored.issuers(call).get(one.issuer.id) ?? one.issuer }))
  const created = issuers.filter(({ existed }) => !existed).map(({ issuer }) => issuer)
  const withKeys = created.filter(({ keyId }) => keyId !== '').map(({ id }) => id)
  const listWarnings = created.length === 0 ? [] : rebuildLists(call, { isForced: true })
  const { followsLatest } = issuersConfig(call)
  followLatest(call, withKeys)
  const { defaultId } = issuersConfig(call)
  return {
    data: goMap({
      existing_issuers: orNull(issuers.filter(({ existed }) => existed).map(({ issuer }) => issuer.id)),
      existing_keys: orNull(keys.filter(({ existed }) => existed).map(({ key }) => key.id)),
      imported_issuers: orNull(created.map(({ id }) => id)),
      imported_keys: orNull(keys.filter(({ existed }) => !existed).map(({ key }) => key.id)),
      mapping: goMap(Object.fromEntries(issuers.map(({ issuer }) => [issuer.id, issuer.keyId])))
    }),
    warnings: [
      ...listWarnings,
      ...(followsLatest && withKeys.length > 1 ? [SEVERAL_WITH_KEYS] : []),
      ...(issuers.some(({ issuer }) => issuer.id === defaultId && issuer.keyId === '') ? [WITHOUT_KEY] : []),
      ...(withKeys.length > 1 && withKeys.includes(defaultId) ? [SEVERAL_TO_VERIFY] : []),
      ...(isWithoutUrls(globalUrls(call)) ? [WITHOUT_URLS] : [])
    ]
  }
}

function sortedBlocks ({ fields }: ImportCall, keysAllowed: boolean): {
  readonly keyBlocks: readonly PemBlock[], readonly certificateBlocks: readonly PemBlock[]
} {
  const { pem_bundle: bundle, certificate } = fields
  if (bundle === '' && certificate === '') throw invalid("'pem_bundle' and 'certificate' parameters were empty")
  if (bundle !== '' && certificate !== '') throw invalid("'pem_bundle' and 'certificate' parameters were both provided")
  const text = bundle + certificate
  if (text.length < SHORTEST) throw invalid(TOO_SHORT)
  const blocks = allBlocks(text)
  const certificateBlocks = blocks.filter(({ type }) => type === 'CERTIFICATE' || type === 'X509 CERTIFICATE')
  const keyBlocks = blocks.filter(({ type }) => !/CERTIFICATE$|CRL$|^EC PARAM/.test(type))
  if (keyBlocks.length > 0 && (!keysAllowed || certificate !== '')) {
    throw invalid('private keys found in the PEM bundle but not allowed by the path; use /issuers/import/bundle')
  }
  return { keyBlocks, certificateBlocks }
}

/** @throws VaultError where something is no PEM */
export function allBlocks (text: string): readonly PemBlock[] {
  const { blocks, rest } = pemBlocks(text)
  if (rest.trim() !== '') throw invalid('provided PEM block contained no data')
  return blocks
}

function importKey (call: ImportCall, { type, der }: PemBlock, index: number): ReturnType<typeof addKey> {
  const key = parsePrivateKey(toPem(type, der))
  if (key === undefined) throw invalid(`Error parsing key ${index}: got errors attempting to parse DER private key`)
  return addKey(call, key, '')
}

function importIssuer (call: ImportCall, { der }: PemBlock, index: number): ReturnType<typeof addIssuer> {
  try {
    return addIssuer(call, der, '')
  } catch (error) {
    if (!(error instanceof VaultError) && !(error instanceof MalformedDer)) throw error
    const why = error instanceof VaultError ? error.message : 'x509: malformed certificate'
    throw invalid(`Error parsing issuer ${index}: ${why}\n${toPem('CERTIFICATE', der)}`)
  }
}

function orNull (ids: readonly string[]): readonly string[] | null {
  return ids.length === 0 ? null : ids
}
