// transit/encrypt: texts become ciphertexts; a key that is not there is made.
// https://developer.hashicorp.com/vault/api-docs/secret/transit#encrypt-data
import { Type, type Static } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { batchAnswerByWorst, batchResult } from './batch-answers.js'
import {
  associatedDataOf, attempt, batchItems, checkedItems, decodeItem, eachInTurn, singleItem, valueOf,
  type CipherItem, type DecodedItem, type Outcome
} from './batch-items.js'
import { associatedDataField, batchFields, cipherFields, keyVersionField } from './cipher-fields.js'
import { createKey, keyTypeToCreate } from './create-key.js'
import { nonceRemark, takesNonce } from './nonces.js'
import { typeOf } from './key-types.js'
import { seal } from './sealing.js'
import { namedKey, storeOf, usableKey, type TransitKey } from './stored-keys.js'

const fields = Type.Object({
  ...cipherFields,
  plaintext: field.string({ description: 'Base64 encoded plaintext value to be encrypted' }),
  type: field.string({ description: 'The type of the key, where one is made.', default: 'aes256-gcm96' }),
  convergent_encryption: field.bool({ description: 'Whether a key that is made encrypts convergently.' }),
  key_version: keyVersionField,
  associated_data: associatedDataField,
  ...batchFields
})
type EncryptCall = Call<Static<typeof fields>>

/** A ciphertext, and the version that made it. */
export interface Sealed { readonly ciphertext: string, readonly keyVersion: number }

export const encryptPath = definePath({
  path: 'encrypt/:name',
  summary: 'Encrypt a plaintext value or a batch of plaintext blocks using a named key',
  fields,
  exists: (call) => namedKey(call) !== undefined,
  operations: { create: encrypt, update: encrypt }
})

async function encrypt (call: EncryptCall): Promise<LogicalResponse> {
  const batch = batchItems(call, { name: 'plaintext', words: 'missing plaintext to encrypt' })
  if (batch === undefined && call.fields.plaintext === undefined) throw invalid('missing plaintext to encrypt')
  const items = checkedItems(call, batch ?? [singleItem(call.fields)])
  const decoded = items.map(decodeItem)
  const key = namedKey(call) === undefined
    ? await upsert(call, items)
    : usableKey(call, 'encryption key not found')
  const outcomes = await eachInTurn(decoded, (outcome, at) => encryptOne(call, key, outcome, at))
  if (batch === undefined) return { data: renderSealed(valueOf(outcomes[0]!)), ...nonceRemark(call) }
  const results = outcomes.map((outcome, at) => sealedResult(outcome, items[at]!))
  return { ...nonceRemark(call), ...batchAnswerByWorst(call, outcomes, results) }
}

/** Makes the key that encrypting wants, unless the mount makes none. */
async function upsert (call: EncryptCall, items: readonly CipherItem[]): Promise<TransitKey> {
  const { type, convergent_encryption: convergent = false } = call.fields
  const derived = (items[0]?.context ?? '') !== ''
  if (convergent && !derived) {
    throw invalid('convergent encryption requires derivation to be enabled, so context is required')
  }
  if (/^ecdsa-p(?:256|384|521)$/.test(type)) throw invalid(`key type ${type} not supported for this operation`)
  const chosen = keyTypeToCreate(call, type)
  if (chosen.kind !== 'aead' && chosen.kind !== 'rsa') throw invalid(`unknown key type ${type}`)
  if (storeOf(call).keysConfig.disableUpsert) throw invalid('encryption key not found')
  return await createKey(call, { type: chosen, derived, convergent })
}

function encryptOne (
  call: EncryptCall, key: TransitKey, decoded: Outcome<DecodedItem>, at: number
): Outcome<Sealed> {
  if (!('value' in decoded)) return decoded
  const { item } = decoded.value
  const type = typeOf(key)
  if (item.nonce !== '' && !takesNonce(key)) {
    return { error: 'provided nonce not allowed for this key', fault: 'user' }
  }
  if (item.associatedData !== '' && type.kind !== 'aead') return notAead(type.name, at)
  return attempt(() => {
    const circumstances = { ...decoded.value, associatedData: associatedDataOf(item) }
    const random = call.cluster.random.stream('transit')
    const ciphertext = seal(storeOf(call), key, item.keyVersion, decoded.value.plaintext, circumstances, random)
    return { ciphertext, keyVersion: item.keyVersion || key.latestVersion }
  })
}

/** Wrong, and yet no reason for a status of its own (recorded: `encrypt, associated data with rsa`). */
export function notAead (type: string, at: number): Outcome<never> {
  return { error: `'[${at}].associated_data' provided for non-AEAD cipher suite ${type}`, fault: 'none' }
}

export function renderSealed ({ ciphertext, keyVersion }: Sealed): JsonObject {
  return goMap({ ciphertext, key_version: keyVersion })
}

export function sealedResult (outcome: Outcome<Sealed>, { reference }: CipherItem): JsonObject {
  return batchResult(outcome, reference, {
    render: ({ ciphertext, keyVersion }) => ({ ciphertext, key_version: keyVersion })
  })
}
