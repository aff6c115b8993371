// The auth method `approle`: machines log in with a role id and a secret id.
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { failure, invalid, type VaultError } from '../../refusal/index.js'
import { isWithin } from '../../go/cidrs.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Backend, type Call, type LogicalResponse } from '../../vault/paths.js'
import { roleFieldDefinitions } from './role-fields.js'
import { roleDefinitions } from './roles.js'
import { secretIdDefinitions, useSecretId } from './secret-ids.js'
import { roleWithId, secretIdOf, type AppRole, type SecretId } from './stored-roles.js'
import { InvalidCredentials, withLockout } from '../userpass/lockout.js'
import { logIn } from '../../vault/tokens/login.js'

const loginFields = Type.Object({
  role_id: field.string({ description: 'Id of the role.' }),
  secret_id: field.string({ description: 'Secret id of the role.' })
})

type LoginCall = Call<Static<typeof loginFields>>

export const approle: Backend = {
  type: 'approle',
  paths: [
    definePath({
      path: 'login',
      summary: 'Logs in.',
      fields: loginFields,
      unauthenticated: true,
      operations: { update: login }
    }),
    ...roleDefinitions,
    ...roleFieldDefinitions,
    ...secretIdDefinitions,
    definePath({
      path: 'tidy/secret-id',
      summary: 'Looks for what expired secret ids left behind.',
      fields: Type.Object({}),
      operations: { update: tidy }
    })
  ]
}

/** @see recorded: `approle login` and its refusals */
function login (call: LoginCall): LogicalResponse {
  const { role_id: roleId = '' } = call.fields
  if (roleId === '') {
    throw failure(call.cluster.profile.product === 'OpenBao' ? 'missing role_id' : 'failed to determine alias name from login request')
  }
  return withLockout(call, roleId, () => {
    const role = roleWithId(call, roleId)
    if (role === undefined) throw new InvalidCredentials('invalid role or secret ID')
    const secretId = role.bindSecretId ? checkSecretId(call, role) : undefined
    const bound = secretId === undefined || secretId.tokenBoundCidrs.length === 0 ? {} : { boundCidrs: secretId.tokenBoundCidrs }
    return logIn(call, {
      aliasName: roleId,
      displayName: '',
      metadata: goMap({ ...secretId?.metadata, role_name: role.name }),
      parameters: { ...role.parameters, ...bound }
    })
  })
}

function checkSecretId (call: LoginCall, role: AppRole): SecretId {
  const { secret_id: given = '' } = call.fields
  if (given === '') throw invalid('missing secret_id')
  const secretId = secretIdOf(call, role.name, given)
  if (secretId === undefined) throw new InvalidCredentials('invalid role or secret ID')
  const { remoteAddress } = call.request
  if (!isWithin(remoteAddress, secretId.cidrList)) throw unauthorisedAddress(remoteAddress, 'through CIDR restrictions on the secret ID')
  if (!isWithin(remoteAddress, role.secretIdBoundCidrs ?? [])) throw unauthorisedAddress(remoteAddress, 'by CIDR restrictions on the role')
  useSecretId(call, secretId)
  return secretId
}

/** The end of the text is inferred. */
function unauthorisedAddress (address: string | undefined, why: string): VaultError {
  return invalid(`source address ${JSON.stringify(address ?? '')} unauthorized ${why}`)
}

/** Nothing is ever left behind here, so that there is nothing to do. */
function tidy (): LogicalResponse {
  return {
    warnings: ["Tidy operation successfully started. Any information from the operation will be printed to Vault's server logs."],
    status: { code: 202, body: 'envelope' }
  }
}
