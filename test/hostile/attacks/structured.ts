// Every path of the server's own OpenAPI document, its fields and bodies changed, as root and as a token with a policy.
import type { RequestStep, Step } from '../cases.js'
import type { Dice } from '../dice.js'
import { bodyFor, hostileText, hostileValue, NAMES, objectFor, valueFor, type JsonValue, type Schema } from '../values.js'
import { hostileHeaders } from './headers.js'

/** What the generators read of an OpenAPI document. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> }
}

/** One operation of the document, flattened. */
export interface Operation {
  readonly method: string
  /** with `{names}` */
  readonly path: string
  readonly body: Schema | undefined
  readonly query: readonly string[]
}

const METHODS = ['get', 'post', 'put', 'delete', 'patch', 'head', 'options', 'list']
/** What a node answers by itself stands in no document. */
const LOCAL = [
  'GET sys/health', 'GET sys/leader', 'GET sys/seal-status', 'GET sys/init', 'PUT sys/init', 'PUT sys/unseal', 'POST sys/storage/raft/join',
  'PUT sys/generate-root/attempt', 'GET sys/generate-root/attempt', 'DELETE sys/generate-root/attempt', 'PUT sys/generate-root/update',
  'PUT sys/rekey/init', 'GET sys/rekey/init', 'DELETE sys/rekey/init', 'PUT sys/rekey/update', 'PUT sys/rekey/verify', 'PUT sys/step-down',
  'PUT sys/replication/dr/secondary/generate-operation-token/attempt', 'PUT sys/replication/dr/secondary/generate-operation-token/update',
  'POST auth/approle/login', 'POST auth/userpass/login/{name}', 'POST auth/approle/role/{name}', 'POST auth/approle/role/{name}/secret-id',
  'POST auth/userpass/users/{name}', 'GET auth/approle/role', 'POST kv/{name}', 'GET kv/{name}', 'DELETE kv/{name}'
]
const LOCAL_FIELDS: Readonly<Record<string, Schema>> = Object.fromEntries([
  ['secret_shares', 'integer'], ['secret_threshold', 'integer'], ['pgp_keys', 'array'], ['root_token_pgp_key', 'string'], ['key', 'string'],
  ['reset', 'boolean'], ['migrate', 'boolean'], ['nonce', 'string'], ['otp', 'string'], ['pgp_key', 'string'], ['backup', 'boolean'],
  ['require_verification', 'boolean'], ['leader_api_addr', 'string'], ['leader_ca_cert', 'string'], ['retry', 'boolean'], ['non_voter', 'boolean'],
  ['role_id', 'string'], ['secret_id', 'string'], ['password', 'string'], ['token_ttl', 'string'], ['secret_id_ttl', 'string'],
  ['secret_id_num_uses', 'integer'], ['token_policies', 'array'], ['token_bound_cidrs', 'array'], ['metadata', 'string'], ['a', 'object']
].map(([name, type]) => [name, { type }]))

export function operationsOf ({ paths, components }: OpenApi): Operation[] {
  return Object.entries(paths).flatMap(([path, item]) => METHODS.flatMap((method) => {
    const operation = item[method] as Described | undefined
    if (operation === undefined) return []
    const given = operation.requestBody?.content?.['application/json']?.schema
    const named = given?.$ref?.split('/').at(-1)
    return [{
      method: method.toUpperCase(),
      path,
      body: named === undefined ? given : components?.schemas?.[named],
      query: (operation.parameters ?? []).filter((parameter) => parameter.in === 'query').map(({ name }) => name)
    }]
  }))
}

interface DescribedBody {
  readonly schema?: Schema & { readonly $ref?: string }
}

interface Described {
  readonly parameters?: ReadonlyArray<{ readonly name: string, readonly in: string }>
  readonly requestBody?: { readonly content?: Readonly<Record<string, DescribedBody>> }
}

export const LOCAL_OPERATIONS: Operation[] = LOCAL.map((line) => {
  const [method = '', path = ''] = line.split(' ')
  return { method, path: `/${path}`, body: { type: 'object', properties: LOCAL_FIELDS }, query: [] }
})

/** One to four requests, one after the other. */
export function structured (dice: Dice, operations: readonly Operation[]): Step[] {
  return [requestFor(dice, operations), ...dice.several(3, () => requestFor(dice, operations))]
}

function requestFor (dice: Dice, operations: readonly Operation[]): RequestStep {
  const operation = dice.pick(dice.chance(0.85) ? operations : LOCAL_OPERATIONS)
  const token = dice.pick(['root', 'root', 'root', 'fuzz', 'fuzz', 'nobody', ''])
  return {
    kind: 'request',
    to: dice.chance(0.85) ? 'main' : 'other',
    method: dice.chance(0.85) ? operation.method : dice.pick(['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'LIST', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND']),
    path: `/v1${filledIn(dice, operation)}`,
    headers: [...token === '' ? [] : [['X-Vault-Token', token] as const], ...hostileHeaders(dice)],
    ...operation.body === undefined && dice.chance(0.8) ? {} : { body: bodyFor(dice, bodyValue(dice, operation.body)) }
  }
}

/** The path with its names filled in, and now and then a query. */
export function filledIn (dice: Dice, { path, query }: Operation): string {
  const filled = path.replace(/\{[^}]+\}/g, () => named(dice))
  const asked = [...query, 'list', 'help', 'version', 'depth', 'after', 'limit', 'warnings', 'x'].filter(() => dice.chance(0.08))
  return asked.length === 0 ? filled : `${filled}?${asked.map((name) => `${name}=${encodeURIComponent(dice.pick(NAMES).replace(/[\ud800-\udfff]/g, ''))}`).join('&')}`
}

/** As most clients put a name into a path, or as it is. */
function named (dice: Dice): string {
  const name = dice.chance(0.5) ? dice.pick(['x', 'app', 'default', 'fuzz', 'secret', 'kv']) : hostileText(dice).slice(0, 2_000)
  const printable = name.replace(/[\ud800-\udfff]/g, '\ufffd')
  return dice.chance(0.4) ? encodeURIComponent(printable) : printable.replace(/[^\x21-\x7e]/g, (unit) => encodeURIComponent(unit))
}

function bodyValue (dice: Dice, schema: Schema | undefined): JsonValue {
  if (dice.chance(0.1)) return hostileValue(dice)
  return dice.chance(0.9) ? objectFor(dice, schema ?? {}) : valueFor(dice, schema ?? {})
}
