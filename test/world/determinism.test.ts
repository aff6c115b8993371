// The same seed gives the same bytes.
import t from 'tap'
import { createServer } from '../../src/index.js'

const REQUESTS: readonly [method: string, path: string, body?: object][] = [
  ['GET', 'sys/health'],
  ['POST', 'auth/token/create', { ttl: '1h', policies: ['default'] }],
  ['PUT', 'secret/data/a', { data: { x: 1 } }],
  ['GET', 'secret/data/a'],
  ['GET', 'sys/storage/raft/autopilot/state'],
  ['POST', 'sys/wrapping/wrap', { a: 1 }],
  ['PUT', 'sys/step-down'],
  ['GET', 'sys/leader'],
  ['GET', 'sys/mounts'],
  ['GET', 'sys/storage/raft/snapshot']
]

async function play (seed: number): Promise<string> {
  const server = createServer({ seed, time: 'manual', startAtMs: Date.UTC(2025, 0, 1) })
  let transcript = ''
  for (const [method, path, payload] of REQUESTS) {
    const { rawPayload, statusCode, headers } = await server.inject({ method, url: `/v1/${path}`, headers: { 'x-vault-token': 'root', 'x-vault-wrap-ttl': path.endsWith('wrap') ? '60' : '' }, ...(payload && { payload: JSON.stringify(payload) }) })
    transcript += `${statusCode} ${JSON.stringify(headers)} ${rawPayload.toString('base64')}\n`
    server.world.timeline.advance(1500)
  }
  await server.close()
  return transcript
}

t.test('two runs with one seed are byte-identical, headers and snapshots included', async (t) => {
  t.equal(await play(7), await play(7))
})

t.test('another seed gives other ids', async (t) => {
  t.not(await play(7), await play(8))
})

t.test('a hundred servers live side by side and know nothing of each other', async (t) => {
  const servers = Array.from({ length: 100 }, (_, i) => createServer({ rootToken: `root-${i}` }))
  t.teardown(() => Promise.all(servers.map((server) => server.close())))
  const headers = { 'x-vault-token': 'root-0' }
  const [own, other] = await Promise.all([servers[0], servers[1]].map(async (server) => await server?.inject({ url: '/v1/sys/mounts', headers })))
  t.equal(own?.statusCode, 200)
  t.equal(other?.statusCode, 403)
})
