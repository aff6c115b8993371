// auth/approle/login.
import { Type, type Static } from '@sinclair/typebox'
import { isWithin } from '../../go/cidrs.js'
import { goMap } from '../../json/index.js'
import { failure, invalid, type VaultError } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { logIn } from '../../vault/tokens/login.js'
import { InvalidCredentials, withLockout } from '../user-lockout.js'
import { useSecretId } from './secret-ids.js'
import { roleWithId, type AppRole } from './stored-roles.js'
import { secretIdOf, type SecretId } from './stored-secret-ids.js'

const fields = Type.Object({
  role_id: field.string({ description: 'Id of the role.' }),
  secret_id: field.string({ description: 'Secret id of the role.' })
})

type LoginCall = Call<Static<typeof fields>>

export const loginPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/auth/approle#login-with-approle',
  path: 'login',
  summary: 'Logs in.',
  fields,
  unauthenticated: true,
  operations: { update: login }
})

/** @see recorded: `approle login` and its refusals */
function login (call: LoginCall): LogicalResponse {
  const { role_id: roleId = '' } = call.fields
  if (roleId === '') throw failure(call.cluster.profile.missingRoleIdText)
  return withLockout(call, roleId, () => {
    const role = roleWithId(call, roleId)
    if (role === undefined) throw new InvalidCredentials('invalid role or secret ID')
    const secretId = role.bindSecretId ? checkSecretId(call, role) : undefined
    const boundCidrs = secretId?.tokenBoundCidrs ?? []
    return logIn(call, {
      aliasName: roleId,
      displayName: '',
      metadata: goMap({ ...secretId?.metadata, role_name: role.name }),
      parameters: { ...role.parameters, ...(boundCidrs.length === 0 ? {} : { boundCidrs }) }
    })
  })
}

function checkSecretId (call: LoginCall, role: AppRole): SecretId {
  const { secret_id: given = '' } = call.fields
  if (given === '') throw invalid('missing secret_id')
  const secretId = secretIdOf(call, role.name, given)
  if (secretId === undefined) throw new InvalidCredentials('invalid role or secret ID')
  const { remoteAddress } = call.request
  if (!isWithin(remoteAddress, secretId.cidrList)) {
    throw unauthorisedAddress(remoteAddress, 'through CIDR restrictions on the secret ID')
  }
  if (!isWithin(remoteAddress, role.secretIdBoundCidrs ?? [])) {
    throw unauthorisedAddress(remoteAddress, 'by CIDR restrictions on the role')
  }
  useSecretId(call, secretId)
  return secretId
}

/** The end of the text is inferred. */
function unauthorisedAddress (address: string | undefined, why: string): VaultError {
  return invalid(`source address ${JSON.stringify(address ?? '')} unauthorized ${why}`)
}
