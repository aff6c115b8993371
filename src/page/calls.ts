// Every button is a call of the controls, which people can take along: as curl, for the command, as code.

/** A request to the controls of a world. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** below `/_mock` */
  readonly path: string
  readonly body?: Readonly<Record<string, unknown>>
  /** the same with the `ControlClient` of vault-mock/testing, without `await control.` */
  readonly code: string
}

export interface Written {
  readonly curl: string
  readonly ctl: string
  readonly code: string
}

/** Where it goes: the origin of the page, the world, and whether a control token is needed. */
export interface Place {
  readonly origin: string
  readonly world: string
  readonly needsToken: boolean
}

export function written (call: Call, place: Place): Written {
  return { curl: curl(call, place), ctl: ctl(call, place), code: code(call, place) }
}

function curl ({ method, path, body }: Call, { origin, world, needsToken }: Place): string {
  const parts = ['curl']
  if (method !== 'GET') parts.push(`-X ${method}`)
  if (needsToken) parts.push('-H "X-Vault-Mock-Control-Token: $VAULT_MOCK_CONTROL_TOKEN"')
  if (body !== undefined) parts.push(`-d ${quoted(JSON.stringify(body))}`)
  return [...parts, quoted(`${origin}${prefixOf(world)}/_mock${path}`)].join(' ')
}

/** Its words are those of the path. */
function ctl ({ method, path, body }: Call, { origin, world }: Place): string {
  const [way = '', query = ''] = path.split('?')
  const words = way.split('/').filter((word) => word !== '').map((word) => quoted(decodeURIComponent(word)))
  const fields = [...query.split('&').filter((pair) => pair !== '').map(decodeURIComponent), ...fieldsOf(body ?? {})]
  const verb = method === 'DELETE' ? ['delete'] : []
  const where = world === 'default' ? [] : ['--world', world]
  return ['vault-mock ctl', '--address', origin, ...where, ...verb, ...words, ...fields.map(quoted)].join(' ')
}

/** `{ match: { path: 'a' } }` is `match.path=a`. */
function fieldsOf (body: object, above = ''): string[] {
  return Object.entries(body).flatMap(([name, value]) => {
    if (value === undefined) return []
    if (isPlain(value)) return fieldsOf(value, `${above}${name}.`)
    return [`${above}${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`]
  })
}

function isPlain (value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function code ({ code: text }: Call, { origin, world, needsToken }: Place): string {
  const options = needsToken ? ', { controlToken: process.env.VAULT_MOCK_CONTROL_TOKEN }' : ''
  return [
    "import { ControlClient } from 'vault-mock/testing'",
    `const control = new ControlClient('${origin}${prefixOf(world)}'${options})`,
    `await control.${text}`
  ].join('\n')
}

function prefixOf (world: string): string {
  return world === 'default' ? '' : `/_mock/worlds/${world}`
}

function quoted (text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** As code has it: `'a'`. */
export function literal (value: unknown): string {
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (!isPlain(value)) return String(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  const name = (text: string): string => /^\w+$/.test(text) ? text : literal(text)
  return `{ ${members.map(([key, member]) => `${name(key)}: ${literal(member)}`).join(', ')} }`
}

export type NodeWord = 'kill' | 'start' | 'restart' | 'wipe' | 'pause' | 'resume' | 'seal' | 'unseal' | 'elect' | 'step-down'

/** @param name `raft_0` or, where two clusters have one, `east/raft_0` */
export function nodeCall (name: string, word: NodeWord, options?: { readonly unseal: boolean }): Call {
  const method = word === 'step-down' ? 'stepDown' : word
  const args = options === undefined ? literal(name) : `${literal(name)}, ${literal(options)}`
  return {
    method: 'POST',
    path: `/nodes/${encodeURIComponent(name.replace('/', ':'))}/${word}`,
    body: options && { ...options },
    code: `nodes.${method}(${args})`
  }
}

export function nomadCall (name: string, word: 'kill' | 'start' | 'elect'): Call {
  return { method: 'POST', path: `/nomad/servers/${encodeURIComponent(name)}/${word}`, code: `nomad.${word}(${literal(name)})` }
}

export function cutCall (from: string, to: string, oneWay = false): Call {
  const body = oneWay ? { from, to, oneWay } : { from, to }
  const rest = oneWay ? ', { oneWay: true }' : ''
  return { method: 'POST', path: '/links/cut', body, code: `links.cut(${literal(from)}, ${literal(to)}${rest})` }
}

export function healCall (from?: string, to?: string): Call {
  const ends = [from, to].filter((end) => end !== undefined)
  return { method: 'POST', path: '/links/heal', body: { from, to }, code: `links.heal(${ends.map(literal).join(', ')})` }
}

/** @param delayMs 0: none */
export function delayCall (from: string, to: string, delayMs: number): Call {
  const code = `links.delay(${literal(from)}, ${literal(to)}, ${delayMs})`
  return { method: 'POST', path: '/links/delay', body: { from, to, delayMs }, code }
}

/** @param entriesPerSecond undefined: no limit */
export function limitCall (from: string, to: string, entriesPerSecond?: number): Call {
  const limit = entriesPerSecond === undefined ? {} : { entriesPerSecond }
  const code = `links.limit(${literal(from)}, ${literal(to)}, ${literal(limit)})`
  return { method: 'POST', path: '/links/limit', body: { from, to, ...limit }, code }
}

export function replicationCall (kind: string, word: 'promote' | 'demote', cluster: string): Call {
  const code = `replication.${word}(${literal(cluster)}, ${literal(kind)})`
  return { method: 'POST', path: `/replication/${kind}/${word}`, body: { cluster }, code }
}

export function advanceCall (ms: number): Call {
  return { method: 'POST', path: '/time/advance', body: { ms }, code: `time.advance(${ms})` }
}

export function skipCall (condition: string, more: Readonly<Record<string, unknown>> = {}): Call {
  const body = { condition, ...more }
  return { method: 'POST', path: '/time/skip-until', body, code: `time.skipUntil(${literal(body)})` }
}

export function modeCall (mode: string, scale?: number): Call {
  const rest = scale === undefined ? '' : `, { scale: ${scale} }`
  return { method: 'PUT', path: '/time', body: { mode, scale }, code: `time.setMode(${literal(mode)}${rest})` }
}

export function faultCall (spec: Readonly<Record<string, unknown>>): Call {
  return { method: 'POST', path: '/faults', body: spec, code: `faults.add(${literal(spec)})` }
}

export function removeFaultCall (id?: number): Call {
  if (id === undefined) return { method: 'DELETE', path: '/faults', code: 'faults.removeAll()' }
  return { method: 'DELETE', path: `/faults/${id}`, code: `faults.remove(${id})` }
}

export function saveCall (name: string): Call {
  return { method: 'PUT', path: `/checkpoints/${encodeURIComponent(name)}`, code: `checkpoints.save(${literal(name)})` }
}

export function restoreCall (name: string): Call {
  return { method: 'POST', path: `/checkpoints/${encodeURIComponent(name)}/restore`, code: `checkpoints.restore(${literal(name)})` }
}

export function dropCall (name: string): Call {
  return { method: 'DELETE', path: `/checkpoints/${encodeURIComponent(name)}`, code: `checkpoints.drop(${literal(name)})` }
}

export function forkCall (name: string, world: string): Call {
  const code = `checkpoints.fork(${literal(name)}, ${literal(world)})`
  return { method: 'POST', path: `/checkpoints/${encodeURIComponent(name)}/fork`, body: { world }, code }
}

export function fixtureCall (name: string): Call {
  return { method: 'PUT', path: '/fixture', body: { name }, code: `loadFixture(${literal(name)})` }
}

export const RESET: Call = { method: 'POST', path: '/reset', code: 'reset()' }
