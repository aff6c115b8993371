// transit/keys/<name>/import and import_version, and the key that wraps what comes in.
// https://developer.hashicorp.com/vault/api-docs/secret/transit#import-key and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { decodeBase64 } from '../../go/base64.js'
import { goMap } from '../../json/index.js'
import { failure, invalid, VaultError } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { armRotation, disarmRotation } from './auto-rotation.js'
import { nameField } from './cipher-fields.js'
import { emptyKey, makeKey, typeNamed } from './create-key.js'
import { publicKeyMaterial, secretMaterial } from './import-material.js'
import {
  lacksPrivateKey, newVersion, privateKeyOf, publicKeyOf, sizeOf, type Material
} from './key-material.js'
import { isPair, keyType, typeOf, type KeyType } from './key-types.js'
import { unwrapKey, wrappingHash } from './key-wrapping.js'
import { publicPem } from './pem.js'
import { namedKey, requireVersion, storeOf, WRAPPING_KEY, type KeyVersion, type TransitKey } from './stored-keys.js'
import { goMessage } from './versioned-text.js'

const materialFields = {
  name: nameField,
  hash_function: field.string({
    description: 'The hash function of the OAEP wrapping: SHA1, SHA224, SHA256, SHA384 or SHA512.', default: 'SHA256'
  }),
  ciphertext: field.string({
    description: 'The base64-encoded AES key, wrapped with the wrapping key, and behind it the key, wrapped with that.'
  }),
  public_key: field.string({ description: 'A public key in PEM, where there is no ciphertext.', default: '' })
}
const importFields = Type.Object({
  ...materialFields,
  type: field.string({ description: 'The type of key being imported.', default: 'aes256-gcm96' }),
  allow_rotation: field.bool({ description: 'Whether the imported key may be rotated here.', default: false }),
  derived: field.bool({ description: 'Enables key derivation mode.', default: false }),
  exportable: field.bool({ description: 'Enables keys to be exportable.', default: false }),
  allow_plaintext_backup: field.bool({ description: 'Enables taking a backup in plaintext.', default: false }),
  context: field.string({ description: 'Base64 encoded context for key derivation.' }),
  auto_rotate_period: field.durationSeconds({ description: 'How often the key is rotated by itself.', default: 0 })
})
const importVersionFields = Type.Object({
  ...materialFields,
  version: field.int({ description: 'The version that gets its private key; without it a version is added.' })
})
type ImportCall = Call<Static<typeof importFields>>
type VersionCall = Call<Static<typeof importVersionFields>>
type MaterialCall = ImportCall | VersionCall

export const importPaths: readonly PathDefinition[] = [
  definePath({
    path: 'wrapping_key',
    summary: 'Returns the public key to use for wrapping imported keys',
    fields: Type.Object({}),
    operations: { read: readWrappingKey }
  }),
  definePath({
    path: 'keys/:name/import',
    summary: 'Imports an externally-generated key into a new transit key',
    fields: importFields,
    operations: { update: importKey }
  }),
  definePath({
    path: 'keys/:name/import_version',
    summary: 'Imports an externally-generated key into an existing imported key',
    fields: importVersionFields,
    operations: { update: importVersion }
  })
]

async function readWrappingKey (call: Call<unknown>): Promise<LogicalResponse> {
  return { data: goMap({ public_key: publicPem(publicKeyOf(await wrappingVersion(call))) }) }
}

/** Made when it is first asked for. */
async function wrappingVersion (call: Call<unknown>): Promise<KeyVersion> {
  const type = keyType('rsa-4096')
  if (type === undefined) throw new Error('no type for the wrapping key')
  const key = storeOf(call).key(WRAPPING_KEY) ?? await makeKey(call, WRAPPING_KEY, { type })
  return requireVersion(storeOf(call), key, key.latestVersion)
}

async function importKey (call: ImportCall): Promise<undefined> {
  const { fields } = call
  if (call.request.data.convergent_encryption !== undefined) {
    throw failure('import cannot be used on keys with convergent encryption enabled')
  }
  if (fields.auto_rotate_period > 0 && !fields.allow_rotation) {
    throw failure('allow_rotation must be set to true if auto-rotation is enabled')
  }
  const type = typeNamed(call, fields.type.toLowerCase())
  if (type === undefined) throw invalid(`unknown key type: ${fields.type}`)
  refuseExisting(call)
  const material = importedMaterial(call, type, await secretIn(call, type), fields.derived)
  refuseExisting(call)
  const empty = { ...importedKey(call, type), ...sizeOf(type, material) }
  const key = storeOf(call).addVersion(empty, newVersion(empty, material, call.nowMs))
  armRotation(call, key)
}

function refuseExisting (call: Call<unknown>): void {
  if (namedKey(call) === undefined) return
  throw failure('the import path cannot be used with an existing key; use import-version to rotate an existing ' +
    'imported key')
}

function importedKey (call: ImportCall, type: KeyType): TransitKey {
  const { fields, params } = call
  return {
    ...emptyKey(params.name ?? '', {
      type,
      derived: fields.derived,
      exportable: fields.exportable,
      allowPlaintextBackup: fields.allow_plaintext_backup,
      autoRotatePeriodSeconds: fields.auto_rotate_period
    }),
    imported: true,
    allowImportedKeyRotation: fields.allow_rotation
  }
}

/** @throws {VaultError} `failure`: `error importing key: …` */
function importedMaterial (call: ImportCall, type: KeyType, secret: Buffer | undefined, derived: boolean): Material {
  try {
    if (type.kind === 'ed25519' && derived && secret === undefined) {
      throw failure('unable to import only public key for derived Ed25519 key: imported key should not be an Ed25519 ' +
        'key pair but is instead an HKDF key')
    }
    return materialFor(call, type, secret)
  } catch (error) {
    throw error instanceof VaultError ? failure(`error importing key: ${error.message}`) : error
  }
}

function materialFor (call: MaterialCall, type: KeyType, secret: Buffer | undefined): Material {
  const hmacKey = call.cluster.random.stream('transit').bytes(32).toString('base64')
  return secret === undefined
    ? publicKeyMaterial(type, call.fields.public_key, hmacKey)
    : secretMaterial(type, secret, hmacKey)
}

/**
 * What the ciphertext holds; undefined where a public key is given in its place.
 *
 * @throws {VaultError}
 */
async function secretIn (call: MaterialCall, type: KeyType): Promise<Buffer | undefined> {
  const { ciphertext, hash_function: hashName } = call.fields
  if (ciphertext === undefined) {
    if (!isPair(type)) throw failure('provided type does not support public_key import')
    return undefined
  }
  const hash = wrappingHash(hashName)
  const wrapped = decoded(ciphertext)
  const wrapping = privateKeyOf(await wrappingVersion(call))
  if (wrapping === undefined) throw failure('error importing key: wrapping key was nil')
  return unwrapKey(wrapping, hash, wrapped)
}

function decoded (text: string): Buffer {
  try {
    return decodeBase64(text)
  } catch (error) {
    throw failure(goMessage(error))
  }
}

async function importVersion (call: VersionCall): Promise<undefined> {
  const before = importedByName(call)
  const type = typeOf(before)
  const secret = await secretIn(call, type)
  const key = importedByName(call)
  const wanted = call.fields.version
  if (wanted !== undefined) {
    checkUpdate(call, key, wanted, secret !== undefined)
    completeVersion(call, key, wanted, secret ?? Buffer.alloc(0))
    return
  }
  if (secret !== undefined && completesLatest(call, key, secret)) return
  const material = materialFor(call, type, secret)
  disarmRotation(call, key)
  const version = newVersion(key, material, call.nowMs)
  armRotation(call, storeOf(call).addVersion({ ...key, ...sizeOf(type, material) }, version))
}

function importedByName (call: VersionCall): TransitKey {
  const key = namedKey(call)
  if (key === undefined) {
    throw failure(`no key found with name ${call.params.name ?? ''}; to import a new key, use the import/ endpoint`)
  }
  if (!key.imported) throw failure('the import_version endpoint can only be used with an imported key')
  if (key.convergentEncryption) {
    throw failure('import_version cannot be used on keys with convergent encryption enabled')
  }
  return key
}

/** @throws {VaultError} `failure` where that version may not get this half of a pair */
function checkUpdate (call: VersionCall, key: TransitKey, number: number, isPrivate: boolean): void {
  const version = storeOf(call).version(key, number)
  if (version === undefined) throw failure('no such key version')
  if (!isPair(typeOf(key))) throw failure('provided type does not support importing key versions')
  const lacks = lacksPrivateKey(version)
  if (lacks && !isPrivate) {
    throw failure('cannot add a public key to a key version that already has a public key set')
  }
  if (!lacks) throw failure('private key imported, key version cannot be updated')
}

/** Whether the latest version was waiting for just this private key, and has it now. */
function completesLatest (call: VersionCall, key: TransitKey, secret: Buffer): boolean {
  const latest = storeOf(call).version(key, key.latestVersion)
  if (latest === undefined || !lacksPrivateKey(latest)) return false
  try {
    completeVersion(call, key, key.latestVersion, secret)
    return true
  } catch (error) {
    if (error instanceof VaultError) return false
    throw error
  }
}

function completeVersion (call: VersionCall, key: TransitKey, number: number, secret: Buffer): void {
  const version = requireVersion(storeOf(call), key, number)
  const material = secretMaterial(typeOf(key), secret, version.hmacKey ?? '')
  if (material.publicKey !== version.publicKey) throw failure('cannot import key, key pair does not match')
  storeOf(call).putVersion(key, number, { ...version, ...material })
}
