// Random secrets in random places where a secret may stand: nothing that the server shows of requests has one.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import pino from 'pino'
import t from 'tap'
import { createServer, type Server } from '../../src/index.js'
import type { JsonValue } from '../hostile/values.js'

const AUDIT_FILE = 'audit.log'
/** Where all requests and answers are shown again, once they are over. */
const VIEWS = [
  '/_mock/journal', '/_mock/journal?path=secret/**', '/_mock/journal/har', '/_mock/journal/audit', '/_mock/events',
  '/v1/sys/metrics?format=prometheus', '/v1/sys/metrics', '/v1/sys/in-flight-req'
]
/** Names that mean something to whoever masks. */
const NAMES = [
  'a', 'data', 'metadata', 'options', 'cas', 'version', 'created_time', 'text', 'error', 'errors', 'id', 'key', 'keys',
  'path', 'auth', 'wrap_info', 'request', 'custom_metadata', '__proto__', 'url'
]

interface Sent {
  readonly method: string
  readonly path: string
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

/** How a secret is dressed: chosen at random, the same for all places. */
interface Dress {
  /** names around it, from the outside in */
  readonly names: readonly string[]
  /** some are lists instead */
  readonly lists: readonly boolean[]
  /** which letters of a path are percent-encoded */
  readonly encoded: readonly boolean[]
  readonly prefix: string
}

function nested (secret: string, { names, lists }: Dress): { [key: string]: JsonValue } {
  let value: JsonValue = secret
  for (const [index, name] of names.entries()) {
    const isList = lists[index] === true && index < names.length - 1
    value = isList ? [1, value] : Object.fromEntries([[name, value], ['other', 7]])
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { value }
}

/** The same path to the server: a letter may come as its code, a slash twice. */
function disguised (path: string, { encoded }: Dress): string {
  return [...path].map((letter, index) => {
    return encoded[index % encoded.length] === true && /[a-z]/.test(letter) ? `%${letter.charCodeAt(0).toString(16)}` : letter
  }).join('')
}

const post = (path: string, body: object): Sent => ({ method: 'POST', path, body })
const read = (path: string, headers: Sent['headers'] = {}): Sent => ({ method: 'GET', path, headers })
const token = (secret: string, { prefix }: Dress): string => `${prefix}${secret}`

/** What is sent, secret by secret. */
const IN_BODIES: Readonly<Record<string, (secret: string, dress: Dress) => readonly Sent[]>> = {
  'KV v1': (secret, dress) => [post('kv/a', nested(secret, dress)), read('kv/a')],
  cubbyhole: (secret, dress) => [post('cubbyhole/a', nested(secret, dress)), read('cubbyhole/a')],
  'KV v2': (secret, dress) => [post('secret/data/a', { data: nested(secret, dress) }), read('secret/data/a')],
  'KV v2, wrongly': (secret, dress) => [post('secret/data/a', nested(secret, dress)), post('secret/a', nested(secret, dress))],
  'KV v2, patched': (secret, dress) => [post('secret/data/a', { data: {} }), {
    method: 'PATCH', path: 'secret/data/a', body: { data: nested(secret, dress) }, headers: { 'content-type': 'application/merge-patch+json' }
  }],
  wrapped: (secret, dress) => [{ ...post('sys/wrapping/wrap', nested(secret, dress)), headers: { 'x-vault-wrap-ttl': '60' } }],
  'read and wrapped': (secret, dress) => [post('kv/b', nested(secret, dress)), read('kv/b', { 'x-vault-wrap-ttl': '60' })],
  unseal: (secret, dress) => [post(disguised('sys/unseal', dress), { key: secret })],
  'generate-root': (secret, dress) => [post('sys/generate-root/attempt', { otp: secret }), post(disguised('sys/generate-root/update', dress), { key: secret, nonce: 'x' })],
  rekey: (secret, dress) => [post('sys/rekey/init', { secret_shares: 1, secret_threshold: 1 }), post(disguised('sys/rekey/update', dress), { key: secret, nonce: 'x' })],
  'a token that is looked up': (secret, dress) => ['lookup', 'renew', 'revoke'].map((verb) => post(disguised(`auth/token/${verb}`, dress), { token: token(secret, dress) })),
  'a token that is made': (secret) => [post('auth/token/create', { id: secret, policies: ['default'] })],
  userpass: (secret) => [post('auth/userpass/users/u', { password: secret }), post('auth/userpass/login/u', { password: secret }), post('auth/userpass/login/u', { password: `${secret}x` })],
  approle: (secret) => [post('auth/approle/role/r', {}), post('auth/approle/role/r/custom-secret-id', { secret_id: secret }), post('auth/approle/role/r/secret-id/lookup', { secret_id: secret }), post('auth/approle/login', { role_id: 'r', secret_id: secret })],
  'an address': (secret) => [post('sys/storage/raft/join', { leader_api_addr: `http://u:${secret}@127.0.0.1:1` }), post('sys/replication/performance/secondary/enable', { token: secret, primary_api_addr: `https://u:${secret}@127.0.0.1:1` })],
  'a client key': (secret) => [post('sys/storage/raft/join', { leader_api_addr: 'http://127.0.0.1:1', leader_client_key: secret, leader_client_cert: 'x' })],
  'a store for snapshots': (secret) => [{
    method: 'PUT', path: 'sys/storage/raft/snapshot-auto/config/s', body: { interval: '1h', retain: 1, storage_type: 'aws-s3', path_prefix: 'x', aws_s3_bucket: 'b', aws_s3_region: 'r', aws_secret_access_key: secret, aws_session_token: secret }
  }],
  hashed: (secret) => [post('sys/tools/hash', { input: secret }), post('sys/audit-hash/file', { input: secret })],
  'a replication secondary': (secret) => [post('sys/replication/dr/secondary/promote', { dr_operation_token: secret }), post('sys/replication/performance/secondary/update-primary', { token: secret })],
  'Nomad: a first secret': (secret) => [post('acl/bootstrap', { BootstrapSecret: secret }), post('acl/token', { SecretID: secret, Type: 'management' })],
  'broken JSON': (secret) => [{ method: 'POST', path: 'kv/broken', body: Buffer.from(`{"a":"${secret}"`) }],
  'a list': (secret) => [{ method: 'POST', path: 'kv/list', body: [secret] }]
}
const IN_HEADERS: typeof IN_BODIES = {
  'X-Vault-Token': (secret, dress) => [read('kv/a', { 'x-vault-token': token(secret, dress) })],
  Authorization: (secret) => [read('kv/a', { 'x-vault-token': '', authorization: `Bearer ${secret}` }), read('sys/health', { authorization: `Basic ${secret}` })],
  'Proxy-Authorization': (secret) => [read('sys/health', { 'proxy-authorization': `Basic ${secret}` })],
  Cookie: (secret) => [read('sys/health', { cookie: `session=${secret}` })],
  'X-Nomad-Token': (secret) => [read('agent/self', { 'x-nomad-token': secret }), read('operator/raft/configuration', { 'x-nomad-token': secret })],
  'X-Api-Key': (secret) => [read('sys/health', { 'x-api-key': secret, 'x-amz-secret': secret })],
  Referer: (secret, dress) => [read('sys/health', { referer: `http://u:${secret}@a/?x=${secret}` }), read('sys/health', { referer: `http://a/v1/auth/token/lookup/hvs.${token(secret, dress)}` })],
  'X-Vault-Mock-Control-Token': (secret) => [read('sys/health', { 'x-vault-mock-control-token': secret })]
}
/** Vault's audit devices and errors show paths as they are. */
const IN_PATHS: typeof IN_BODIES = {
  'a token in the path': (secret, dress) => ['lookup', 'renew', 'revoke', 'revoke-orphan'].map((verb) => post(disguised(`auth/token/${verb}/`, dress) + secret, {})),
  'a token anywhere': (secret) => [read(`nowhere/hvs.${secret}`), read(`kv/hvb.${secret}/x`), read(`kv/a?token=hvs.${secret}`)],
  'a value in the query': (secret, { names: [name = 'a'] }) => [read(`kv/a?${encodeURIComponent(name)}=${secret}`), read(`kv/a?a=1&x=${secret}&list=true`)]
}
const PLACES = { ...IN_BODIES, ...IN_HEADERS, ...IN_PATHS }

/** A server whose log is kept and that audits into a file. */
async function watched (folder: string): Promise<Server & { readonly logged: () => string }> {
  let log = ''
  const logger = pino({ level: 'trace' }, { write: (line) => { log += line } })
  const server = createServer({ logger, seed: 1, files: folder, profile: 'documented' })
  const made: ReadonlyArray<readonly [string, object]> = [
    ['sys/audit/file', { type: 'file', options: { file_path: `/${AUDIT_FILE}` } }],
    ['sys/mounts/kv', { type: 'kv' }], ['sys/auth/userpass', { type: 'userpass' }], ['sys/auth/approle', { type: 'approle' }]
  ]
  for (const [path, payload] of made) {
    await server.inject({ method: 'POST', url: `/v1/${path}`, headers: { 'x-vault-token': 'root' }, payload })
  }
  return { ...server, logged: () => log }
}

/** Secrets that the server gives out: the same holds for them. */
function givenOut (text: string): string[] {
  const fields = /"(?:client_token|token|secret_id|SecretID|encoded_root_token|otp)":"([^"]{12,})"/g
  return [...text.matchAll(fields)].map(([, secret]) => secret ?? '')
}

/**
 * An answer may hold what was sent; what says that something is wrong with it may not, but for the text that the real
 * server has for a field of another type: it quotes what it was given (recorded).
 */
function errorsOf (text: string): string {
  try {
    const errors: string[] = JSON.parse(text).errors ?? []
    return JSON.stringify(errors.filter((error) => !error.includes('error converting input')))
  } catch {
    return text.startsWith('{') ? '' : text
  }
}

const letter = fc.constantFrom(...'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789')
// a short one could be found anywhere
const secret = fc.noShrink(fc.string({ unit: letter, minLength: 24, maxLength: 30 }))
const dress = fc.record({
  names: fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 5 }),
  lists: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
  encoded: fc.array(fc.boolean(), { minLength: 3, maxLength: 9 }),
  prefix: fc.constantFrom('', 'hvs.', 's.', 'hvb.', 'hvr.')
})
const step = fc.record({ place: fc.constantFrom(...Object.keys(PLACES)), secret, dress })

t.test('no secret is found in log, journal, HAR, audit, metrics, events and errors', async (t) => {
  const folder = t.testdir()
  let runs = 0
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
    const own = join(folder, String(++runs))
    const server = await watched(own)
    const secrets: Array<{ readonly place: string, readonly word: string }> = []
    let errors = ''
    for (const { place, secret, dress } of steps) {
      secrets.push({ place, word: secret })
      for (const { method, path, body, headers = {} } of PLACES[place]?.(secret, dress) ?? []) {
        const url = `/v1/${path}`
        const sent = { 'x-vault-token': 'root', ...headers }
        const { payload } = await server.inject({ method, url, payload: body, headers: sent })
        if (!(place in IN_PATHS)) errors += errorsOf(payload)
        secrets.push(...givenOut(payload).map((word) => ({ place: `answer to ${place}`, word })))
      }
    }
    let shown = server.logged() + errors
    for (const url of VIEWS) shown += (await server.inject({ url, headers: { 'x-vault-token': 'root' } })).payload
    const audit = existsSync(join(own, AUDIT_FILE)) ? readFileSync(join(own, AUDIT_FILE), 'utf8') : ''
    await server.close()
    if (!audit.includes('"type":"response"')) throw new Error('nothing was audited')
    for (const { place, word } of secrets) {
      const at = shown.indexOf(word)
      if (at >= 0) throw new Error(`${place}: …${shown.slice(Math.max(0, at - 150), at + 60)}`)
      const auditedAt = place in IN_PATHS ? -1 : audit.indexOf(word)
      if (auditedAt >= 0) throw new Error(`${place}, audit: …${audit.slice(Math.max(0, auditedAt - 150), auditedAt)}`)
    }
  }), { numRuns: 20 })
  t.ok(runs >= 20)
})
