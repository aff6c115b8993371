// transit/hmac: keyed hashes of inputs, and whether one is right.
// https://developer.hashicorp.com/vault/api-docs/secret/transit#generate-hmac
import { createHmac, timingSafeEqual } from 'node:crypto'
import { Type, type Static } from '@sinclair/typebox'
import { decodeBase64 } from '../../go/base64.js'
import { orInvalid } from '../../go/refusing.js'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { batchAnswer, batchResult } from './batch-answers.js'
import { attempt, eachInTurn, valueOf } from './batch-items.js'
import { batchFields, keyVersionField, nameField } from './cipher-fields.js'
import { hashNamed } from './hashes.js'
import { storeOf, usableKey, type TransitKey, type TransitStore } from './stored-keys.js'
import { textItems, type TextItem } from './text-items.js'
import { decodeField, splitPrefix } from './versioned-text.js'

const fields = Type.Object({
  name: nameField,
  input: field.string({ description: 'The base64-encoded input data' }),
  algorithm: field.string({
    description: 'Algorithm to use: sha2-224, sha2-256, sha2-384, sha2-512 or their sha3 counterparts.',
    default: 'sha2-256'
  }),
  urlalgorithm: field.string({ description: 'Algorithm to use, in the path.' }),
  key_version: keyVersionField,
  batch_input: batchFields.batch_input
})
type HmacCall = Call<Static<typeof fields>>

/** HMACs do not heed a key's template. */
const PLAIN = { versionTemplate: '' }

export const hmacPaths: readonly PathDefinition[] = ['hmac/:name', 'hmac/:name/*urlalgorithm'].map((path) => definePath({
  path,
  summary: 'Generate an HMAC for input data using the named key',
  fields,
  operations: { update: hmac }
}))

async function hmac (call: HmacCall): Promise<LogicalResponse> {
  const key = usableKey(call, 'encryption key not found')
  const number = versionToMac(key, call.fields.key_version ?? 0)
  const secret = hmacKey(storeOf(call), key, number)
  const hash = hashToMac(call.fields.urlalgorithm || call.fields.algorithm)
  const batch = textItems(call)
  const outcomes = await eachInTurn(batch ?? [singleInput(call)], (item) => attempt(() => {
    return `vault:v${number}:${createHmac(hash, secret).update(inputOf(item)).digest('base64')}`
  }))
  if (batch === undefined) return { data: goMap({ hmac: valueOf(outcomes[0]!) }) }
  const validity = call.cluster.profile.transit.hmacsShowValidity ? { valid: false } : {}
  return batchAnswer(outcomes.map((outcome, at) => batchResult(outcome, batch[at]!.reference ?? '', {
    render: (mac) => ({ hmac: mac, ...validity }),
    failed: validity
  })))
}

function singleInput ({ fields: { input } }: HmacCall): TextItem {
  return input === undefined ? {} : { input }
}

function inputOf ({ input }: TextItem): Buffer {
  if (input === undefined) throw invalid('missing input for HMAC')
  return orInvalid(() => decodeField(input), (message) => `unable to decode input as base64: ${message}`)
}

function versionToMac ({ latestVersion, minEncryptionVersion }: TransitKey, number: number): number {
  if (number === 0) return latestVersion
  if (number !== latestVersion && minEncryptionVersion > 0 && number < minEncryptionVersion) {
    throw invalid('cannot generate HMAC: version is too old (disallowed by policy)')
  }
  return number
}

/** @throws {VaultError} `invalid` for a version that is not there */
function hmacKey (store: TransitStore, key: TransitKey, number: number): Buffer {
  if (number < 0) throw invalid('key version does not exist (cannot be negative)')
  if (number > key.latestVersion) {
    throw invalid(`key version does not exist; latest key version is ${key.latestVersion}`)
  }
  const version = store.version(key, number)
  if (version === undefined) throw invalid('no such key version')
  const secret = key.type === 'hmac' ? version.key : version.hmacKey
  if (secret === null) throw invalid('no HMAC key exists for that key version')
  return Buffer.from(secret, 'base64')
}

/** The odd text is Vault's: it prints the number of a hash that it has not found. */
function hashToMac (name: string): string {
  const hash = hashNamed(name)
  if (hash === undefined || hash === 'none') throw invalid("unsupported algorithm '\\x00'")
  return hash
}

/** Whether the HMACs of items are right. @param algorithm by its name in requests */
export async function verifyHmacs (
  call: Call<unknown>, items: readonly TextItem[], algorithm: string
): Promise<ReturnType<typeof attempt<boolean>>[]> {
  const key = usableKey(call, 'encryption key not found')
  const hash = hashToMac(algorithm)
  return await eachInTurn(items, (item) => attempt(() => isRight(storeOf(call), key, hash, item)))
}

function isRight (store: TransitStore, key: TransitKey, hash: string, { input, hmac }: TextItem): boolean {
  if (input === undefined) throw invalid('missing input')
  const bytes = orInvalid(() => decodeField(input), (message) => `unable to decode input as base64: ${message}`)
  if (hmac === undefined) throw invalid('missing hmac')
  const { number, body } = splitPrefix(PLAIN, hmac, 'invalid HMAC', 'invalid HMAC to verify: no prefix')
  const claimed = orInvalid(
    () => decodeBase64(body), (message) => `unable to decode verification HMAC as base64: ${message}`
  )
  if (number > key.latestVersion) throw invalid('invalid HMAC: version is too new')
  if (key.minDecryptionVersion > 0 && number < key.minDecryptionVersion) {
    throw invalid('cannot verify HMAC: version is too old (disallowed by policy)')
  }
  const made = createHmac(hash, hmacKey(store, key, number)).update(bytes).digest()
  return made.length === claimed.length && timingSafeEqual(made, claimed)
}
