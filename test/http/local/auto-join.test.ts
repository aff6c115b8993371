// Joining by discovery: which nodes `auto_join` finds, and what the log says of those that it does not.
import { setImmediate } from 'node:timers/promises'
import pino from 'pino'
import t, { type Test } from 'tap'
import { makeCertificates } from '../../../src/http/certificates.js'
import { createServer, openWorld, type OpenOptions, type RunningWorld } from '../../../src/index.js'
import { loadWorld, saveWorld } from '../../../src/testing.js'

interface Joining extends RunningWorld {
  /** status and words of a join of the second node: `200 true`, `500 …` */
  readonly join: (payload: object) => Promise<string>
  /** what the log said about joins, in the order of its lines */
  readonly reasons: string[]
  readonly portOf: (index: number) => string
}

/** An open first node and fresh ones. */
async function openSome (t: Test, options: OpenOptions = {}): Promise<Joining> {
  const reasons: string[] = []
  const write = (line: string): void => {
    const { said, msg } = JSON.parse(line)
    if (msg?.startsWith('join refused')) reasons.push(said ?? msg)
  }
  const logger = pino({ level: 'warn' }, { write })
  const opened = await openWorld({ nomad: false, nodes: 2, logger, ...options, fixture: 'uninitialized' })
  t.teardown(opened.close)
  const put = async (index: number, path: string, body: object): Promise<{ status: number, body: any }> => {
    const url = `${opened.nodes[index]?.url}/v1/sys/${path}`
    const answer = await fetch(url, { method: 'PUT', body: JSON.stringify(body) })
    return { status: answer.status, body: await answer.json() }
  }
  const { body } = await put(0, 'init', { secret_shares: 1, secret_threshold: 1 })
  await put(0, 'unseal', { key: body.keys[0] })
  const join = async (payload: object): Promise<string> => {
    const answer = await put(1, 'storage/raft/join', payload)
    return `${answer.status} ${answer.body.joined ?? answer.body.errors.join()}`
  }
  return { ...opened, join, reasons, portOf: (index) => new URL(opened.nodes[index]?.url ?? '').port }
}

const NO_CHALLENGE = '500 failed to join raft cluster: failed to get raft challenge'
const SEALED = 'join refused: that node is not reachable, sealed or without a leader'

t.test('provider=mock finds the nodes of the world; those that are no leader are passed by', async (t) => {
  const { join, reasons } = await openSome(t, { profile: 'vault-1.14', nodes: 3 })
  t.equal(await join({ auto_join: 'provider=mock', auto_join_scheme: 'http' }), '200 true')
  t.same(reasons, [])
})

t.test('provider=mock with tag_key finds nodes by their names', async (t) => {
  const { join, reasons } = await openSome(t)
  t.equal(await join({ auto_join: 'provider=mock tag_key=raft_1' }), NO_CHALLENGE)
  t.same(reasons.splice(0), [SEALED], 'a node does not join itself')
  t.equal(await join({ auto_join: 'provider=mock tag_key=west' }), NO_CHALLENGE)
  t.same(reasons.splice(0), ['auto-join metadata meets no address'])
  t.equal(await join({ auto_join: 'provider=mock tag_key=vault/raft_0' }), '200 true')
})

t.test('the scheme is https unless told otherwise', async (t) => {
  const { join, reasons } = await openSome(t, { profile: 'vault-1.14' })
  t.equal(await join({ auto_join: 'provider=mock tag_key=raft_0' }), NO_CHALLENGE)
  t.same(reasons, ['http: server gave HTTP response to HTTPS client'])
  t.equal(await join({ auto_join: 'provider=mock tag_key=raft_0', auto_join_scheme: 'http' }), '200 true')
})

t.test('a cloud finds what the world was told: each text whose keys the join has', async (t) => {
  const { join, reasons, world, portOf } = await openSome(t, { profile: 'vault-1.21' })
  const scheme = { auto_join_scheme: 'http' }
  world.discovered = [`provider=aws tag_key=role tag_value=vault=127.0.0.1:${portOf(0)}`]
  t.equal(await join({ auto_join: 'provider=aws region=eu-west-1 tag_key=role tag_value=consul', ...scheme }), NO_CHALLENGE)
  t.equal(await join({ auto_join: 'provider=gce tag_value=vault', ...scheme }), NO_CHALLENGE)
  t.same(reasons, [
    'auto-join metadata meets no address',
    'failed to parse addresses from auto-join metadata: discover-gce: this world was told of no addresses there (--discover)'
  ])
  t.equal(await join({ auto_join: 'provider=aws region=eu-west-1 tag_key=role tag_value=vault', ...scheme }), '200 true')
})

t.test('an address without a port gets that of the join', async (t) => {
  const { join, world, reasons, portOf } = await openSome(t)
  world.discovered = ['provider=k8s label_selector="app = vault"=127.0.0.1,::1']
  const there = { auto_join: 'provider=k8s label_selector="app = vault"', auto_join_scheme: 'http' }
  t.equal(await join({ ...there, auto_join_port: 1 }), NO_CHALLENGE)
  t.match(reasons.sort(), [/^Put "http:\/\/127\.0\.0\.1:1\/v1.*connection refused/, /^Put "http:\/\/\[::1\]:1\/v1/])
  t.equal(await join({ ...there, auto_join_port: Number(portOf(0)) }), '200 true')
})

const MISUSED: readonly (readonly [object, string])[] = [
  [{ auto_join: 'blah' }, "failed to parse addresses from auto-join metadata: discover: blah: missing '='"],
  [{ auto_join: 'provider=ghost' }, 'failed to parse addresses from auto-join metadata: discover: unknown provider ghost'],
  [{ auto_join: 'tag_key=x' }, 'failed to parse addresses from auto-join metadata: discover: no provider'],
  [{ auto_join: 'provider=mock', leader_api_addr: 'http://127.0.0.1:1' }, 'cannot provide both leader address and auto-join metadata'],
  [{}, 'must provide leader address or auto-join metadata']
]
for (const [payload, reason] of MISUSED) {
  t.test(`vault-1.14: ${JSON.stringify(payload)} is refused, and the log says why`, async (t) => {
    const { join, reasons } = await openSome(t, { profile: 'vault-1.14' })
    t.equal(await join(payload), NO_CHALLENGE)
    t.same(reasons, [reason])
  })
}

t.test('documented: an address and discovery go together', async (t) => {
  const { join, nodes, reasons } = await openSome(t)
  t.equal(await join({ auto_join: 'provider=mock tag_key=raft_1', leader_api_addr: nodes[0]?.url }), '200 true')
  t.same(reasons, [], 'what is given comes first')
  const other = await openSome(t)
  t.equal(await other.join({ auto_join: 'provider=mock', leader_api_addr: other.nodes[1]?.url }), '200 true')
})

t.test('with retry it looks again until it finds somebody, and each try has its reason in the log', async (t) => {
  const { join, reasons, world, controls, portOf } = await openSome(t, { time: 'manual' })
  t.equal(await join({ auto_join: 'provider=os tag_key=a', auto_join_scheme: 'http', retry: true }), '200 false')
  controls.time.advance(2000)
  await setImmediate()
  t.equal(reasons.length, 2)
  controls.discovery.set([`provider=os=127.0.0.1:${portOf(0)}`])
  controls.time.advance(2000)
  await setImmediate()
  t.equal(world.node('vault', 'raft_1')?.joinPending, true)
})

t.test('the reason is in the log where another process refuses by its certificate, too', async (t) => {
  const made = makeCertificates({ host: '', nowMs: Date.now() })
  const far = await openWorld({ nomad: false, tls: { cert: made.certPem, key: made.keyPem } })
  t.teardown(far.close)
  const { join, reasons } = await openSome(t, { profile: 'vault-1.14' })
  const leader = { leader_api_addr: far.nodes[0]?.url, leader_ca_cert: made.caPem }
  t.equal(await join({ ...leader, leader_tls_servername: 'nope.example' }), NO_CHALLENGE)
  t.match(reasons.splice(0), [/: tls: failed to verify certificate: x509: certificate is valid for localhost, not nope\.example$/])
  t.equal(await join({ ...leader, leader_tls_servername: 'localhost' }), NO_CHALLENGE)
  t.same(reasons, ['status 200'])
})

t.test('what was told is saved, loaded and taken by worlds made later', async (t) => {
  const told = ['provider=aws tag_value=vault=10.0.0.1,10.0.0.2', 'provider=k8s "a b"="c=d"=[::1]:8200']
  const { world, controls, inject } = createServer({ discover: told, nomad: false })
  t.same(world.discovered, told)
  const saved = saveWorld(world)
  controls.discovery.set([])
  t.same(JSON.parse((await inject({ url: '/_mock/discovery' })).body), { discover: [] })
  loadWorld(world, saved)
  t.same(controls.discovery.list(), told)
  t.same(controls.worlds.create('other').world.discovered, told)
})

t.test('what cannot be told is refused', async (t) => {
  const { inject } = createServer({ nomad: false })
  for (const text of ['provider=aws', 'provider=ghost=10.0.0.1', 'tag_key=a=10.0.0.1', 'provider=aws=10.0.0.1,', 'a b']) {
    t.throws(() => createServer({ discover: [text], nomad: false }), { name: 'DiscoverError' }, text)
    const told = await inject({ method: 'PUT', url: '/_mock/discovery', payload: { discover: [text] } })
    t.equal(told.statusCode, 400, text)
  }
})
