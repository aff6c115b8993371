// Nomad's listeners beside a Vault cluster: their ports, TLS, and an address that is taken.
import { createServer as createHttpServer, type Server } from 'node:http'
import { request } from 'node:https'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { createNomad, openWorld, type OpenOptions, type RunningWorld } from '../../src/index.js'

async function open (t: Test, options: OpenOptions): Promise<RunningWorld> {
  const world = await openWorld(options)
  t.teardown(world.close)
  return world
}

/** A port that somebody listens on. */
async function takenPort (t: Test): Promise<number> {
  const other: Server = createHttpServer()
  await new Promise<void>((resolve) => { other.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => { other.close() })
  return (other.address() as AddressInfo).port
}

t.test('three servers on free ports, ids are their RPC addresses', async (t) => {
  const { nomad, notices } = await open(t, { nomad: {} })
  t.equal(nomad.length, 3)
  t.same(notices, [])
  for (const { id, url } of nomad) {
    t.equal(id, `127.0.0.1:${Number(new URL(url).port) + 1}`)
    t.equal((await fetch(`${url}/v1/operator/raft/configuration`)).status, 200)
  }
})

t.test('server i listens on PORT+10i', async (t) => {
  // the ports that were free a moment ago may be so no more
  for (let tries = 0; tries < 20; tries++) {
    const { port } = new URL((await open(t, { nomad: { servers: 1 } })).nomad[0]?.url ?? '')
    const world = await openWorld({ nomad: { port: Number(port) + 1, servers: 2, optional: true } })
    t.teardown(world.close)
    if (world.nomad.length === 0) continue
    t.same(world.nomad.map(({ url }) => Number(new URL(url).port)), [Number(port) + 1, Number(port) + 11])
    return
  }
  t.fail('no free ports')
})

t.test('an address that is taken: a notice where nobody asked for it, an error otherwise', async (t) => {
  const port = await takenPort(t)
  const { nomad, notices, nodes } = await open(t, { nomad: { port, optional: true } })
  t.same(nomad, [])
  const taken = `127.0.0.1:${port} is already in use`
  t.same(notices, [`${taken}: there is no Nomad region. --nomad-listen gives it another address.`])
  t.equal((await fetch(`${nodes[0]?.url}/v1/sys/health`)).status, 200)
  await t.rejects(openWorld({ nomad: { port } }), { code: 'EADDRINUSE', port })
})

t.test('the Vault node answers for the region, with listeners or without, unless there is none', async (t) => {
  const path = '/v1/operator/raft/configuration'
  const withListeners = await open(t, { nomad: { servers: 1 } })
  t.equal((await (await fetch(withListeners.nodes[0]?.url + path)).json() as { Servers: unknown[] }).Servers.length, 1)
  const without = await open(t, {})
  t.same(without.nomad, [])
  t.equal((await (await fetch(without.nodes[0]?.url + path)).json() as { Servers: unknown[] }).Servers.length, 3)
  const none = await open(t, { nomad: false })
  t.equal((await fetch(none.nodes[0]?.url + path, { headers: { 'x-vault-token': 'root' } })).status, 404)
})

t.test('the sample region keeps its address wherever it listens', async (t) => {
  const { nomad } = await open(t, { fixture: 'nomad-documented', nomad: {} })
  t.same(nomad.map(({ id }) => id), ['127.0.0.1:4647'])
  const text = await (await fetch(`${nomad[0]?.url}/v1/operator/raft/configuration`)).text()
  t.match(text, '"RaftProtocol":2')
  const { nomad: other } = await open(t, { fixture: 'nomad-documented', nomad: { raftProtocolAs: 'string' } })
  t.match(await (await fetch(`${other[0]?.url}/v1/operator/raft/configuration`)).text(), '"RaftProtocol":"2"')
})

t.test('TLS is for Nomad, too', async (t) => {
  const { nomad, caFile } = await open(t, { tls: true, nomad: { servers: 1 } })
  const url = nomad[0]?.url ?? ''
  t.match(url, /^https:/)
  const status = await new Promise((resolve, reject) => {
    request(`${url}/v1/status/leader`, { ca: readFileSync(caFile ?? '') }, (response) => { response.resume(); resolve(response.statusCode) }).on('error', reject).end()
  })
  t.equal(status, 200)
})

t.test('a region alone', async (t) => {
  const nomad = await createNomad({ servers: 1, profile: 'nomad-2.0' })
  t.teardown(nomad.close)
  t.equal(nomad.leader, nomad.servers[0])
  t.equal((await nomad.servers[0]?.inject('/v1/status/leader'))?.statusCode, 200)
})
