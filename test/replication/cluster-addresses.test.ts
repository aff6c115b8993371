// Cluster addresses: who is let in, what goes there, and what stands between two clusters.
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { send } from '../../src/http/outbound.js'
import { openWorld, type OpenOptions, type RunningWorld } from '../../src/open/open-world.js'
import { pem } from '../../src/cluster/x509.js'
import { clientKeyIn } from '../../src/replication/link-certificates.js'
import { until, type Answer } from './processes.js'

const DR = 'sys/replication/dr'
const PERFORMANCE = 'sys/replication/performance'

/** Two of them know of each other by their sockets alone, as two processes do. */
async function open (t: Test, options: OpenOptions = {}): Promise<RunningWorld> {
  const world = await openWorld({ nomad: false, ...options })
  t.teardown(async () => { await world.close() })
  return world
}

async function call (
  { nodes: [node], caFile }: RunningWorld, method: string, path: string, payload?: object
): Promise<Answer> {
  const answer = await send({
    url: `${node?.url}/v1/${path}`,
    method,
    headers: { 'X-Vault-Token': 'root' },
    body: payload === undefined ? '' : JSON.stringify(payload),
    timeoutMs: 20_000,
    caPem: caFile === undefined ? undefined : readFileSync(caFile, 'utf8')
  })
  return { status: answer.status, json: answer.body.length === 0 ? undefined : JSON.parse(answer.body.toString()) }
}

async function tokenFor (primary: RunningWorld, base: string, body: object = { id: 'west' }): Promise<string> {
  return (await call(primary, 'POST', `${base}/primary/secondary-token`, body)).json.wrap_info.token
}

/** What is behind an activation token. */
async function payloadOf (primary: RunningWorld, base: string): Promise<any> {
  const token = await tokenFor(primary, base, { id: 'other' })
  return (await call(primary, 'POST', 'sys/wrapping/unwrap', { token })).json.data
}

interface Proxy { readonly address: string, readonly connections: () => number, readonly close: () => Promise<void> }

/** Passes bytes on. */
async function proxyTo (t: Test, clusterAddr: string): Promise<Proxy> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((from) => {
    connections++
    const to = connect(Number(clusterAddr.split(':').at(-1)), '127.0.0.1')
    for (const [socket, other] of [[from, to], [to, from]] as const) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => { other.destroy() })
    }
    from.pipe(to).pipe(from)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  t.teardown(close)
  return { address: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections, close }
}

t.test('the activation payload has certificates: an authority, and a client of it with its key', async (t) => {
  const east = await open(t)
  await call(east, 'POST', `${DR}/primary/enable`, {})
  const payload = await payloadOf(east, DR)
  const ca = new X509Certificate(Buffer.from(payload.ca_cert, 'base64'))
  const client = new X509Certificate(Buffer.from(payload.client_cert, 'base64'))
  t.ok(ca.ca)
  t.ok(ca.verify(ca.publicKey))
  t.ok(client.verify(ca.publicKey))
  t.ok(client.checkIssued(ca))
  t.equal(client.subject, 'CN=other')
  const key = createPrivateKey({ key: Buffer.from(clientKeyIn(payload.client_key), 'base64'), format: 'der', type: 'pkcs8' })
  t.ok(client.checkPrivateKey(key))
  t.equal(createPublicKey(key).asymmetricKeyDetails?.namedCurve, 'secp521r1')
  t.equal(payload.primary_cluster_addr, `https://${east.nodes[0]?.clusterAddr}`)
  t.equal((await payloadOfAgain(east)).ca_cert, payload.ca_cert, 'the same authority each time')
})

async function payloadOfAgain (primary: RunningWorld): Promise<any> {
  const token = await tokenFor(primary, DR, { id: 'third' })
  return (await call(primary, 'POST', 'sys/wrapping/unwrap', { token })).json.data
}

t.test('only members are let in, and only what is between clusters is served', async (t) => {
  const east = await open(t)
  await call(east, 'POST', `${DR}/primary/enable`, {})
  const { ca_cert: ca, client_cert: cert, client_key: key } = await payloadOf(east, DR)
  const caPem = pem(Buffer.from(ca, 'base64'))
  const url = `https://${east.nodes[0]?.clusterAddr}`
  const stranger = connectTls({ port: Number(new URL(url).port), host: '127.0.0.1', ca: caPem, checkServerIdentity: () => undefined })
  const end = await new Promise<string>((resolve) => {
    stranger.once('error', ({ message }) => { resolve(message) }).once('end', () => { resolve('end') })
    stranger.resume().write('GET / HTTP/1.1\r\n\r\n')
  })
  t.match(end, /certificate required|ECONNRESET|end/)
  const keyPem = `-----BEGIN PRIVATE KEY-----\n${clientKeyIn(key)}\n-----END PRIVATE KEY-----\n`
  const member = { method: 'GET', timeoutMs: 5000, caPem, asMember: { certPem: pem(Buffer.from(cert, 'base64')), keyPem } }
  t.equal((await send({ ...member, url: `${url}/v1/sys/health` })).status, 404)
  const link = '/vault-mock/replication/follow'
  t.same((await send({ ...member, method: 'POST', url: url + link })).status, 403, 'a message that nobody signed')
  t.equal((await call(east, 'POST', `..${link}`)).status, 404, 'nothing of it at the API address')
})

t.test('a cluster port that is closed: no bootstrap, and no writes of a performance secondary', async (t) => {
  const [east, west] = await Promise.all([open(t), open(t)])
  await call(east, 'POST', `${PERFORMANCE}/primary/enable`, { primary_cluster_addr: 'https://127.0.0.1:1' })
  const token = await tokenFor(east, PERFORMANCE)
  const { status, json } = await call(west, 'POST', `${PERFORMANCE}/secondary/enable`, { token })
  t.equal(status, 500)
  t.match(json.errors[0], 'error fetching secondary bootstrap package: error authing for bootstrap: rpc error: ' +
    'code = Unavailable desc = connection error: desc = "transport: Error while dialing: ' +
    'dial tcp 127.0.0.1:1: connect: connection refused"')
  t.equal((await call(west, 'GET', 'sys/mounts')).status, 200, 'it is what it was')
})

t.test('a proxy in between: all goes through it, and nothing without it', async (t) => {
  const [east, west] = await Promise.all([open(t), open(t)])
  const proxy = await proxyTo(t, east.nodes[0]?.clusterAddr ?? '')
  await call(east, 'POST', `${PERFORMANCE}/primary/enable`, { primary_cluster_addr: proxy.address })
  const token = await tokenFor(east, PERFORMANCE)
  t.equal((await call(west, 'POST', `${PERFORMANCE}/secondary/enable`, { token })).status, 200)
  const before = proxy.connections()
  t.equal((await call(west, 'POST', 'secret/data/a', { data: { a: 1 } })).status, 200, 'a write goes to the primary')
  t.ok(proxy.connections() > before)
  t.same((await call(east, 'GET', 'secret/data/a')).json.data.data, { a: 1 })
  t.equal((await call(west, 'GET', `${PERFORMANCE}/status`)).json.data.primary_cluster_addr, proxy.address)
  await proxy.close()
  const { status, json } = await call(west, 'POST', 'secret/data/b', { data: { b: 1 } })
  t.equal(status, 500)
  const refused = `dial tcp ${new URL(proxy.address).host}: connect: connection refused`
  t.match(json.errors[0], `desc = "transport: Error while dialing: ${refused}"`)
  t.equal((await call(west, 'GET', 'secret/data/a')).status, 200, 'what is here is read here')
})

t.test('the cluster port is served while the node is unsealed', async (t) => {
  const east = await open(t)
  const port = Number(east.nodes[0]?.clusterAddr.split(':').at(-1))
  const isServed = async (): Promise<boolean> => await new Promise((resolve) => {
    const no = (): void => { resolve(false) }
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => { resolve(true); socket.destroy() })
    socket.once('error', no).once('close', no)
  })
  t.ok(await isServed())
  await call(east, 'PUT', 'sys/seal')
  t.ok(await until(async () => !await isServed()), 'closed')
  await call(east, 'PUT', 'sys/unseal', { key: east.unsealKeys[0] })
  t.ok(await until(isServed))
  east.controls.nodes.kill('raft_0')
  await east.controls.settled()
  t.notOk(await isServed())
})

t.test('a primary whose certificate nobody vouches for', async (t) => {
  const [east, west] = await Promise.all([open(t, { tls: true }), open(t)])
  const folder = mkdtempSync(join(tmpdir(), 'vault-mock-test-'))
  t.teardown(() => { rmSync(folder, { recursive: true }) })
  await call(east, 'POST', `${DR}/primary/enable`, {})
  const enable = async (files: object): Promise<Answer> => {
    const id = `s${Math.max(0, ...ids) + 1}`
    ids.push(ids.length + 1)
    return await call(west, 'POST', `${DR}/secondary/enable`, { token: await tokenFor(east, DR, { id }), ...files })
  }
  const ids: number[] = []
  const refused = `error unwrapping secondary token: Post "${east.nodes[0]?.url}/v1/sys/wrapping/unwrap": ` +
    'tls: failed to verify certificate: x509: certificate signed by unknown authority'
  for (const files of [{}, { ca_file: join(folder, 'not there') }, { ca_path: folder }, { ca_file: folder }]) {
    const { status, json } = await enable(files)
    t.equal(status, 500, JSON.stringify(files))
    t.match(json.errors[0], refused)
  }
  copyFileSync(east.caFile ?? '', join(folder, 'ca.pem'))
  t.equal((await enable({ ca_path: folder })).status, 200)
})

t.test('ca_file, and an API address in place of the one in the token', async (t) => {
  const [east, west] = await Promise.all([open(t, { tls: true, apiAddr: ['https://127.0.0.1:1'] }), open(t)])
  await call(east, 'POST', `${DR}/primary/enable`, { primary_cluster_addr: 'https://127.0.0.1:' + new URL(east.nodes[0]?.url ?? '').port })
  const token = await tokenFor(east, DR)
  const unreachable = await call(west, 'POST', `${DR}/secondary/enable`, { token, ca_file: east.caFile })
  t.match(unreachable.json.errors[0], 'Post "https://127.0.0.1:1/v1/sys/wrapping/unwrap": dial tcp 127.0.0.1:1: connect: connection refused')
  const address = { token, ca_file: east.caFile, primary_api_addr: east.nodes[0]?.url }
  const wrongPort = await call(west, 'POST', `${DR}/secondary/enable`, address)
  t.match(wrongPort.json.errors[0], /^1 error occurred:\n\t\* error fetching secondary bootstrap package: .*x509/, 'the API port is no cluster port')
})
