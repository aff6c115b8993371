// Everything that a primary has, over sockets that break: it goes on with the next line.
import { connect, createServer, type AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { createCluster, type RunningCluster } from '../../src/index.js'
import { activationToken, call, inSync, until, type Running } from './processes.js'

const DR = 'sys/replication/dr'
const SECRETS = 200
const TEN_KILOBYTES = 'x'.repeat(10_000)
const DATA_BYTES = SECRETS * 10_000
/** TLS, heads, paths, what a dev server has besides, and what was on the way when a connection broke. */
const WITH_OVERHEAD = 1.6

interface Breaking {
  readonly address: string
  /** breaks so many connections from now on, each after so many bytes from the primary */
  readonly breakNext: (connections: number, bytes: number) => void
  /** what came from the primary since then */
  readonly bytes: () => number
  /** how many are still to be broken */
  readonly left: () => number
  /** does something once, when so many bytes have come from the primary */
  readonly after: (bytes: number, act: () => void) => void
}

async function breakingProxyTo (t: Test, clusterAddr: string): Promise<Breaking> {
  const state = { left: 0, after: 0, bytes: 0, actAfter: Infinity, act: (): void => {} }
  const server = createServer((from) => {
    const to = connect(Number(clusterAddr.split(':').at(-1)), '127.0.0.1')
    let passed = 0
    from.on('error', () => {}).on('close', () => { to.destroy() }).pipe(to)
    to.on('error', () => {}).on('close', () => { from.destroy() }).on('data', (chunk: Buffer) => {
      state.bytes += chunk.length
      passed += chunk.length
      from.write(chunk)
      if (state.bytes >= state.actAfter) {
        state.actAfter = Infinity
        state.act()
      }
      if (state.left === 0 || passed < state.after) return
      state.left--
      from.destroySoon()
      to.destroy()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => { server.close() })
  const breakNext = (connections: number, bytes: number): void => {
    Object.assign(state, { left: connections, after: bytes, bytes: 0 })
  }
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  const after = (bytes: number, act: () => void): void => { Object.assign(state, { actAfter: bytes, act, bytes: 0 }) }
  return { address, breakNext, bytes: () => state.bytes, left: () => state.left, after }
}

interface SetUp {
  readonly east: Running
  readonly west: Running
  readonly proxy: Breaking
  readonly worlds: { readonly east: RunningCluster, readonly west: RunningCluster }
}

/** A primary with much data behind a proxy, and who wants to be its secondary. */
async function setUp (t: Test): Promise<SetUp> {
  const [east, west] = await Promise.all([createCluster({ logshipperBufferLength: 5 }), createCluster()])
  t.teardown(async () => { await Promise.all([east.close(), west.close()]) })
  const [eastUrl, westUrl] = [east, west].map(({ nodes: [node] }) => ({ url: node?.url }) as Running)
  const { json: { leader_cluster_address: clusterAddr } } = await call(eastUrl!, 'GET', 'sys/leader')
  const proxy = await breakingProxyTo(t, clusterAddr)
  await call(eastUrl!, 'POST', `${DR}/primary/enable`, { primary_cluster_addr: proxy.address })
  return { east: eastUrl!, west: westUrl!, proxy, worlds: { east, west } }
}

async function writeMuch (east: Running, name: string): Promise<void> {
  for (let i = 0; i < SECRETS; i++) await call(east, 'POST', `secret/data/${name}${i}`, { data: { text: TEN_KILOBYTES } })
}

t.test('a bootstrap whose connection breaks goes on with the next line', async (t) => {
  const { east, west, proxy } = await setUp(t)
  await writeMuch(east, 's')
  const token = await activationToken(east, 'dr', 'west')
  proxy.breakNext(3, DATA_BYTES / 4)
  t.equal((await call(west, 'POST', `${DR}/secondary/enable`, { token })).status, 200)
  t.equal(proxy.left(), 0, 'three broke')
  t.ok(proxy.bytes() < WITH_OVERHEAD * DATA_BYTES, 'nothing began again')
  t.ok(await until(async () => await inSync(east, west, 'dr')))
})

t.test('so does a comparison; what is written meanwhile comes afterwards', async (t) => {
  const { east, west, proxy } = await setUp(t)
  const token = await activationToken(east, 'dr', 'west')
  await call(west, 'POST', `${DR}/secondary/enable`, { token })
  t.ok(await until(async () => await inSync(east, west, 'dr')))
  await steer(east, 'links/cut', { from: 'vault', to: 'west' })
  await writeMuch(east, 's')
  proxy.breakNext(3, DATA_BYTES / 4)
  await steer(east, 'links/heal', {})
  t.ok(await until(async () => (await call(east, 'GET', 'sys/health')).status === 200 && proxy.left() < 3))
  await call(east, 'POST', 'secret/data/meanwhile', { data: { a: 1 } })
  t.ok(await until(async () => await inSync(east, west, 'dr')))
  t.equal(proxy.left(), 0, 'three broke')
  t.ok(proxy.bytes() < WITH_OVERHEAD * DATA_BYTES, 'nothing began again')
})

for (const side of ['east', 'west'] as const) {
  t.test(`a link that is cut by ${side} breaks what it carries, and goes on with it when it is healed`, async (t) => {
    const { east, west, proxy, worlds } = await setUp(t)
    await writeMuch(east, 's')
    const token = await activationToken(east, 'dr', 'west')
    const { controls: { links }, world: { network } } = worlds[side]
    // the secondary to be has no name for it yet
    const far = side === 'east' ? 'elsewhere/secondary/west' : 'elsewhere/primary/vault/dr'
    const cutShort = new Promise<void>((resolve) => {
      proxy.after(DATA_BYTES / 4, () => {
        network.cut('vault', far)
        resolve()
      })
    })
    const enabled = call(west, 'POST', `${DR}/secondary/enable`, { token })
    await cutShort
    await new Promise((resolve) => setImmediate(resolve))
    const stoppedAt = proxy.bytes()
    for (let i = 0; i < 20; i++) await call(east, 'GET', 'sys/health')
    t.ok(proxy.bytes() < DATA_BYTES, `nothing more gets through: ${stoppedAt} and ${proxy.bytes()}`)
    t.equal((await call(west, 'GET', 'sys/replication/dr/status')).json.data.mode, 'disabled', 'it waits')
    links.heal()
    t.equal((await enabled).status, 200)
    t.ok(proxy.bytes() < WITH_OVERHEAD * DATA_BYTES, 'nothing began again')
    t.ok(await until(async () => await inSync(east, west, 'dr')))
  })
}

async function steer ({ url }: Running, path: string, body: object): Promise<void> {
  await fetch(`${url}/_mock/${path}`, { method: 'POST', body: JSON.stringify(body) })
}
