// Who a service account's token is about, and whether the cluster stands by it.
import type { EntryOf, Outside } from '../../cluster/outside.js'
import { isObject, JsonSyntaxError, parseJson, printJson, type JsonObject, type JsonValue } from '../../json/index.js'
import type { KubernetesConfig } from './stored.js'

export interface ServiceAccount {
  readonly name: string
  readonly namespace: string
  readonly uid: string
  readonly secretName: string
}

const PREFIX = 'kubernetes.io/serviceaccount/'

/** Tokens of old have flat claims, projected ones nested ones, which count first. */
export function serviceAccountIn (claims: JsonObject): ServiceAccount {
  const flat = (name: string): string => textIn(claims, PREFIX + name)
  const nested = claims['kubernetes.io']
  const account = isObject(nested) ? nested.serviceaccount : undefined
  return {
    name: isObject(account) ? textIn(account, 'name') : flat('service-account.name'),
    uid: isObject(account) ? textIn(account, 'uid') : flat('service-account.uid'),
    namespace: isObject(nested) ? textIn(nested, 'namespace') : flat('namespace'),
    secretName: flat('secret.name')
  }
}

function textIn (object: JsonObject, name: string): string {
  const value = object[name]
  return typeof value === 'string' ? value : ''
}

interface Review {
  readonly config: KubernetesConfig
  readonly token: string
  readonly account: ServiceAccount
  /** empty: those of the token */
  readonly audiences: readonly string[]
}

/** Whether the cluster says that a token is that of the account which it names. */
export async function isConfirmed (outside: Outside, { config, token, account, audiences }: Review): Promise<boolean> {
  const { kubernetes_host: address, kubernetes_ca_cert: caPem, token_reviewer_jwt: reviewer } = config
  const met = await outside.ask({
    system: 'kubernetes',
    address,
    asked: `review the token of ${account.namespace}/${account.name}`,
    fetch: {
      url: `${address.replace(/\/+$/, '')}/apis/authentication.k8s.io/v1/tokenreviews`,
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json',
        Authorization: `Bearer ${reviewer === '' ? token : reviewer}`
      },
      body: printJson({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token, audiences } }),
      caPem
    }
  })
  if (met.reach === 'anything') return true
  if (met.reach === 'known') return isKnown(met.entry, token, account)
  return met.reach === 'loopback' && met.fetched.status < 300 && isReviewed(met.fetched.text, account)
}

function isKnown ({ serviceAccounts }: EntryOf<'kubernetes'>, token: string, account: ServiceAccount): boolean {
  const key = `${account.namespace}/${account.name}`
  const known = Object.hasOwn(serviceAccounts, key) ? serviceAccounts[key] : undefined
  if (known === undefined) return false
  const { uid = account.uid, tokens = [token] } = known
  return uid === account.uid && tokens.includes(token)
}

/** A TokenReview of an API server that really runs. */
function isReviewed (text: string, { namespace, name, uid }: ServiceAccount): boolean {
  const status = statusIn(text)
  if (!isObject(status) || status.authenticated !== true || !isObject(status.user)) return false
  return status.user.username === `system:serviceaccount:${namespace}:${name}` && status.user.uid === uid
}

function statusIn (text: string): JsonValue | undefined {
  try {
    const review = parseJson(text)
    return isObject(review) ? review.status : undefined
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined
    throw error
  }
}

/** Labels of a namespace, of which only the cluster knows; undefined where it does not, null where any will do. */
export async function labelsOf (
  outside: Outside, { kubernetes_host: address }: KubernetesConfig, namespace: string
): Promise<Readonly<Record<string, string>> | null | undefined> {
  const met = await outside.ask({ system: 'kubernetes', address, asked: `read the labels of ${namespace}` })
  if (met.reach === 'anything') return null
  return met.reach === 'known' ? met.entry.namespaces?.[namespace] : undefined
}
