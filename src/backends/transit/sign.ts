// transit/sign: signatures of inputs.
// https://developer.hashicorp.com/vault/api-docs/secret/transit#sign-data
import { Type, type Static } from '@sinclair/typebox'
import { orInvalid } from '../../go/refusing.js'
import { goMap } from '../../json/index.js'
import { failure, invalid, VaultError } from '../../refusal/index.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { batchAnswer, batchResult } from './batch-answers.js'
import { eachInTurn, valueOf, type Outcome } from './batch-items.js'
import { keyVersionField } from './cipher-fields.js'
import { signWith } from './signing.js'
import { signingFields, signingOf, type Signing } from './signing-fields.js'
import { storeOf, type KeyVersion, type TransitKey } from './stored-keys.js'
import { textItems, type TextItem } from './text-items.js'
import { decodeField, versionPrefix } from './versioned-text.js'

const fields = Type.Object({ ...signingFields, key_version: keyVersionField })
type SignCall = Call<Static<typeof fields>>

/** An item's signature, as texts. */
interface SignatureText {
  readonly signature: string
  /** base64, of keys derived for a context */
  readonly publicKey: string | undefined
}

export const signPaths: readonly PathDefinition[] = ['sign/:name', 'sign/:name/*urlalgorithm'].map((path) => definePath({
  path,
  summary: 'Generate a signature for input data using the named key',
  fields,
  operations: { update: sign }
}))

async function sign (call: SignCall): Promise<LogicalResponse> {
  const signing = signingOf(call, 'signing key not found')
  const batch = textItems(call)
  const { input = '', context = '', key_version: wanted = 0 } = call.fields
  const items = batch ?? [{ input, context }]
  const outcomes = await eachInTurn(items, async (item) => await settled(() => signOne(call, signing, item)))
  const keyVersion = wanted || signing.key.latestVersion
  if (batch === undefined) {
    const { signature, publicKey } = valueOf(outcomes[0]!)
    return { data: goMap({ signature, key_version: keyVersion, public_key: publicKey }) }
  }
  return batchAnswer(outcomes.map((outcome, at) => batchResult(outcome, batch[at]!.reference ?? '', {
    render: ({ signature, publicKey }) => ({ signature, key_version: keyVersion, publickey: publicKey }),
    failed: { key_version: 0 }
  })))
}

async function settled<T> (work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() }
  } catch (error) {
    if (!(error instanceof VaultError)) throw error
    return { error: error.message, fault: error.kind === 'invalid' ? 'user' : 'internal' }
  }
}

async function signOne (call: SignCall, { key, options, refusal }: Signing, item: TextItem): Promise<SignatureText> {
  if (item.input === undefined) throw invalid('missing input')
  const { wording } = call.cluster.profile.transit
  const input = orInvalid(() => decodeField(item.input ?? ''), (message) => wording.signInput + message)
  const context = orInvalid(() => decodeField(item.context ?? ''), () => 'failed to base64-decode context')
  if (refusal !== undefined) throw invalid(refusal)
  const { number, version } = versionToSign(call, key)
  const signed = await signWith(key, version, input, context, options, call.cluster.random.stream('transit'))
  const encoding = options.marshaling === 'jws' ? 'base64url' : 'base64'
  return {
    signature: versionPrefix(key, number) + signed.signature.toString(encoding),
    publicKey: signed.publicKey?.toString('base64')
  }
}

/** @throws {VaultError} `failure`, which Vault does not explain as the client's fault */
function versionToSign (
  call: SignCall, key: TransitKey
): { readonly number: number, readonly version: KeyVersion } {
  const wanted = call.fields.key_version ?? 0
  const refused = (why: string): Error => failure(`requested version for signing is ${why}`)
  if (wanted < 0) throw refused('negative')
  if (wanted > key.latestVersion) throw refused('higher than the latest key version')
  if (wanted > 0 && key.minEncryptionVersion > 0 && wanted < key.minEncryptionVersion) {
    throw refused('less than the minimum encryption key version')
  }
  const number = wanted || key.latestVersion
  const version = storeOf(call).version(key, number)
  if (version === undefined) throw failure('no such key version')
  return { number, version }
}
