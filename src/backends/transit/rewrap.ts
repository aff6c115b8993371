// transit/rewrap: ciphertexts of an old version become those of a new one, and nobody sees the text.
// https://developer.hashicorp.com/vault/api-docs/secret/transit#rewrap-data
import { Type, type Static } from '@sinclair/typebox'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { batchAnswer } from './batch-answers.js'
import {
  attempt, checkedItems, eachInTurn, singleItem, valueOf, type CipherItem, type DecodedItem, type Outcome
} from './batch-items.js'
import { batchFields, cipherFields, keyVersionField } from './cipher-fields.js'
import { decodeSealed } from './decrypt.js'
import { renderSealed, sealedResult, type Sealed } from './encrypt.js'
import { nonceRemark, takesNonce } from './nonces.js'
import { open, seal } from './sealing.js'
import { storeOf, usableKey, type TransitKey } from './stored-keys.js'
import { OF_STRUCT, textItems, type TextItem } from './text-items.js'

const fields = Type.Object({
  ...cipherFields,
  ciphertext: field.string({ description: 'Ciphertext value to rewrap' }),
  key_version: keyVersionField,
  batch_input: batchFields.batch_input
})
type RewrapCall = Call<Static<typeof fields>>

export const rewrapPath = definePath({
  path: 'rewrap/:name',
  summary: 'Rewrap ciphertext',
  fields,
  operations: { update: rewrap }
})

async function rewrap (call: RewrapCall): Promise<LogicalResponse> {
  const batch = textItems(call, OF_STRUCT)?.map(itemOf)
  if (batch === undefined && (call.fields.ciphertext ?? '') === '') throw invalid('missing ciphertext to decrypt')
  const items = checkedItems(call, batch ?? [singleItem(call.fields)])
  const decoded = items.map(decodeSealed)
  const key = usableKey(call, 'encryption key not found')
  const outcomes = await eachInTurn(decoded, (outcome) => rewrapOne(call, key, outcome))
  if (batch === undefined) return { data: renderSealed(valueOf(outcomes[0]!)), ...nonceRemark(call) }
  return { ...nonceRemark(call), ...batchAnswer(outcomes.map((outcome, at) => sealedResult(outcome, items[at]!))) }
}

function itemOf ({ key_version: number = '', reference = '', ...texts }: TextItem): CipherItem {
  return { ...singleItem(texts), keyVersion: Number(number) || 0, reference }
}

/** What the server cannot do ends the whole batch. @throws {VaultError} `failure` */
function rewrapOne (call: RewrapCall, key: TransitKey, decoded: Outcome<DecodedItem>): Outcome<Sealed> {
  if (!('value' in decoded)) return decoded
  const { item } = decoded.value
  if (item.nonce !== '' && !takesNonce(key)) {
    return { error: 'provided nonce not allowed for this key', fault: 'user' }
  }
  const outcome = attempt(() => {
    const store = storeOf(call)
    const plaintext = open(store, key, item.ciphertext, decoded.value)
    const random = call.cluster.random.stream('transit')
    const ciphertext = seal(store, key, item.keyVersion, plaintext, decoded.value, random)
    return { ciphertext, keyVersion: item.keyVersion || key.latestVersion }
  })
  return 'fault' in outcome && outcome.fault === 'internal' ? { value: valueOf(outcome) } : outcome
}
