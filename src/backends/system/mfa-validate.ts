// sys/mfa/validate: the second half of a login that MFA was asked of.
// https://developer.hashicorp.com/vault/api-docs/system/mfa/validate
import { Type, type Static } from '@sinclair/typebox'
import { isList } from '../../go/values.js'
import { failure, invalid, VaultError } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { entityOfToken } from '../../vault/identity-of-token.js'
import { enforcementsFor, pendingLogin, problemOf, type MfaCredentials } from '../../vault/login-mfa.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { stored } from '../../vault/stored.js'
import { finishLogin } from '../../vault/tokens/login.js'

const fields = Type.Object({
  mfa_request_id: field.string({ description: 'What the first half answered with.', default: '' }),
  mfa_payload: field.map({ description: "Passcodes, by the method's id or name.", default: {} })
})

type ValidateCall = Call<Static<typeof fields>>

export const mfaValidatePaths = [
  definePath({
    path: 'mfa/validate',
    summary: 'Ends a login with what MFA asked for.',
    fields,
    unauthenticated: true,
    source: 'https://developer.hashicorp.com/vault/api-docs/system/mfa/validate',
    operations: { update: validate }
  })
]

/** A login that fails here still waits, for better passcodes. */
function validate (call: ValidateCall): LogicalResponse {
  const { storage, fields: { mfa_request_id: id } } = call
  if (id === '') throw invalid('missing request ID')
  const credentials = credentialsOf(call)
  const login = pendingLogin(call, id)
  if (login === undefined) throw invalid('invalid request ID')
  const entity = entityOfToken(storage, login.spec.entityId)
  if (entity === undefined) throw failure('MFA validation failed. entity not found: <nil>')
  const mount = { accessor: login.mountAccessor, type: login.mountType }
  const enforcements = enforcementsFor(storage, entity.id, mount)
  if (enforcements.length === 0) throw failure('found nil or empty MFAEnforcement configuration')
  for (const enforcement of enforcements) {
    const problem = problemOf(call, enforcement, entity, credentials)
    if (problem === undefined) continue
    throw new VaultError('denied', `failed to satisfy enforcement ${enforcement.name}. error: ${problem}`)
  }
  stored.pendingLogins(storage).delete(id)
  return finishLogin(call, login.spec, login.warnings)
}

function credentialsOf ({ fields: { mfa_payload: payload } }: ValidateCall): MfaCredentials {
  return new Map(Object.entries(payload).map(([method, values]) => {
    if (!isList(values) || !values.every((value) => typeof value === 'string')) throw invalid('invalid mfa payload')
    return [method, values.map(String)]
  }))
}
