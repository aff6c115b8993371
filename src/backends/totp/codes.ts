// totp/code: the code of a key, and whether one that somebody presents is right.
// https://developer.hashicorp.com/vault/api-docs/secret/totp#generate-code and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import type { Profile } from '../../profiles/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { codeAt, isValid } from '../../vault/time-based-codes.js'
import { isUsed, markUsed, storedKeys, type TotpKey } from './stored-keys.js'

const fields = Type.Object({
  name: field.string({ description: 'Name of the key.' }),
  code: field.string({ description: 'TOTP code to be validated.' })
})

type CodeCall = Call<Static<typeof fields>>

export const codePath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/totp',
  path: 'code/@name',
  summary: 'Request time-based one-time use password or validate a password for a certain key .',
  description: 'This path generates and validates time-based one-time use passwords for a certain key.',
  fields,
  operations: { read: generate, update: validate }
})

function generate (call: CodeCall): LogicalResponse {
  return { data: goMap({ code: codeAt(requireKey(call), call.nowMs) }) }
}

/** A code counts once, and so does a wrong one. @see recorded: `validate` and what follows it */
function validate (call: CodeCall): LogicalResponse {
  const { name = '' } = call.params
  const code = codeFrom(call.fields.code ?? '', call.cluster.profile)
  if (code === '') throw invalid('the code value is required')
  const key = requireKey(call)
  if (isUsed(call, name, code)) throw invalid('code already used; wait until the next time period')
  checkLength(code, key, call.cluster.profile)
  const valid = isValid(key, code.trim(), call.nowMs)
  markUsed(call, name, code, key)
  return { data: goMap({ valid }) }
}

function codeFrom (given: string, { totpCodes }: Profile): string {
  return totpCodes === 'as they come' ? given : given.trim()
}

function checkLength (code: string, { digits }: TotpKey, { totpCodes }: Profile): void {
  if (totpCodes !== 'of the right length' || code.length === digits) return
  throw invalid('invalid number of digits for the code')
}

function requireKey (call: CodeCall): TotpKey {
  const { name = '' } = call.params
  const key = storedKeys(call).get(name)
  if (key === undefined) throw invalid(`unknown key: ${name}`)
  return key
}
