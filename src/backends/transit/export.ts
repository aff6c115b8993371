// transit/export: keys that may leave, in plain text.
// https://developer.hashicorp.com/vault/api-docs/secret/transit#export-key
import { Type, type Static } from '@sinclair/typebox'
import { orInvalid } from '../../go/refusing.js'
import { atoi } from '../../go/strconv.js'
import { goMap } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { refuseEnterpriseType } from './create-key.js'
import { privateKeyOf, publicKeyOf, rawEd25519 } from './key-material.js'
import { encrypts, signs, typeOf } from './key-types.js'
import { certificatePem, publicPem } from './pem.js'
import { namedKey, storeOf, type KeyVersion, type TransitKey, type TransitStore } from './stored-keys.js'

const fields = Type.Object({
  type: field.string({ description: 'Type of key to export (encryption-key, signing-key, hmac-key, public-key)' }),
  name: field.string({ description: 'Name of the key' }),
  version: field.string({ description: 'Version of the key' })
})
type ExportCall = Call<Static<typeof fields>>

/** What can be exported: whether the key must allow it, what it must be for, and the version's text. */
interface ExportKind {
  readonly isPrivate: boolean
  /** what is said where a key is not for that */
  readonly refusal?: (key: TransitKey) => string | undefined
  readonly text: (key: TransitKey, version: KeyVersion) => string | undefined
}

const KINDS: Readonly<Record<string, ExportKind>> = {
  'encryption-key': {
    isPrivate: true,
    refusal: (key) => encrypts(typeOf(key)) ? undefined : 'encryption not supported for the key',
    text: (key, version) => typeOf(key).kind === 'aead' ? version.key ?? '' : privatePem(version)
  },
  'signing-key': {
    isPrivate: true,
    refusal: (key) => signs(typeOf(key)) ? undefined : 'signing not supported for the key',
    text: (key, version) => typeOf(key).kind === 'ed25519' ? version.key ?? '' : privatePem(version)
  },
  'hmac-key': { isPrivate: true, text: (key, version) => (key.type === 'hmac' ? version.key : version.hmacKey) ?? '' },
  'public-key': { isPrivate: false, text: publicText }
}

const CERTIFICATES: ExportKind = {
  isPrivate: false,
  refusal: (key) => signs(typeOf(key))
    ? undefined
    : 'certificate chain not supported for keys that do not support signing',
  text: (_key, { certificateChain }) => {
    if (certificateChain.length > 0) return certificateChain.map(certificatePem).join('\n')
    throw failure('selected key version does not have a certificate chain imported')
  }
}

export const exportPaths: readonly PathDefinition[] = ['export/:type/:name', 'export/:type/:name/*version'].map((path) => definePath({
  path,
  summary: 'Export named encryption or signing key',
  fields,
  operations: { read: exportKey }
}))

function exportKey (call: ExportCall): LogicalResponse | undefined {
  const { type: kindName = '', version } = call.fields
  const kind = kindNamed(call, kindName)
  const key = namedKey(call)
  if (key === undefined) return undefined
  if (kind.isPrivate && !key.exportable) throw invalid('private key material is not exportable')
  const refusal = kind.refusal?.(key)
  if (refusal !== undefined) throw invalid(refusal)
  return exportAnswer(key, chosenVersions(storeOf(call), key, version).map(([number, found]) => {
    const text = kind.text(key, found)
    if (text === undefined) throw failure(`unknown key type ${key.type} for export type ${kindName}`)
    return [number, text]
  }))
}

function kindNamed (call: ExportCall, name: string): ExportKind {
  refuseEnterpriseType(call, name)
  if (name === 'certificate-chain' && call.cluster.profile.transit.certificates) return CERTIFICATES
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined
  if (kind === undefined) throw invalid(`invalid export type: ${name}`)
  return kind
}

/** A key with what its versions are exported as. */
export function exportAnswer (
  { name, type }: TransitKey, texts: ReadonlyArray<readonly [number, string]>
): LogicalResponse {
  return { data: goMap({ keys: goMap(Object.fromEntries(texts)), name, type }) }
}

/**
 * The versions that an export is about: all that may be used, or one.
 *
 * @param wanted a number, with or without a `v`, or `latest`; undefined: all
 * @throws {VaultError} `invalid`
 */
export function chosenVersions (
  store: TransitStore, key: TransitKey, wanted: string | undefined
): ReadonlyArray<readonly [number, KeyVersion]> {
  if (wanted === undefined || wanted === '') return [...store.versions(key)]
  const number = wanted === 'latest'
    ? key.latestVersion
    : orInvalid(() => Number(atoi(wanted.replace(/^v/, ''))), () => 'invalid key version')
  if (number < key.minDecryptionVersion) throw invalid('version for export is below minimum decryption version')
  const version = store.version(key, number)
  if (version === undefined) throw invalid('version does not exist or cannot be found')
  return [[number, version]]
}

/** In the older forms: PKCS#1 with a newline at its end, SEC 1 without; empty where only the public key is there. */
function privatePem (version: KeyVersion): string {
  const key = privateKeyOf(version)
  if (key === undefined) return ''
  return key.asymmetricKeyType === 'rsa'
    ? key.export({ type: 'pkcs1', format: 'pem' }).toString()
    : key.export({ type: 'sec1', format: 'pem' }).toString().trimEnd()
}

function publicText (key: TransitKey, version: KeyVersion): string | undefined {
  switch (typeOf(key).kind) {
    case 'rsa': return publicPem(publicKeyOf(version))
    case 'ecdsa': return publicPem(publicKeyOf(version)).trimEnd()
    case 'ed25519': return rawEd25519(publicKeyOf(version)).toString('base64')
    default: return undefined
  }
}
