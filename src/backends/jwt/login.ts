// auth/jwt/login: a signed token becomes a token of ours.
import { Type, type Static } from '@sinclair/typebox'
import { isWithin } from '../../go/cidrs.js'
import { goQuote } from '../../go/values.js'
import type { JsonObject } from '../../json/index.js'
import { invalid, VaultError } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { logInByClaims } from './claims.js'
import { requireConfig } from './config.js'
import { signedClaims } from './issuers.js'
import { rolesIn, type JwtConfig, type JwtRole } from './stored.js'
import { audiencesIn, isAboutToken, validate } from './validation.js'

const fields = Type.Object({
  role: field.lowerCaseString({ description: 'The role to log in with; by default that of the configuration.' }),
  jwt: field.string({ description: 'The signed token.' }),
  distributed_claim_access_token: field.string({ description: 'For claims that are elsewhere; not used here.' })
})
type LoginCall = Call<Static<typeof fields>>

export const loginPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/auth/jwt#jwt-login',
  path: 'login',
  summary: 'Logs in with a signed token.',
  fields,
  unauthenticated: true,
  operations: { update: login }
})

/** @see recorded: `jwt`, all logins */
async function login (call: LoginCall): Promise<LogicalResponse> {
  const config = requireConfig(call)
  const { name, role } = roleFor(call, config, call.fields.role)
  if (role.values.role_type === 'oidc') throw invalid('role with oidc role_type is not allowed')
  const { jwt: token = '' } = call.fields
  if (token === '') throw invalid('missing token')
  refuseOtherNetworks(call, role)
  const claims = await validClaims(call, config, role, token)
  if ((role.values.bound_audiences ?? []).length === 0 && audiencesIn(claims).length > 0) {
    throw invalid('audience claim found in JWT but no audiences bound to the role')
  }
  return logInByClaims(call, name, role, claims)
}

async function validClaims (
  call: LoginCall, config: JwtConfig, { values }: JwtRole, token: string
): Promise<JsonObject> {
  try {
    const claims = await signedClaims(call.cluster.outside, config, token)
      .catch((error: Error) => { throw isAboutToken(error) ? asSignature(error) : error })
    validate(token, claims, {
      issuer: config.bound_issuer,
      subject: values.bound_subject,
      audiences: values.bound_audiences ?? [],
      algorithms: config.jwt_supported_algs,
      notBeforeLeeway: values.not_before_leeway,
      expirationLeeway: values.expiration_leeway,
      clockSkewLeeway: values.clock_skew_leeway,
      nowMs: call.cluster.timeline.nowMs
    })
    return claims
  } catch (error) {
    if (!isAboutToken(error)) throw error
    throw invalid(`error validating token: ${error.message}`)
  }
}

function asSignature (error: Error): Error {
  error.message = `error verifying token signature: ${error.message}`
  return error
}

/** The role that a login names, or that of the configuration. @throws VaultError */
export function roleFor (
  call: Call<unknown>, config: JwtConfig, given: string | undefined
): { readonly name: string, readonly role: JwtRole } {
  const name = given === undefined || given === '' ? config.default_role : given
  if (name === '') throw invalid('missing role')
  const role = rolesIn(call).get(name)
  if (role === undefined) throw invalid(`role ${goQuote(name)} could not be found`)
  return { name, role }
}

/** @throws VaultError `permission denied` from a network that the role's tokens are not for */
export function refuseOtherNetworks (call: Call<unknown>, { parameters }: JwtRole): void {
  if (!isWithin(call.request.remoteAddress, parameters.boundCidrs)) throw new VaultError('denied', 'permission denied')
}
