// The outbound client: what it sends, what it hands back, and Go's words for what goes wrong.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { makeCertificates } from '../../src/http/certificates.js'
import { openListener } from '../../src/http/listeners.js'
import { OutboundError, send, type OutboundRequest } from '../../src/http/outbound.js'
import { verbOf } from '../../src/http/verbs.js'
import { echo, serve } from './wire.js'

const UNVERIFIED = 'tls: failed to verify certificate: x509: '

/** What the client says of a request that fails. */
async function failureOf (request: Partial<OutboundRequest> & { url: string }): Promise<string> {
  const error = await send({ method: 'POST', timeoutMs: 5000, ...request }).then(() => undefined, (error: unknown) => error)
  return error instanceof OutboundError ? error.message : `no OutboundError: ${String(error)}`
}

/** A server that does to each connection, once it has read something, what it is told. */
async function rude (t: Test, act: (socket: Socket) => void): Promise<string> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => { act(socket) })
    t.teardown(() => { socket.destroy() })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => { server.close() })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

t.test('sends method, headers and body; hands back status, headers and body', async (t) => {
  const { listener } = await serve(t, {
    handle: (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        response.writeHead(418, { 'X-Kind': 'teapot' }).end(`${verbOf(request)} ${request.url} ${request.headers['x-vault-token']} ${request.headers['content-length']} ${Buffer.concat(chunks).toString()}`)
      })
    }
  })
  const answer = await send({ url: `${listener.url}/v1/x?y=1`, method: 'LIST', headers: { 'X-Vault-Token': 'root' }, body: '{"é":1}', timeoutMs: 5000 })
  t.equal(answer.status, 418)
  t.equal(answer.headers['x-kind'], 'teapot')
  t.equal(answer.body.toString(), 'LIST /v1/x?y=1 root 8 {"é":1}')
})

t.test('a redirect is an answer like any other', async (t) => {
  const { listener } = await serve(t, { handle: (_request, response) => { response.writeHead(307, { Location: 'http://127.0.0.1:1/' }).end() } })
  const { status, headers, body } = await send({ url: listener.url, method: 'GET', timeoutMs: 5000 })
  t.strictSame([status, headers.location, body.length], [307, 'http://127.0.0.1:1/', 0])
})

t.test('proxy variables are not read', async (t) => {
  const { listener } = await serve(t)
  for (const name of ['HTTP_PROXY', 'http_proxy', 'NODE_USE_ENV_PROXY']) {
    process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : 'http://127.0.0.1:1'
    t.teardown(() => { delete process.env[name] })
  }
  t.equal((await send({ url: listener.url, method: 'GET', timeoutMs: 5000 })).status, 200)
})

t.test('a refused connection', async (t) => {
  t.equal(await failureOf({ url: 'http://127.0.0.1:1/v1/x', method: 'PUT' }), 'Put "http://127.0.0.1:1/v1/x": dial tcp 127.0.0.1:1: connect: connection refused')
})

t.test('a password is not told', async (t) => {
  t.match(await failureOf({ url: 'http://u:p@127.0.0.1:1/x?y=1' }), /^Post "http:\/\/u:\*\*\*@127\.0\.0\.1:1\/x\?y=1": dial tcp /)
})

t.test('a connection closed without an answer', async (t) => {
  const address = await rude(t, (socket) => { socket.end() })
  t.equal(await failureOf({ url: `http://${address}/x` }), `Post "http://${address}/x": EOF`)
})

t.test('a connection reset', async (t) => {
  const address = await rude(t, (socket) => { socket.resetAndDestroy() })
  t.match(await failureOf({ url: `http://${address}/x` }), new RegExp(`^Post "http://${address}/x": read tcp 127\\.0\\.0\\.1:\\d+->${address}: read: connection reset by peer$`))
})

t.test('an answer that is no HTTP', async (t) => {
  const address = await rude(t, (socket) => { socket.end('nonsense\r\n\r\n') })
  t.equal(await failureOf({ url: `http://${address}/x` }), `Post "http://${address}/x": net/http: HTTP/1.x transport connection broken: malformed HTTP response "nonsense"`)
})

t.test('an answer cut short', async (t) => {
  const address = await rude(t, (socket) => { socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc') })
  t.equal(await failureOf({ url: `http://${address}/x` }), `Post "http://${address}/x": unexpected EOF`)
})

t.test('an answer that is too long', async (t) => {
  const { listener } = await serve(t, { handle: (_request, response) => { response.end('x'.repeat(1000)) } })
  t.match(await failureOf({ url: listener.url, maxAnswerBytes: 999 }), /: answer longer than 999 bytes$/)
  t.equal((await send({ url: listener.url, method: 'GET', timeoutMs: 5000, maxAnswerBytes: 1000 })).body.length, 1000)
})

t.test('no answer in time', async (t) => {
  const address = await rude(t, () => {})
  t.equal(await failureOf({ url: `http://${address}/x`, timeoutMs: 30 }), `Post "http://${address}/x": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`)
  t.match(await failureOf({ url: `https://${address}/x`, timeoutMs: 30 }), /: context deadline exceeded \(Client\.Timeout exceeded while awaiting headers\)$/)
})

t.test('no end of the answer in time', async (t) => {
  const address = await rude(t, (socket) => { socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc') })
  t.match(await failureOf({ url: `http://${address}/x`, timeoutMs: 50 }), /: context deadline exceeded \(Client\.Timeout or context cancellation while reading body\)$/)
})

for (const [url, reason] of Object.entries({
  'ftp://a/x': 'unsupported protocol scheme "ftp"',
  'localhost:8200': 'unsupported protocol scheme "localhost"',
  '/v1/x': 'unsupported protocol scheme ""',
  '': 'unsupported protocol scheme ""',
  'http:///x': 'http: no Host in request URL',
  'http://127.0.0.1:99999/': 'dial tcp: address 99999: invalid port',
  'http://127.0.0.1:abc/': 'invalid port ":abc" after host',
  'http://[::1/': 'invalid URL'
})) {
  t.test(`the address "${url}"`, async (t) => {
    t.equal(await failureOf({ url }), `Post "${url}": ${reason}`)
  })
}

t.test('a header that cannot be sent is an error of the same kind', async (t) => {
  t.match(await failureOf({ url: 'http://127.0.0.1:1/', headers: { 'X-Vault-Token': 'a\nb' } }), /^Post "http:\/\/127\.0\.0\.1:1\/": /)
})

t.test('TLS: trusted and unknown', async (t) => {
  const { listener, caPem } = await serve(t, { secure: true })
  t.equal((await send({ url: listener.url, method: 'GET', timeoutMs: 5000, caPem })).status, 200)
  const said = await failureOf({ url: listener.url })
  t.equal(said, `Post "${listener.url}": ${UNVERIFIED}certificate signed by unknown authority`)
})

t.test('TLS: a certificate for another name', async (t) => {
  const { listener, caPem } = await serve(t, { secure: true, host: '127.0.0.2' })
  const reason = `${UNVERIFIED}certificate is valid for 127.0.0.1, ::1, not 127.0.0.2`
  t.equal(await failureOf({ url: listener.url, caPem }), `Post "${listener.url}": ${reason}`)
})

t.test('TLS: a certificate that is over', async (t) => {
  const { caPem, certPem, keyPem } = makeCertificates({ host: '', nowMs: Date.parse('2020-01-01T00:00:00Z') })
  const listener = await openListener({ host: '127.0.0.1', port: 0, handle: echo, tls: { cert: certPem, key: keyPem } })
  t.teardown(() => listener.close())
  t.match(await failureOf({ url: listener.url, caPem }), /x509: certificate has expired or is not yet valid$/)
})

t.test('HTTPS to a port that speaks HTTP', async (t) => {
  const { listener } = await serve(t)
  t.match(await failureOf({ url: listener.url.replace('http:', 'https:') }), /: http: server gave HTTP response to HTTPS client$/)
})
