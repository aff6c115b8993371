// kubernetes/creds: tokens of service accounts, with a lease.
// https://developer.hashicorp.com/vault/api-docs/secret/kubernetes#generate-credentials
import { Type, type Static } from '@sinclair/typebox'
import { GoError } from '../../go/values.js'
import { goMap, isObject, JsonSyntaxError, parseJson, printJson, type JsonObject } from '../../json/index.js'
import { failure, invalid, NotSimulated } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { effectiveTtls } from '../../vault/mounts/mounts.js'
import { definePath, type Call, type LeaseCall, type LeaseHandlers, type LogicalResponse } from '../../vault/paths.js'
import { askApi, type ApiCall, type Reached } from '../outside-api.js'
import { storedConfig, storedRoles, type ClusterConfig, type KubernetesRole } from './stored.js'

const fields = Type.Object({
  name: field.string({ description: 'Name of the role' }),
  kubernetes_namespace: field.string({ default: '', description: 'The namespace in which the credentials are made.' }),
  cluster_role_binding: field.bool({ default: false, description: 'Whether to bind by a ClusterRoleBinding.' }),
  ttl: field.durationSeconds({ default: 0, description: 'The life of the token.' }),
  audiences: field.stringList({ description: 'The audiences of the token.' })
})

type CredsCall = Call<Static<typeof fields>>

/** In whose name, and where. */
interface Account { readonly namespace: string, readonly name: string }

export const credsPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/secret/kubernetes#generate-credentials',
  path: 'creds/:name',
  summary: 'Request Kubernetes service account credentials for a given Vault role.',
  fields,
  operations: { read: create, update: create }
})

async function create (call: CredsCall): Promise<LogicalResponse> {
  const { name = '' } = call.params
  const role = storedRoles(call).get(name)
  if (role === undefined) throw invalid(`role '${name}' does not exist`)
  const config = storedConfig(call).value
  // inferred
  if (config === undefined) throw failure('backend not configured')
  const namespace = await namespaceFor(call, config, role)
  const ttlSeconds = ttlFor(call, role)
  const account = { namespace, name: role.serviceAccountName || generatedName(call, role) }
  try {
    if (role.serviceAccountName === '') await makeAccount(call, config, role, account)
    await makeToken(call, config, role, account)
  } catch (error) {
    throw error instanceof GoError ? failure(error.message) : error
  }
  const made = role.serviceAccountName === '' ? account : null
  return {
    data: goMap({
      service_account_name: account.name,
      service_account_namespace: namespace,
      service_account_token: tokenFor(call, role, account, ttlSeconds)
    }),
    secret: { internal: goMap({ made: made && goMap({ ...made }) }), ttlSeconds, renewable: false }
  }
}

/** @see recorded: `kubernetes: creds, other namespace` and `kubernetes: creds without namespace` */
async function namespaceFor (call: CredsCall, config: ClusterConfig, role: KubernetesRole): Promise<string> {
  const { kubernetes_namespace: asked } = call.fields
  const { allowedNamespaces: allowed, allowedNamespaceSelector: selector } = role
  const [only = ''] = allowed
  if (asked === '' && allowed.length === 1 && only !== '*' && selector === '') return only
  if (asked === '') {
    throw failure("error verifying namespace: 'kubernetes_namespace' is required unless the " +
      `${call.cluster.profile.product} role has a single namespace specified`)
  }
  if (allowed.includes('*') || allowed.includes(asked) || await isSelected(call, config, selector, asked)) return asked
  throw invalid(`kubernetes_namespace '${asked}' is not present in role's allowed_kubernetes_namespaces or does not ` +
    "match role's label selector allowed_kubernetes_namespace_selector")
}

/** A selector as JSON: `{"matchLabels":{"team":"blue"}}`. */
async function isSelected (
  call: CredsCall, config: ClusterConfig, selector: string, namespace: string
): Promise<boolean> {
  if (selector === '') return false
  const asked = `read the labels of ${namespace}`
  const met = await call.cluster.outside.ask({ system: 'kubernetes', address: config.host, asked })
  if (met.reach !== 'known') return met.reach === 'anything'
  const labels = met.entry.namespaces?.[namespace] ?? {}
  return Object.entries(matchLabelsIn(selector)).every(([name, value]) => labels[name] === value)
}

function matchLabelsIn (selector: string): JsonObject {
  try {
    const read = parseJson(selector)
    if (isObject(read) && isObject(read.matchLabels)) return read.matchLabels
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
  }
  throw new NotSimulated('selectors of namespaces but matchLabels in JSON')
}

function ttlFor (call: CredsCall, role: KubernetesRole): number {
  const { defaultSeconds, maxSeconds } = effectiveTtls(call.mount, call.cluster.leaseTtls)
  const wanted = call.fields.ttl || role.tokenDefaultTtlSeconds || defaultSeconds
  return Math.min(wanted, role.tokenMaxTtlSeconds || maxSeconds, maxSeconds)
}

function generatedName (call: CredsCall, { name }: KubernetesRole): string {
  const random = call.cluster.random.stream('kubernetes').base62(24).toLowerCase()
  return `v-${call.token?.displayName ?? ''}-${name}-${Math.floor(call.nowMs / 1000)}-${random}`.slice(0, 62)
}

/** The API server is asked for each object, one after the other. */
async function makeAccount (
  call: CredsCall, config: ClusterConfig, role: KubernetesRole, { namespace, name }: Account
): Promise<void> {
  const below = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`
  if (role.generatedRoleRules !== '') {
    await askCluster(call, config, { asked: `create the role ${name} in ${namespace}`, method: 'Post', path: `${below}/roles` })
  }
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts`
  await askCluster(call, config, { asked: `create the service account ${namespace}/${name}`, method: 'Post', path })
  const bound = role.kubernetesRoleName || name
  await askCluster(call, config, { asked: `bind ${namespace}/${name} to ${bound}`, method: 'Post', path: `${below}/rolebindings` })
}

async function makeToken (
  call: CredsCall, config: ClusterConfig, role: KubernetesRole, { namespace, name }: Account
): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`
  const prefix = `failed to create a service account token for ${namespace}/${name}`
  const asked = { asked: `create a token for ${namespace}/${name}`, method: 'Post', path } as const
  const met = await askCluster(call, config, asked).catch((error: unknown) => {
    throw error instanceof GoError ? new GoError(`${prefix}: ${error.message}`) : error
  })
  if (role.serviceAccountName === '' || met.reach === 'anything') return
  if (Object.hasOwn(met.entry.serviceAccounts, `${namespace}/${name}`)) return
  throw new GoError(`${prefix}: serviceaccounts "${name}" not found`)
}

async function askCluster (
  { cluster }: Pick<LeaseCall, 'cluster'>, { host }: ClusterConfig,
  call: Pick<ApiCall<'kubernetes'>, 'asked' | 'method' | 'path'>
): Promise<Reached<'kubernetes'>> {
  return await askApi(cluster.outside, { ...call, system: 'kubernetes', address: host })
}

/** In the form of an API server's; nobody has the key that its signature would be checked with. */
function tokenFor (call: CredsCall, role: KubernetesRole, { namespace, name }: Account, ttlSeconds: number): string {
  const random = call.cluster.random.stream('kubernetes')
  const nowSeconds = Math.floor(call.nowMs / 1000)
  const audiences = call.fields.audiences ?? role.tokenDefaultAudiences ?? []
  const claims = {
    aud: audiences.length === 0 ? ['https://kubernetes.default.svc.cluster.local'] : audiences,
    exp: nowSeconds + ttlSeconds,
    iat: nowSeconds,
    iss: 'https://kubernetes.default.svc.cluster.local',
    'kubernetes.io': { namespace, serviceaccount: { name, uid: random.uuid() } },
    nbf: nowSeconds,
    sub: `system:serviceaccount:${namespace}:${name}`
  }
  const parts = [{ alg: 'RS256', kid: 'outside' }, claims].map((part) => Buffer.from(printJson(part)).toString('base64url'))
  return [...parts, random.bytes(256).toString('base64url')].join('.')
}

/** Tokens of Kubernetes end by themselves; what was made for them is deleted. */
export const kubernetesLeases: LeaseHandlers = {
  revoke: async (call) => {
    const { made } = call.lease.internal
    const config = storedConfig(call).value
    if (!isObject(made) || config === undefined) return
    const path = `/api/v1/namespaces/${String(made.namespace)}/serviceaccounts/${String(made.name)}`
    const asked = `delete the service account ${String(made.namespace)}/${String(made.name)}`
    await askCluster(call, config, { asked, method: 'Delete', path }).catch((error: unknown) => {
      throw error instanceof GoError ? failure(error.message) : error
    })
  }
}
