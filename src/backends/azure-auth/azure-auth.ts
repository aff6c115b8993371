// The auth method `azure`: machines and services log in with tokens of their tenant.
// https://developer.hashicorp.com/vault/api-docs/auth/azure
import { Type, type Static } from '@sinclair/typebox'
import { isLike } from '../../go/glob.js'
import { goQuote } from '../../go/values.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Backend, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { logIn } from '../../vault/tokens/login.js'
import type { AuthEntry } from '../auth-entries.js'
import { configIn, configPath, entryNamed, namedPaths, type EntryKind } from '../auth-entry-paths.js'
import { claimsSignedBy } from '../jwt/issuers.js'
import { isAboutToken, validate } from '../jwt/validation.js'
import { refuseOtherNetworks } from '../people.js'

type AzureConfig = JsonObject & {
  readonly client_id: string
  readonly client_secret: string
  readonly environment: string
  readonly resource: string
  readonly root_password_ttl: number
  readonly tenant_id: string
}

const config: EntryKind<AzureConfig> = {
  summary: 'The tenant.',
  fields: {
    client_id: field.string({ description: 'Who asks there.' }),
    client_secret: field.string({ description: 'With which secret.' }),
    environment: field.string({ description: 'The cloud, AzurePublicCloud by default.' }),
    resource: field.string({ description: 'The audience that tokens must name.' }),
    root_password_ttl: field.durationSeconds({ description: 'Life of the secret once it was rotated.' }),
    tenant_id: field.string({ description: 'The tenant.' })
  },
  secret: ['client_secret'],
  later: 'auth/azure/config',
  initial: { client_id: '', client_secret: '', environment: '', resource: '', root_password_ttl: 15_768_000, tenant_id: '' },
  plain: true,
  complete: (entry) => {
    if (entry.values.tenant_id === '') throw invalid('tenant_id is required')
    if (entry.values.resource === '') throw invalid('resource is required')
    return entry
  }
}

const BOUNDS = ['group_ids', 'locations', 'resource_groups', 'scale_sets', 'service_principal_ids', 'subscription_ids'] as const
type Bound = `bound_${typeof BOUNDS[number]}`
type AzureRole = JsonObject & Readonly<Record<Bound, readonly string[] | null>>

const bounds = BOUNDS.map((name) => [`bound_${name}`, field.stringList({ description: `Of these ${name.replaceAll('_', ' ')}.` })])

const roles: EntryKind<AzureRole> = {
  summary: 'Who logs in, and what their tokens are like.',
  fields: Object.fromEntries(bounds),
  initial: {
    bound_group_ids: null,
    bound_locations: null,
    bound_resource_groups: null,
    bound_scale_sets: null,
    bound_service_principal_ids: null,
    bound_subscription_ids: null
  },
  complete: (entry) => {
    if (Object.values(entry.values).every((list) => list === null || (Array.isArray(list) && list.length === 0))) {
      throw invalid('must have at least one bound constraint when creating/updating a role')
    }
    return entry
  }
}

const loginFields = Type.Object({
  role: field.lowerCaseString({ description: 'The role to log in with.', default: '' }),
  jwt: field.string({ description: 'The token of the machine.', default: '' }),
  subscription_id: field.string({ description: 'Its subscription.', default: '' }),
  resource_group_name: field.string({ description: 'Its resource group.', default: '' }),
  vm_name: field.string({ description: 'Its name.', default: '' }),
  vmss_name: field.string({ description: 'The name of its scale set.', default: '' }),
  resource_id: field.string({ description: 'Its resource.', default: '' })
})
type LoginCall = Call<Static<typeof loginFields>>

const loginPath = definePath({
  path: 'login',
  summary: 'Logs in with a token of the tenant.',
  fields: loginFields,
  unauthenticated: true,
  operations: { update: login }
})

async function login (call: LoginCall): Promise<LogicalResponse> {
  const { role: roleName, jwt } = call.fields
  if (jwt === '') throw invalid('jwt is required')
  if (roleName === '') throw invalid('role is required')
  const configured = configIn<AzureConfig>(call)
  if (configured === undefined) throw failure('azure auth backend not configured')
  const role = entryNamed<AzureRole>(call, 'role', roleName)
  if (role === undefined) throw invalid(`invalid role name ${goQuote(roleName)}`)
  refuseOtherNetworks(call, role.parameters)
  const claims = await validClaims(call, configured, jwt)
  refuseOthers(call.fields, role.values, claims)
  const name = typeof claims.oid === 'string' ? claims.oid : String(claims.sub ?? '')
  const groups = Array.isArray(claims.groups) ? claims.groups.map(String) : []
  return logIn(call, {
    aliasName: name,
    groupAliasNames: groups,
    displayName: name,
    metadata: metadataOf(call.fields, roleName),
    parameters: role.parameters
  })
}

const PLACES = ['resource_group_name', 'subscription_id', 'vm_name', 'vmss_name']

function metadataOf (fields: Static<typeof loginFields>, role: string): JsonObject {
  const given = Object.entries(fields).filter(([name, text]) => PLACES.includes(name) && text !== '')
  return goMap({ role, ...Object.fromEntries(given) })
}

async function validClaims (call: LoginCall, { values }: AuthEntry<AzureConfig>, jwt: string): Promise<JsonObject> {
  const { tenant_id: tenant, resource } = values
  const address = `https://login.microsoftonline.com/${tenant}`
  const met = await call.cluster.outside.ask({ system: 'azure', address, asked: 'fetch the keys' })
  if (met.reach === 'nothing') throw failure(`Get "${address}/.well-known/openid-configuration": ${met.reason}`)
  try {
    const claims = await claimsSignedBy(jwt, met.reach === 'known' ? met.entry.keys : undefined)
    validate(jwt, claims, {
      issuer: `https://sts.windows.net/${tenant}/`,
      subject: '',
      audiences: [resource],
      algorithms: [],
      notBeforeLeeway: 0,
      expirationLeeway: 0,
      clockSkewLeeway: 0,
      nowMs: call.cluster.timeline.nowMs
    })
    return claims
  } catch (error) {
    throw isAboutToken(error) ? failure(error.message) : error
  }
}

/** @see `verifyClaims`, `verifyResource` of vault-plugin-auth-azure */
function refuseOthers (given: Static<typeof loginFields>, role: AzureRole, claims: JsonObject): void {
  const isBound = (list: readonly string[] | null, value: string): boolean =>
    list === null || list.length === 0 || list.some((one) => isLike(one, value))
  if (!isBound(role.bound_service_principal_ids, String(claims.oid ?? ''))) {
    throw failure(`service principal not authorized: ${String(claims.oid ?? '')}`)
  }
  const groups = Array.isArray(claims.groups) ? claims.groups.map(String) : []
  const wanted = role.bound_group_ids ?? []
  if (wanted.length > 0 && !groups.some((group) => wanted.includes(group))) throw failure('groups not authorized')
  if (!isBound(role.bound_subscription_ids, given.subscription_id)) throw failure('subscription not authorized')
  if (!isBound(role.bound_resource_groups, given.resource_group_name)) throw failure('resource group not authorized')
  if (!isBound(role.bound_scale_sets, given.vmss_name)) throw failure('scale set not authorized')
}

export const azureAuth: Backend = {
  type: 'azure',
  help: () => 'The Azure credential provider allows authentication using Azure Active Directory tokens.',
  paths: knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/azure', [
    configPath(config, { deletable: true }), ...namedPaths(roles, { path: 'role', nameOf: (name) => name.toLowerCase() }), loginPath
  ])
}
