// Where nodes listen and what is said of it: further listeners, cluster addresses.
import { connect } from 'node:net'
import { Agent, get } from 'node:https'
import t, { type Test } from 'tap'
import { makeCertificates } from '../../src/http/certificates.js'
import { openWorld, type OpenOptions, type RunningWorld } from '../../src/index.js'

async function open (t: Test, options: OpenOptions): Promise<RunningWorld> {
  const opened = await openWorld({ nomad: false, ...options })
  t.teardown(opened.close)
  return opened
}

async function statusOf (url: string | undefined): Promise<number> {
  return (await fetch(`${url}/v1/sys/health`)).status
}

/** Whether somebody listens there. */
async function isOpen (port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => { socket.destroy(); resolve(true) })
    socket.on('error', () => { resolve(false) })
  })
}

t.test('a node answers at each of its listeners', async (t) => {
  const { nodes } = await open(t, { nodes: 2, furtherListeners: [{}, { host: '0.0.0.0' }] })
  t.equal(nodes[0]?.furtherUrls.length, 2)
  t.same(nodes[1]?.furtherUrls, [])
  for (const url of [nodes[0]?.url, ...nodes[0]?.furtherUrls ?? []]) t.equal(await statusOf(url), 200)
})

t.test('a further listener has TLS of its own', async (t) => {
  const { certPem: cert, keyPem: key, caPem: ca } = makeCertificates({ host: '127.0.0.1', nowMs: Date.now() })
  const { nodes } = await open(t, { furtherListeners: [{ tls: { cert, key } }] })
  const [url = ''] = nodes[0]?.furtherUrls ?? []
  t.match(url, /^https:/)
  t.equal(await statusOf(nodes[0]?.url), 200)
  const agent = new Agent({ ca })
  t.equal(await new Promise((resolve, reject) => {
    get(`${url}/v1/sys/health`, { agent }, (response) => { response.resume(); resolve(response.statusCode) }).on('error', reject)
  }), 200)
})

t.test('a node that is killed refuses at all of them', async (t) => {
  const { nodes, controls } = await open(t, { nodes: 2, furtherListeners: [{}] })
  controls.nodes.kill('raft_0')
  await controls.settled()
  await t.rejects(fetch(nodes[0]?.furtherUrls[0] ?? ''), { cause: { code: 'ECONNREFUSED' } })
})

t.test('where one address is taken none stays open', async (t) => {
  const { nodes } = await open(t, {})
  const { hostname: host, port } = new URL(nodes[0]?.url ?? '')
  await t.rejects(openWorld({ nomad: false, furtherListeners: [{ host, port: Number(port) }] }), { code: 'EADDRINUSE' })
})

t.test('a cluster address is what was said, for its own node', async (t) => {
  const { nodes } = await open(t, { nodes: 2, clusterAddr: ['vault.test:8201'] })
  t.equal(nodes[0]?.clusterAddr, 'vault.test:8201')
  t.match(nodes[1]?.clusterAddr, /^127\.0\.0\.1:\d+$/)
  const answer = await fetch(`${nodes[0]?.url}/v1/sys/leader`)
  t.match(await answer.json(), { leader_cluster_address: 'https://vault.test:8201' })
})

t.test('a cluster address is listened on where it was said', async (t) => {
  const first = await open(t, {})
  const port = Number(new URL(`http://${first.nodes[0]?.clusterAddr}`).port)
  t.equal(await isOpen(port), true)
  await first.close()
  const { nodes } = await open(t, { clusterListen: { port } })
  t.equal(nodes[0]?.clusterAddr, `127.0.0.1:${port}`)
  t.equal(await isOpen(port), true)
})
