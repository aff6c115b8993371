// The auth method `gcp`: service accounts log in with tokens that they have signed.
// https://developer.hashicorp.com/vault/api-docs/auth/gcp
import { Type, type Static } from '@sinclair/typebox'
import { goQuote } from '../../go/values.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { invalid, NotSimulated } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Backend, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { logIn } from '../../vault/tokens/login.js'
import { configPath, entryNamed, namedPaths } from '../auth-entry-paths.js'
import { claimsSignedBy } from '../jwt/issuers.js'
import { claimsIn } from '../jwt/key-sets.js'
import { isAboutToken, validate } from '../jwt/validation.js'
import { refuseOtherNetworks } from '../people.js'
import { gcpConfig } from './config.js'
import { boundEdits, gcpRoles, roleKey, type GcpRole } from './roles.js'

const GOOGLE = 'https://www.googleapis.com'

const loginFields = Type.Object({
  role: field.string({ description: 'The role to log in with.', default: '' }),
  jwt: field.string({ description: 'The signed token.', default: '' })
})
type LoginCall = Call<Static<typeof loginFields>>

const loginPath = definePath({
  path: 'login',
  summary: 'Logs in with a token of a service account.',
  fields: loginFields,
  unauthenticated: true,
  operations: { update: login }
})

async function login (call: LoginCall): Promise<LogicalResponse> {
  const { role: name, jwt } = call.fields
  if (jwt === '') throw invalid('jwt argument is required')
  if (name === '') throw invalid('role is required')
  const role = entryNamed<GcpRole>(call, 'role', roleKey(name))
  if (role === undefined) throw invalid(`role ${goQuote(name)} not found`)
  if (role.values.type === 'gce') throw new NotSimulated('logins of instances by the "gcp" auth method')
  refuseOtherNetworks(call, role.parameters)
  const account = await accountBehind(call, jwt, role.values.max_jwt_exp)
  const accounts = role.values.bound_service_accounts ?? []
  if (!accounts.includes('*') && !accounts.includes(account.email) && !accounts.includes(account.id)) {
    throw invalid(`service account ${account.email} (id: ${account.id}) is not authorized for role`)
  }
  const projects = role.values.bound_projects ?? []
  if (projects.length > 0 && !projects.includes(account.project)) {
    throw invalid(`service account ${account.email} (id: ${account.id}) is not in bound projects [${projects.join(' ')}]`)
  }
  return logIn(call, {
    aliasName: role.values.role_id,
    displayName: account.email,
    metadata: goMap({
      project_id: account.project, role: name, service_account_email: account.email, service_account_id: account.id
    }),
    parameters: role.parameters
  })
}

interface Account { readonly email: string, readonly id: string, readonly project: string }

/** Of a service account that was told, its keys count where there are some. */
async function accountBehind (call: LoginCall, jwt: string, maxSeconds: number): Promise<Account> {
  try {
    const claims = claimsIn(jwt)
    const email = String(claims.email ?? claims.sub ?? '')
    const met = await call.cluster.outside.ask({ system: 'gcp', address: GOOGLE, asked: `look up ${email}` })
    if (met.reach === 'nothing') throw invalid(`Could not find service account '${email}': ${met.reason}`)
    const told = met.reach === 'known' ? met.entry.serviceAccounts[email] : {}
    if (told === undefined) throw invalid(`Could not find service account '${email}'`)
    await claimsSignedBy(jwt, told.keys)
    refuseTimes(call, claims, maxSeconds, jwt)
    const [, project = ''] = /@([^.]+)\.iam\./.exec(email) ?? []
    return { email, id: told.id ?? String(claims.sub ?? ''), project: told.project ?? project }
  } catch (error) {
    throw isAboutToken(error) ? invalid(`role requires that service account JWTs are valid: ${error.message}`) : error
  }
}

function refuseTimes (call: LoginCall, claims: JsonObject, maxSeconds: number, jwt: string): void {
  const { nowMs } = call.cluster.timeline
  validate(jwt, claims, {
    issuer: '',
    subject: '',
    audiences: [`vault/${call.fields.role}`, `http://vault/${call.fields.role}`],
    algorithms: [],
    // only its end counts
    notBeforeLeeway: Number.MAX_SAFE_INTEGER,
    expirationLeeway: 0,
    clockSkewLeeway: 0,
    nowMs
  })
  const lifeSeconds = Number(claims.exp) - nowMs / 1000
  if (lifeSeconds > maxSeconds) {
    throw invalid(`role requires that service account JWTs expire within ${maxSeconds} seconds`)
  }
}

export const gcpAuth: Backend = {
  type: 'gcp',
  help: () => 'The GCP backend plugin allows authentication for Google Cloud Platform entities.',
  paths: knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/gcp', [
    configPath(gcpConfig, { alwaysThere: true }),
    ...boundEdits,
    ...namedPaths(gcpRoles, { path: 'role', listedAt: 'roles', nameOf: roleKey }),
    ...namedPaths(gcpRoles, { path: 'role', nameOf: roleKey }).slice(0, 1),
    loginPath
  ])
}
