// auth/kubernetes/login: a service account's token becomes a token of ours.
import { Type, type Static } from '@sinclair/typebox'
import { isWithin } from '../../go/cidrs.js'
import { isLike } from '../../go/glob.js'
import { goQuote } from '../../go/values.js'
import { goMap, isObject, JsonSyntaxError, parseJson, type JsonObject } from '../../json/index.js'
import { failure, invalid, VaultError } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { logIn } from '../../vault/tokens/login.js'
import { claimsIn, publicKeyIn, SignatureError, verifiedClaims } from '../jwt/key-sets.js'
import { audiencesIn, ClaimsError, validate } from '../jwt/validation.js'
import { isConfirmed, labelsOf, serviceAccountIn, type ServiceAccount } from './service-accounts.js'
import { configIn, rolesIn, type KubernetesConfig, type KubernetesRole } from './stored.js'

const fields = Type.Object({
  role: field.string({ description: 'The role to log in with.', default: '' }),
  jwt: field.string({ description: 'The token of the service account.', default: '' })
})
type LoginCall = Call<Static<typeof fields>>

const OTHER_NAMESPACE = 'namespace not authorized'
const OTHER_NAME = 'service account name not authorized'

export const loginPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/auth/kubernetes#login',
  path: 'login',
  summary: 'Logs in with the token of a service account.',
  fields,
  unauthenticated: true,
  operations: { update: login }
})

/** @see recorded: `kubernetes-auth`, all logins */
async function login (call: LoginCall): Promise<LogicalResponse> {
  const { role: roleName, jwt: token } = call.fields
  if (roleName === '') throw invalid('missing role')
  if (token === '') throw invalid('missing jwt')
  const role = rolesIn(call).get(roleName.toLowerCase())
  if (role === undefined) throw invalid(`invalid role name ${goQuote(roleName)}`)
  if (!isWithin(call.request.remoteAddress, role.parameters.boundCidrs)) throw denied()
  const config = configIn(call)
  if (config === undefined) throw failure('could not load backend configuration')
  const claims = await validClaims(call, config, role, token)
  const account = serviceAccountIn(claims)
  await refuseOthers(call, config, role, account)
  const aliasName = aliasOf(role, account)
  const { audience } = role.values
  const audiences = audience === '' ? audiencesIn(claims) : [audience]
  if (!await isConfirmed(call.cluster.outside, { config, token, account, audiences })) throw denied()
  return logIn(call, { ...identified(account, roleName), aliasName, parameters: role.parameters })
}

function denied (): VaultError {
  return new VaultError('denied', 'permission denied')
}

async function validClaims (
  call: LoginCall, config: KubernetesConfig, { values }: KubernetesRole, token: string
): Promise<JsonObject> {
  try {
    const keys = config.pem_keys.map(publicKeyIn).filter((key) => key !== undefined)
    const claims = keys.length === 0 ? claimsIn(token) : await verifiedClaims(token, { keys, refusal: 'forged' })
    validate(token, claims, {
      issuer: config.disable_iss_validation ? '' : config.issuer,
      subject: '',
      audiences: values.audience === '' ? [] : [values.audience],
      algorithms: [],
      notBeforeLeeway: 0,
      expirationLeeway: 0,
      clockSkewLeeway: 0,
      nowMs: call.cluster.timeline.nowMs,
      allowsNoTimes: true
    })
    return claims
  } catch (error) {
    if (error instanceof SignatureError) throw denied()
    if (error instanceof ClaimsError) throw new VaultError('denied', error.message)
    throw error
  }
}

async function refuseOthers (
  call: LoginCall, config: KubernetesConfig, { values }: KubernetesRole, account: ServiceAccount
): Promise<void> {
  const isName = values.bound_service_account_names.some((name) => isLike(name, account.name))
  const isNamespace = values.bound_service_account_namespaces.some((name) => isLike(name, account.namespace)) ||
    await isSelected(call, config, values.bound_service_account_namespace_selector, account.namespace)
  const refusals = [!isNamespace && OTHER_NAMESPACE, !isName && OTHER_NAME]
  const { namespaceFirst } = call.cluster.profile.kubernetesAuth
  const first = (namespaceFirst ? refusals : refusals.reverse()).find((text) => text !== false)
  if (first !== undefined) throw new VaultError('denied', first)
}

/** A selector as JSON: `{"matchLabels":{"team":"blue"}}`. */
async function isSelected (
  call: LoginCall, config: KubernetesConfig, selector: string, namespace: string
): Promise<boolean> {
  if (selector === '') return false
  const labels = await labelsOf(call.cluster.outside, config, namespace)
  if (labels === undefined || labels === null) return labels === null
  return Object.entries(matchLabelsIn(selector)).every(([name, value]) => labels[name] === value)
}

function matchLabelsIn (selector: string): JsonObject {
  try {
    const read = parseJson(selector)
    return isObject(read) && isObject(read.matchLabels) ? read.matchLabels : {}
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw failure('failed to unmarshal bound_service_account_namespace_selector')
    throw error
  }
}

function aliasOf ({ values }: KubernetesRole, { uid, namespace, name }: ServiceAccount): string {
  if (values.alias_name_source === 'serviceaccount_name') {
    if (name === '' || namespace === '') throw failure('service account namespace and name must be set')
    return `${namespace}/${name}`
  }
  if (uid === '') throw failure('could not parse UID from claims')
  return uid
}

function identified ({ uid, name, namespace, secretName }: ServiceAccount, role: string) {
  const aliasMetadata = {
    service_account_uid: uid,
    service_account_name: name,
    service_account_namespace: namespace,
    service_account_secret_name: secretName
  }
  return { aliasMetadata, displayName: `${namespace}-${name}`, metadata: goMap({ ...aliasMetadata, role }) }
}
