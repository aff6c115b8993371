// Odd input that the real servers answer as any other (`reference/observed.md`, "Odd input"): no fault of ours.
import { createServer as createForeign } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { createNomad, createServer } from '../../src/index.js'
import { oneError, vault } from '../vault-server.js'
import { serve, Wire } from './wire.js'

const TOKEN = 'Host: x\r\nX-Vault-Token: root\r\nConnection: close\r\n'

/** What a listening server answers to bytes: status line and body. */
async function answerTo (t: Test, text: string): Promise<string[]> {
  const server = createServer()
  t.teardown(() => server.close())
  const { port } = new URL(await server.listen())
  await server.inject({ method: 'POST', url: '/v1/sys/mounts/kv', headers: { 'x-vault-token': 'root' }, payload: { type: 'kv' } })
  const wire = await Wire.to(t, { port: Number(port) })
  wire.send(text)
  const [head = '', body = ''] = (await wire.answer()).split('\r\n\r\n')
  return [head.split('\r\n')[0] ?? '', body]
}

for (const verb of ['VER', 'COVER', 'OVER', 'RECORD', 'PROPFIND', 'TRACE', 'QUERY']) {
  t.test(`${verb} on a path of a mount is a 405`, async (t) => {
    const answer = await answerTo(t, `${verb} /v1/kv/x HTTP/1.1\r\n${TOKEN}\r\n`)
    t.same(answer, ['HTTP/1.1 405 Method Not Allowed', '{"errors":[]}\n'])
  })
}

t.test('QUERY with a body and no label is a 405', async (t) => {
  const answer = await answerTo(t, `QUERY /v1/kv/x HTTP/1.1\r\n${TOKEN}Content-Length: 7\r\n\r\n{"x":1}`)
  t.same(answer, ['HTTP/1.1 405 Method Not Allowed', '{"errors":[]}\n'])
})

t.test('OPTIONS on a path of a mount has no operation', async (t) => {
  const { send } = vault(t)
  const { status, text } = await send('OPTIONS', 'secret/data/x')
  t.same([status, text], [405, `${JSON.stringify({ errors: [oneError('unsupported operation')] })}\n`])
})

t.test('a target in absolute form is as its path', async (t) => {
  const [status] = await answerTo(t, `GET http://elsewhere/v1/sys/health HTTP/1.1\r\n${TOKEN}\r\n`)
  t.equal(status, 'HTTP/1.1 200 OK')
  const broken = await answerTo(t, `GET http://[/v1/sys/health HTTP/1.1\r\n${TOKEN}\r\n`)
  t.same(broken, ['HTTP/1.1 400 Bad Request', '400 Bad Request'])
})

for (const label of ['json', 'text', 'a/b/c', 'application/json charset=utf-8', 'text/plain', 'application/x-www-form-urlencoded', '']) {
  t.test(`JSON labelled "${label}" is read`, async (t) => {
    const body = `${TOKEN}Content-Type: ${label}\r\nContent-Length: 7\r\n\r\n{"x":1}`
    const [status] = await answerTo(t, `PUT /v1/kv/x HTTP/1.1\r\n${body}`)
    t.equal(status, 'HTTP/1.1 204 No Content')
  })
}

t.test('the replication link is not offered at an API address, whoever asks', async (t) => {
  const server = createServer()
  t.teardown(() => server.close())
  const headers = { 'x-vault-mock-secondary': '%' }
  const answer = await server.inject({ method: 'POST', url: '/vault-mock/replication/follow', headers, payload: {} })
  t.same([answer.statusCode, answer.json()], [404, { malformed: 'not a cluster address' }])
})

t.test('a leader to be joined that answers no JSON gives no challenge', async (t) => {
  const foreign = createForeign((_request, response) => { response.end('<html>') })
  await new Promise<void>((resolve) => { foreign.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => { foreign.close() })
  const { verdict } = vault(t, { fixture: 'uninitialized' })
  const leader = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`
  t.equal(
    await verdict('PUT', 'sys/storage/raft/join', { leader_api_addr: leader }),
    '500 failed to join raft cluster: failed to get raft challenge'
  )
})

/** Nomad's first server. */
async function nomadPort (t: Test): Promise<number> {
  const nomad = await createNomad({ servers: 1 })
  t.teardown(() => nomad.close())
  return Number(new URL(nomad.servers[0]?.url ?? '').port)
}

t.test('Nomad refuses a body above 32 MiB', async (t) => {
  const url = `http://127.0.0.1:${await nomadPort(t)}/v1/operator/autopilot/configuration`
  const answer = await fetch(url, { method: 'PUT', body: Buffer.alloc(33 << 20, 0x20) })
  t.equal(answer.status, 400)
  t.match(await answer.text(), /http: request body too large$/)
})

t.test('a request that waits for 100 Continue waits for the answers before its own, too', async (t) => {
  const wire = await Wire.to(t, { port: await nomadPort(t) })
  const asked = 'PUT /v1/agent/self HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n'
  wire.send(`GET /v1/agent/self HTTP/1.1\r\nHost: x\r\n\r\n${asked}\r\n{}${asked}Connection: close\r\n\r\n{}`)
  const lines = (await wire.answer()).split('\r\n').filter((line) => line.includes('HTTP/1.1 '))
  t.same(lines.map((line) => line.replace(/^.*(?=HTTP\/1)/, '')), [
    'HTTP/1.1 200 OK', 'HTTP/1.1 100 Continue', 'HTTP/1.1 405 Method Not Allowed', 'HTTP/1.1 100 Continue', 'HTTP/1.1 405 Method Not Allowed'
  ])
  t.notMatch(wire.received, /\r\n[^\r\n]+\r\nHTTP\/1\.1 100/)
})

for (const secure of [false, true]) {
  t.test(`a connection without a word is closed${secure ? ', in a handshake too' : ''}`, async (t) => {
    const { listener } = await serve(t, { secure, headersWithinMs: 20 })
    const wire = await Wire.to(t, listener)
    t.equal(await wire.answer(), '')
  })
}
