// transit/byok-export: a key wrapped with another one, to be imported elsewhere.
// https://developer.hashicorp.com/vault/api-docs/secret/transit#securely-export-key
import { Type, type Static } from '@sinclair/typebox'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { ed25519Key } from '../private-keys.js'
import { chosenVersions, exportAnswer } from './export.js'
import { publicKeyOf } from './key-material.js'
import { signs, typeOf } from './key-types.js'
import { wrapKey, wrappingHash } from './key-wrapping.js'
import { requireVersion, storeOf, type KeyVersion, type TransitKey, type TransitStore } from './stored-keys.js'

const fields = Type.Object({
  destination: field.string({
    description: 'Destination key to export to; usually the public wrapping key of another Transit instance.'
  }),
  source: field.string({ description: 'Source key to export; could be any present key within Transit.' }),
  version: field.string({ description: 'Version of the key to export, else all key versions are exported.' }),
  hash: field.string({ description: 'Hash function to use for inner OAEP encryption.', default: 'SHA256' })
})
type ByokCall = Call<Static<typeof fields>>

export const byokExportPaths: readonly PathDefinition[] = ['byok-export/:destination/:source', 'byok-export/:destination/:source/*version'].map((path) => definePath({
  path,
  summary: 'Securely export named encryption or signing key',
  fields,
  operations: { read: exportWrapped }
}))

function exportWrapped (call: ByokCall): LogicalResponse {
  const store = storeOf(call)
  const { destination = '', source = '', version, hash } = call.fields
  const wrapping = store.key(destination)
  if (wrapping === undefined) throw failure('no such destination key to export to')
  const key = store.key(source)
  if (key === undefined) throw failure('no such source key for export')
  if (!key.exportable) throw invalid('key is not exportable')
  const oaepHash = (): string => wrappingHash(hash, failure)
  return exportAnswer(key, chosenVersions(store, key, version).map(([number, found]) => {
    const publicKey = publicKeyOf(rsaVersion(store, wrapping, oaepHash()))
    const wrapped = wrapKey(publicKey, oaepHash(), materialOf(key, found), call.cluster.random.stream('transit'))
    return [number, wrapped.toString('base64')]
  }))
}

/** @throws {VaultError} `failure` for a key that cannot wrap */
function rsaVersion (store: TransitStore, wrapping: TransitKey, _hash: string): KeyVersion {
  const type = typeOf(wrapping)
  if (!signs(type)) throw failure(`message signing not supported for key type ${type.name}`)
  if (type.kind !== 'rsa') throw failure('unsupported key type in use; must be a rsa key')
  return requireVersion(store, wrapping, wrapping.latestVersion)
}

/** Bytes of symmetric keys, PKCS#8 of others. */
function materialOf (key: TransitKey, version: KeyVersion): Buffer {
  const bytes = Buffer.from(version.privateKey ?? version.key ?? '', 'base64')
  if (bytes.length === 0) throw failure('failed to wrap target key for import: x509: unknown key type while marshaling PKCS#8: <nil>')
  return typeOf(key).kind === 'ed25519'
    ? ed25519Key(bytes.subarray(0, 32)).export({ type: 'pkcs8', format: 'der' })
    : bytes
}
