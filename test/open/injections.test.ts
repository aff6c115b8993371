// Requests without a socket meet what others meet: a stopped process, a paused one, HEAD without a body.
import t from 'tap'
import { createNomad, createServer } from '../../src/index.js'

const HEALTH = '/v1/sys/health'
const PEERS = '/v1/status/peers'

for (const control of [true, false]) {
  t.test(`a stopped node refuses${control ? '' : ', without controls, too'}`, async (t) => {
    const server = createServer({ control })
    t.teardown(() => server.close())
    server.world.nodes[0]?.change({ process: 'stopped' })
    await t.rejects(server.inject(HEALTH), { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED: raft_0 is stopped' })
    if (control) t.equal((await server.inject('/_mock/time')).statusCode, 200)
  })

  t.test(`a paused node answers when it goes on, or never${control ? '' : ', without controls, too'}`, async (t) => {
    const server = createServer({ control })
    const [node] = server.world.nodes
    node?.change({ process: 'paused' })
    const later = server.inject(HEALTH)
    await new Promise(setImmediate)
    node?.change({ process: 'running' })
    t.equal((await later).statusCode, 200)
    node?.change({ process: 'paused' })
    const never = t.rejects(server.inject(HEALTH), { code: 'ECONNRESET' })
    await new Promise(setImmediate)
    await server.close()
    await never
  })
}

t.test('a Nomad server refuses while it is stopped, and answers when it goes on', async (t) => {
  const nomad = await createNomad({ servers: 1 })
  t.teardown(() => nomad.close())
  const [running] = nomad.servers
  if (running === undefined) throw new Error('no server')
  const { server } = running
  server.process = 'stopped'
  await t.rejects(running.inject(PEERS), { code: 'ECONNREFUSED' })
  server.process = 'paused'
  const later = running.inject(PEERS)
  await new Promise(setImmediate)
  server.process = 'running'
  t.equal((await later).statusCode, 200)
  server.process = 'paused'
  const never = t.rejects(running.inject(PEERS), { code: 'ECONNRESET' })
  await nomad.close()
  await never
})

t.test('an answer to HEAD has no body, and the length of the one to GET', async (t) => {
  const server = createServer()
  t.teardown(() => server.close())
  const { payload, rawPayload, headers, statusCode } = await server.inject({ method: 'HEAD', url: '/v1/secret/data/x' })
  const get = await server.inject({ method: 'GET', url: '/v1/secret/data/x' })
  t.same([payload, rawPayload.length], ['', 0])
  t.ok(Number(headers['content-length']) > 0)
  t.ok([statusCode, get.statusCode].every((status) => status >= 400))
})
