// sys/quotas/rate-limit: how often clients may ask.
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { apiPath, resolveMount } from '../../vault/mounts/mounts.js'
import { innermost } from '../../vault/namespaces/entering.js'
import { canonicalPath, namespaceAt, ROOT } from '../../vault/namespaces/namespaces.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { deleteRateLimit, putRateLimit, rateLimitNamed, rateLimits, type RateLimit } from '../../vault/quotas.js'

const quotaFields = Type.Object({
  name: field.string({ description: 'Name of the quota rule.', default: '' }),
  type: field.string({ description: 'Type of the quota rule.' }),
  path: field.string({
    description: 'Path of the mount or namespace to apply the quota. A blank path configures a global quota.'
  }),
  role: field.string({
    description: 'Login role to apply this quota to. ' +
      'Note that when set, path must be configured to a valid auth method with a concept of roles.'
  }),
  rate: field.float({
    description: 'The maximum number of requests in a given interval to be allowed by the quota rule. ' +
      "The 'rate' must be positive."
  }),
  interval: field.durationSeconds({ description: "The duration to enforce rate limiting for (default '1s')." }),
  block_interval: field.durationSeconds({
    description: 'If set, when a client reaches a rate limit threshold, the client will be prohibited ' +
      "from any further requests until after the 'block_interval' has elapsed."
  }),
  inheritable: field.bool({ description: 'Whether all child namespaces can inherit this namespace quota.' })
})
type QuotaCall = Call<Static<typeof quotaFields>>

export const rateLimitPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/rate-limit-quotas', [
  definePath({
    path: 'quotas/rate-limit',
    summary: 'Lists the names of all the rate limit quotas.',
    fields: Type.Object({}),
    operations: { list }
  }),
  definePath({
    path: 'quotas/rate-limit/:name',
    summary: 'Get, create or update rate limit resource quota for an optional namespace or mount.',
    fields: quotaFields,
    operations: { read, update: write, delete: remove }
  })
])

function list ({ storage }: Call<unknown>): LogicalResponse {
  return { data: goMap({ keys: rateLimits(storage).map(({ name }) => name).sort() }) }
}

function read ({ storage, cluster, fields: { name } }: QuotaCall): LogicalResponse | undefined {
  const quota = rateLimitNamed(storage, name)
  if (quota === undefined) return undefined
  return {
    data: goMap({
      block_interval: quota.blockIntervalSeconds,
      inheritable: quota.inheritable ?? (cluster.profile.inheritableQuotas ? false : undefined),
      interval: quota.intervalSeconds,
      name,
      path: quota.path,
      rate: quota.rate,
      role: quota.role,
      type: 'rate-limit'
    })
  }
}

/** @see observed on 1.14 (`core.md` §13) */
function write (call: QuotaCall): undefined {
  const { storage, fields } = call
  const old = rateLimitNamed(storage, fields.name)
  const rate = fields.rate ?? old?.rate ?? 0
  if (rate <= 0) throw invalid("'rate' is invalid")
  const intervalSeconds = fields.interval ?? old?.intervalSeconds ?? 1
  if (intervalSeconds <= 0) throw invalid("'interval' is invalid")
  const path = fields.path === undefined ? old?.path ?? '' : checkPath(call, fields.path)
  putRateLimit(storage, {
    name: fields.name,
    path,
    ...inheritability(call, path, old?.inheritable),
    role: fields.role ?? old?.role ?? '',
    rate,
    intervalSeconds,
    blockIntervalSeconds: fields.block_interval ?? old?.blockIntervalSeconds ?? 0
  })
}

function remove ({ storage, fields }: QuotaCall): undefined {
  deleteRateLimit(storage, fields.name)
}

/** A mount's own path gets its slash, and so does a namespace's. */
function checkPath ({ storage }: QuotaCall, path: string): string {
  if (path === '') return ''
  const namespace = innermost(storage, ROOT, `${path.replace(/\/+$/, '')}/`)
  if (canonicalPath(path) === namespace.path) return namespace.path
  const mount = resolveMount(storage.namespace(namespace.id), path.slice(namespace.path.length))?.mount
  if (mount === undefined) throw invalid(`invalid mount path ${JSON.stringify(path)}`)
  const mountPath = namespace.path + apiPath(mount)
  return `${path}/` === mountPath ? mountPath : path
}

/** @throws VaultError `only namespace quotas can be configured as inheritable` */
function inheritability (
  { storage, fields }: QuotaCall, path: string, old: boolean | undefined
): Pick<RateLimit, 'inheritable'> {
  const isNamespace = path !== '' && namespaceAt(storage, path) !== undefined
  if (fields.inheritable === true && path !== '' && !isNamespace) {
    throw invalid('only namespace quotas can be configured as inheritable')
  }
  const inheritable = isNamespace ? fields.inheritable ?? old : undefined
  return inheritable === undefined ? {} : { inheritable }
}
