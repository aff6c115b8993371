// Steps that a world may take, drawn by chance, and what each is answered: two worlds that are the same answer the
// same.
import fc from 'fast-check'
import inject from 'light-my-request'
import type { Controls } from '../../src/control/controls.js'
import { ControlProblem } from '../../src/control/problem.js'
import { injectable } from '../../src/http/verbs.js'
import { handlerFor, sharedApp } from '../../src/open/listen.js'
import { RaftError } from '../../src/raft/raft.js'

/** What a client remembers of the answers it had. */
export interface Memory {
  tokens: readonly string[]
  wrapped: readonly string[]
  activations: readonly string[]
}

export const NOTHING_KNOWN: Memory = { tokens: [], wrapped: [], activations: [] }

/** A world under test, and its client. */
export interface Actor {
  readonly controls: Controls
  memory: Memory
}

export interface Step {
  readonly name: string
  readonly act: (actor: Actor) => Promise<string>
}

interface Call {
  /** by position; beyond the last it begins anew */
  readonly node?: number
  readonly method?: string
  readonly path: string
  readonly body?: object | Buffer
  readonly token?: string
  readonly wrapTtl?: string
}

interface Answer {
  /** all that the client got, as text */
  readonly text: string
  readonly body: Record<string, any>
  readonly bytes: Buffer
}

/** Sends a request to a node. One that does not run answers nothing: a paused one would do so for ever. */
export async function call ({ controls }: Actor, { node: index = 0, method = 'GET', path, body, token = 'root', wrapTtl }: Call): Promise<Answer> {
  const { world } = controls
  const node = world.nodes[index % world.nodes.length]
  if (node?.process !== 'running') return { text: 'no answer', body: {}, bytes: Buffer.alloc(0) }
  const headers = { 'x-vault-token': token, ...wrapTtl !== undefined && { 'x-vault-wrap-ttl': wrapTtl } }
  const payload = body instanceof Buffer ? body : body && JSON.stringify(body)
  const handle = handlerFor(await sharedApp(), { world, node, controls })
  const request = { method, url: `/v1/${path}`, headers, ...payload !== undefined && { payload } }
  const { statusCode, headers: answered, rawPayload } = await inject(handle, injectable(request))
  const isText = String(answered['content-type']).includes('json')
  const text = isText ? withoutSignatures(rawPayload.toString()) : rawPayload.toString('base64')
  return { text: `${statusCode} ${JSON.stringify(answered)} ${text}`, body: read(rawPayload), bytes: rawPayload }
}

/** OpenSSL draws a number of its own for every signature of an elliptic curve. */
function withoutSignatures (text: string): string {
  return text.replaceAll(/(eyJ[\w-]+\.[\w-]+)\.[\w-]+/g, '$1')
}

function read (bytes: Buffer): Record<string, any> {
  try {
    return JSON.parse(bytes.toString()) ?? {}
  } catch { return {} }
}

/** What is being done beside the answer, such as keeping an automated snapshot, is over then. */
async function done (): Promise<void> {
  await new Promise((resolve) => { setImmediate(resolve) })
}

/** Takes a step; what the controls or raft refuse is an answer, too. */
export async function take (actor: Actor, { name, act }: Step): Promise<string> {
  try {
    return `${name}: ${await act(actor)}`
  } catch (error) {
    if (!(error instanceof ControlProblem || error instanceof RaftError)) throw error
    return `${name}: ${error.message}`
  } finally {
    await done()
  }
}

const index = fc.nat(7)

type Lesson = (answer: Answer, memory: Memory) => Partial<Memory>

function request (
  name: string,
  toCall: (actor: Actor) => Call,
  learn: Lesson = () => ({})
): fc.Arbitrary<Step> {
  return index.map((node) => ({
    name: `${name} at ${node}`,
    async act (actor) {
      const answer = await call(actor, { node, ...toCall(actor) })
      actor.memory = { ...actor.memory, ...learn(answer, actor.memory) }
      return answer.text
    }
  }))
}

function onNode (name: string, act: (controls: Controls, node: string) => void): fc.Arbitrary<Step> {
  return index.map((i) => ({
    name: `${name} ${i}`,
    async act ({ controls }) {
      const { nodes } = controls.world
      act(controls, nodes[i % nodes.length]?.networkName ?? '')
      return JSON.stringify(controls.nodes.list())
    }
  }))
}

function onWorld (name: string, act: (controls: Controls) => void): fc.Arbitrary<Step> {
  return fc.constant({
    name,
    async act ({ controls }) {
      act(controls)
      return JSON.stringify(controls.time.status())
    }
  })
}

function withKept (list: readonly string[], found: unknown): readonly string[] {
  return typeof found === 'string' ? [...list, found] : list
}

const last = (list: readonly string[]): string => list.at(-1) ?? 'unknown'
const keyOf = ({ controls: { world } }: Actor): string => world.handedOut.unsealKeys[0] ?? ''

async function shareOf (actor: Actor, ceremony: string, node: number): Promise<string> {
  const { body } = await call(actor, { node, path: `sys/${ceremony}` })
  const share = { key: keyOf(actor), nonce: body.nonce ?? '' }
  const path = `sys/${ceremony.replace('init', 'update').replace('attempt', 'update')}`
  const { text } = await call(actor, { node, method: 'PUT', path, body: share })
  return text
}

const ceremony = (name: string): fc.Arbitrary<Step> => {
  return index.map((node) => ({
    name: `share for ${name} at ${node}`,
    act: async (actor) => await shareOf(actor, name, node)
  }))
}

const kv = fc.tuple(fc.nat(5), fc.nat(99)).chain(([key, value]) => fc.oneof(
  request(`write ${key}`, () => ({ method: 'POST', path: `secret/data/${key}`, body: { data: { value, b: { d: 1.5, c: [] }, a: 'x' } } })),
  request(`read ${key}`, () => ({ path: `secret/data/${key}` })),
  request(`delete ${key}`, () => ({ method: 'DELETE', path: `secret/data/${key}` })),
  request('list', () => ({ method: 'LIST', path: 'secret/metadata' }))
))

const tokens = fc.oneof(
  request('create a token', () => ({ method: 'POST', path: 'auth/token/create', body: { ttl: '90s', policies: ['default'], num_uses: 9 } }),
    ({ body }, { tokens }) => ({ tokens: withKept(tokens, body.auth?.client_token) })),
  request('look up', ({ memory }) => ({ path: 'auth/token/lookup-self', token: last(memory.tokens) })),
  request('renew', ({ memory }) => ({ method: 'POST', path: 'auth/token/renew-self', token: last(memory.tokens) })),
  request('accessors', () => ({ method: 'LIST', path: 'auth/token/accessors' })),
  request('wrap', () => ({ path: 'sys/mounts', wrapTtl: '60s' }),
    ({ body }, { wrapped }) => ({ wrapped: withKept(wrapped, body.wrap_info?.token) })),
  request('unwrap', ({ memory }) => ({ method: 'PUT', path: 'sys/wrapping/unwrap', token: last(memory.wrapped) })),
  request('rate limited', ({ memory }) => ({ path: 'auth/token/lookup-self', token: last(memory.tokens) }))
)

const namespaces = fc.oneof(
  request('create a namespace', () => ({ method: 'POST', path: 'ns1/sys/namespaces/ns2' })),
  request('delete a namespace', () => ({ method: 'DELETE', path: 'ns1/sys/namespaces/ns2' })),
  request('mount in a namespace', () => ({ method: 'POST', path: 'ns1/ns2/sys/mounts/kv', body: { type: 'kv' } })),
  request('write in a namespace', () => ({ method: 'POST', path: 'ns1/ns2/kv/a', body: { a: 1 } })),
  request('read in a namespace', () => ({ path: 'ns1/kv/a' })),
  request('create a token in a namespace', () => ({ method: 'POST', path: 'ns1/auth/token/create', body: { ttl: '80s' } }),
    ({ body }, { tokens }) => ({ tokens: withKept(tokens, body.auth?.client_token) })),
  request('list namespaces', () => ({ method: 'LIST', path: 'sys/namespaces' }))
)

const cluster = fc.oneof(
  request('health', () => ({ path: 'sys/health' })),
  request('leader', () => ({ path: 'sys/leader' })),
  request('seal status', () => ({ path: 'sys/seal-status' })),
  request('raft configuration', () => ({ path: 'sys/storage/raft/configuration' })),
  request('autopilot', () => ({ path: 'sys/storage/raft/autopilot/state' })),
  request('step down', () => ({ method: 'PUT', path: 'sys/step-down' })),
  request('unseal', (actor) => ({ method: 'PUT', path: 'sys/unseal', body: { key: keyOf(actor) } })),
  request('initialise', () => ({ method: 'PUT', path: 'sys/init', body: { secret_shares: 1, secret_threshold: 1 } })),
  request('join', ({ controls: { world } }) => ({
    method: 'POST',
    path: 'sys/storage/raft/join',
    body: { leader_api_addr: world.nodes[0]?.apiAddr ?? '' }
  })),
  request('remove a peer', () => ({ method: 'POST', path: 'sys/storage/raft/remove-peer', body: { server_id: 'raft_2' } })),
  request('snapshot', () => ({ path: 'sys/storage/raft/snapshot' })),
  request('audit hash', () => ({ path: 'sys/key-status' }))
)

const processes = fc.oneof(
  onNode('kill', ({ nodes }, name) => { nodes.kill(name) }),
  onNode('start', ({ nodes }, name) => { nodes.start(name) }),
  onNode('start and unseal', ({ nodes }, name) => { nodes.start(name, { unseal: true }) }),
  onNode('restart', ({ nodes }, name) => { nodes.restart(name, { unseal: true }) }),
  onNode('pause', ({ nodes }, name) => { nodes.pause(name) }),
  onNode('resume', ({ nodes }, name) => { nodes.resume(name) }),
  onNode('seal', ({ nodes }, name) => { nodes.seal(name) }),
  onNode('unseal', ({ nodes }, name) => { nodes.unseal(name) }),
  onNode('elect', ({ nodes }, name) => { nodes.elect(name) }),
  onNode('wipe', ({ nodes }, name) => { nodes.wipe(name) })
)

const links = fc.oneof(
  onNode('cut off', ({ links, world }, name) => { links.cut(name, world.nodes[0]?.cluster.label ?? '') }),
  onNode('cut one way', ({ links, world }, name) => { links.cut(name, world.nodes[0]?.networkName ?? '', { oneWay: true }) }),
  onNode('heal around', ({ links }, name) => { links.heal(name) }),
  onWorld('heal', ({ links }) => { links.heal() })
)

const time = fc.oneof(
  fc.integer({ min: 1, max: 4000 }).chain((ms) => onWorld(`${ms} ms later`, ({ time }) => { time.advance(ms) })),
  fc.integer({ min: 5000, max: 90_000 }).chain((ms) => onWorld(`${ms} ms later`, ({ time }) => { time.advance(ms) }))
)

const kind = fc.constantFrom('dr', 'performance')
const replication = kind.chain((kind) => fc.oneof(
  request(`${kind} status`, () => ({ path: `sys/replication/${kind}/status` })),
  request(`${kind} primary`, () => ({ method: 'POST', path: `sys/replication/${kind}/primary/enable` })),
  request(`${kind} secondary token`, () => ({ method: 'POST', path: `sys/replication/${kind}/primary/secondary-token`, body: { id: 'third' } }),
    ({ body }, { activations }) => ({ activations: withKept(activations, body.wrap_info?.token) })),
  request(`${kind} enable secondary`, ({ memory }) => ({ method: 'POST', path: `sys/replication/${kind}/secondary/enable`, body: { token: last(memory.activations) } })),
  request(`${kind} revoke`, () => ({ method: 'POST', path: `sys/replication/${kind}/primary/revoke-secondary`, body: { id: 'third' } })),
  request(`${kind} demote`, () => ({ method: 'POST', path: `sys/replication/${kind}/primary/demote` })),
  request(`${kind} promote`, () => ({ method: 'POST', path: `sys/replication/${kind}/secondary/promote` })),
  request('reindex', () => ({ method: 'POST', path: 'sys/replication/reindex' }))
))

const ceremonies = fc.oneof(
  request('rekey', () => ({ method: 'PUT', path: 'sys/rekey/init', body: { secret_shares: 1, secret_threshold: 1, require_verification: true } })),
  request('rekey status', () => ({ path: 'sys/rekey/init' })),
  ceremony('rekey/init'),
  request('generate root', () => ({ method: 'PUT', path: 'sys/generate-root/attempt' })),
  ceremony('generate-root/attempt')
)

const nomad = fc.oneof(
  request('nomad configuration', () => ({ path: 'operator/raft/configuration' })),
  request('nomad health', () => ({ path: 'operator/autopilot/health' })),
  request('nomad transfer', () => ({ method: 'PUT', path: 'operator/raft/transfer-leadership?address=127.0.0.1:4657' })),
  request('nomad removal', () => ({ method: 'DELETE', path: 'operator/raft/peer?address=127.0.0.1:4667' })),
  request('nomad bootstrap', () => ({ method: 'POST', path: 'acl/bootstrap' })),
  onWorld('nomad kill', ({ nomad }) => { nomad.kill('server-0') }),
  onWorld('nomad start', ({ nomad }) => { nomad.start('server-0') })
)

const snapshots = fc.oneof(
  request('loaded snapshots', () => ({ method: 'LIST', path: 'sys/storage/raft/snapshot-load' })),
  request('automated snapshots', () => ({ path: 'sys/storage/raft/snapshot-auto/status/cloud' })),
  index.map((node): Step => ({
    name: `read from the loaded snapshot at ${node}`,
    async act (actor) {
      const { body } = await call(actor, { node, method: 'LIST', path: 'sys/storage/raft/snapshot-load' })
      return (await call(actor, { node, path: `secret/data/1?read_snapshot_id=${body.data?.keys?.[0]}` })).text
    }
  })),
  index.map((node): Step => ({
    name: `load what was kept at ${node}`,
    async act (actor) {
      const { body } = await call(actor, { node, path: 'sys/storage/raft/snapshot-auto/status/cloud' })
      const loading = { node, method: 'POST', path: 'sys/storage/raft/snapshot-auto/snapshot-load/cloud', body: { url: body.data?.last_snapshot_url } }
      return (await call(actor, loading)).text
    }
  }))
)

/** All kinds of steps; what wears a cluster down comes less often. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: kv },
  { weight: 6, arbitrary: tokens },
  { weight: 3, arbitrary: namespaces },
  { weight: 5, arbitrary: cluster },
  { weight: 2, arbitrary: processes },
  { weight: 2, arbitrary: links },
  { weight: 4, arbitrary: time },
  { weight: 4, arbitrary: replication },
  { weight: 3, arbitrary: ceremonies },
  { weight: 3, arbitrary: nomad },
  { weight: 3, arbitrary: snapshots }
)

/** Puts all kinds of things under way, as far as the world lets it. */
export async function busy (actor: Actor): Promise<void> {
  const put = async (path: string, body: object | Buffer, method = 'POST'): Promise<Answer> => await call(actor, { method, path, body })
  await put('secret/data/1', { data: { value: 'loaded' } })
  const { bytes } = await call(actor, { path: 'sys/storage/raft/snapshot' })
  if (bytes.length > 0) await put('sys/storage/raft/snapshot-load', bytes)
  await put('sys/storage/raft/snapshot-auto/config/cloud', {
    interval: '60s', retain: 2, storage_type: 'aws-s3', path_prefix: 'p', aws_s3_bucket: 'b', aws_s3_region: 'r'
  })
  await put('sys/quotas/rate-limit/slow', { path: 'auth/token/lookup-self', rate: 2, interval: '30s', block_interval: '40s' })
  await put('sys/rekey/init', { secret_shares: 3, secret_threshold: 2 }, 'PUT')
  await put('sys/generate-root/attempt', {}, 'PUT')
  await put('sys/namespaces/ns1', {})
  await put('ns1/sys/mounts/kv', { type: 'kv' })
  await put('ns1/kv/a', { a: 1 })
  await put('ns1/auth/token/create', { ttl: '70s' })
  await put('auth/token/create', { ttl: '70s', policies: ['default'] })
  actor.controls.time.advance(61_000)
  await done()
}
