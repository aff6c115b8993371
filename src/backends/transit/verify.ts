// transit/verify: whether signatures and HMACs are right.
// https://developer.hashicorp.com/vault/api-docs/secret/transit#verify-signed-data
import { Type, type Static } from '@sinclair/typebox'
import { orInvalid } from '../../go/refusing.js'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { batchAnswer, batchResult } from './batch-answers.js'
import { attempt, eachInTurn, valueOf, type Outcome } from './batch-items.js'
import { verifyHmacs } from './hmac.js'
import { signingFields, signingOf, type Signing } from './signing-fields.js'
import { verifyWith } from './signing.js'
import { requireVersion, storeOf } from './stored-keys.js'
import { textItems, type TextItem } from './text-items.js'
import { decodeField, decodeVersioned, splitVersion } from './versioned-text.js'

const fields = Type.Object({
  ...signingFields,
  signature: field.string({ description: 'The signature, including vault header/key version' }),
  hmac: field.string({ description: 'The HMAC, including vault header/key version' })
})
type VerifyCall = Call<Static<typeof fields>>

export const verifyPaths: readonly PathDefinition[] = ['verify/:name', 'verify/:name/*urlalgorithm'].map((path) => definePath({
  path,
  summary: 'Verify a signature or HMAC for input data created using the named key',
  fields,
  operations: { update: verify }
}))

async function verify (call: VerifyCall): Promise<LogicalResponse> {
  const batch = textItems(call)
  const items = batch ?? [singleClaim(call)]
  const outcomes = claimsIn(call, items, batch !== undefined) === 'hmac'
    ? await verifyHmacs(call, items, hashOfHmacs(call))
    : await verifySignatures(call, items)
  if (batch === undefined) return { data: goMap({ valid: valueOf(outcomes[0]!) }) }
  return batchAnswer(outcomes.map((outcome, at) => batchResult(outcome, batch[at]!.reference ?? '', {
    render: (valid) => ({ valid }),
    failed: { valid: false }
  })))
}

function singleClaim ({ fields: { input = '', context = '', signature, hmac } }: VerifyCall): TextItem {
  return {
    input,
    context,
    ...(signature === undefined ? {} : { signature }),
    ...(hmac === undefined ? {} : { hmac })
  }
}

/**
 * What a request wants verified: of a batch all items signatures, or all HMACs. A signature goes before an HMAC that
 * the same item has.
 *
 * @throws {VaultError} `invalid`
 */
function claimsIn (call: VerifyCall, items: readonly TextItem[], isBatch: boolean): 'signature' | 'hmac' {
  const { wording } = call.cluster.profile.transit
  const kinds = items.map((item) => item.signature !== undefined ? 'signature' : item.hmac !== undefined ? 'hmac' : 'missing')
  const [hasSignatures, hasHmacs, lacks] = [kinds.includes('signature'), kinds.includes('hmac'), kinds.includes('missing')]
  if (!isBatch && lacks) throw invalid(wording.nothingToVerify)
  if (hasSignatures && hasHmacs) throw invalid(wording.mixedToVerify)
  const kind = hasSignatures ? 'signature' : 'hmac'
  if (lacks && (hasSignatures || hasHmacs)) throw invalid(`some elements of batch_input are missing '${kind}'`)
  if (lacks) throw invalid(wording.noneToVerify)
  return kind
}

/** The older name counts where the newer one is not there. */
function hashOfHmacs ({ fields, request }: VerifyCall): string {
  const { urlalgorithm, hash_algorithm: named, algorithm } = fields
  if (urlalgorithm !== undefined && urlalgorithm !== '') return urlalgorithm
  return request.data.hash_algorithm === undefined ? algorithm ?? named : named
}

async function verifySignatures (call: VerifyCall, items: readonly TextItem[]): Promise<Outcome<boolean>[]> {
  const signing = signingOf(call, 'signature verification key not found')
  return await eachInTurn(items, (item) => attempt(() => isRight(call, signing, item)))
}

function isRight (call: VerifyCall, { key, options, refusal }: Signing, item: TextItem): boolean {
  const { wording } = call.cluster.profile.transit
  const input = orInvalid(() => decodeField(item.input ?? ''), (message) => wording.verifyInput + message)
  const context = orInvalid(() => decodeField(item.context ?? ''), (message) => {
    return wording.verifyContext.endsWith(' ') ? wording.verifyContext + message : wording.verifyContext
  })
  if (refusal !== undefined) throw invalid(`failed to parse item: ${refusal}`)
  const { number, body } = splitVersion(key, item.signature ?? '', 'signature')
  const encoding = options.marshaling === 'jws' ? 'base64url' : 'base64'
  const signature = decodeVersioned(body, encoding, 'invalid base64 signature value')
  return verifyWith(key, requireVersion(storeOf(call), key, number), input, context, signature, options)
}
