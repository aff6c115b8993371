// transit/decrypt: ciphertexts become texts again.
// https://developer.hashicorp.com/vault/api-docs/secret/transit#decrypt-data
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { batchAnswerByWorst, batchResult } from './batch-answers.js'
import {
  associatedDataOf, attempt, batchItems, checkedItems, decodeItem, eachInTurn, singleItem, valueOf,
  type CipherItem, type DecodedItem, type Outcome
} from './batch-items.js'
import { associatedDataField, batchFields, cipherFields } from './cipher-fields.js'
import { notAead } from './encrypt.js'
import { typeOf } from './key-types.js'
import { nonceRemark } from './nonces.js'
import { open } from './sealing.js'
import { storeOf, usableKey, type TransitKey } from './stored-keys.js'

const fields = Type.Object({
  ...cipherFields,
  ciphertext: field.string({ description: 'The ciphertext to decrypt, provided as returned by encrypt.' }),
  associated_data: associatedDataField,
  ...batchFields
})
type DecryptCall = Call<Static<typeof fields>>

const MISSING = 'missing ciphertext to decrypt'

export const decryptPath = definePath({
  path: 'decrypt/:name',
  summary: 'Decrypt a ciphertext value using a named key',
  fields,
  operations: { update: decrypt }
})

async function decrypt (call: DecryptCall): Promise<LogicalResponse> {
  const batch = batchItems(call, { name: 'ciphertext', words: MISSING })
  if (batch === undefined && (call.fields.ciphertext ?? '') === '') throw invalid(MISSING)
  const items = checkedItems(call, batch ?? [singleItem(call.fields)])
  const decoded = items.map(decodeSealed)
  const key = usableKey(call, 'encryption key not found')
  const outcomes = await eachInTurn(decoded, (outcome, at) => decryptOne(call, key, outcome, at))
  if (batch === undefined) return { data: goMap({ plaintext: valueOf(outcomes[0]!) }), ...nonceRemark(call) }
  const results = outcomes.map((outcome, at) => batchResult(outcome, items[at]!.reference, {
    render: (plaintext) => ({ plaintext }),
    failed: { plaintext: '' }
  }))
  return { ...nonceRemark(call), ...batchAnswerByWorst(call, outcomes, results) }
}

/** What is not there is said before what is wrong. */
export function decodeSealed (item: CipherItem): Outcome<DecodedItem> {
  if (item.ciphertext === '') return { error: MISSING, fault: 'user' }
  return decodeItem({ ...item, plaintext: '' })
}

function decryptOne (
  call: DecryptCall, key: TransitKey, decoded: Outcome<DecodedItem>, at: number
): Outcome<string> {
  if (!('value' in decoded)) return decoded
  const { item } = decoded.value
  const type = typeOf(key)
  if (item.associatedData !== '' && type.kind !== 'aead') return notAead(type.name, at)
  return attempt(() => {
    const circumstances = { ...decoded.value, associatedData: associatedDataOf(item) }
    return open(storeOf(call), key, item.ciphertext, circumstances).toString('base64')
  })
}
