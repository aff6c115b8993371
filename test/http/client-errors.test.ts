// Requests that cannot be read: Go's answers, and a process that lives on.
import { connect } from 'node:net'
import t from 'tap'
import { echo, serve, Wire } from './wire.js'

const BAD_REQUEST = 'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request'
const GET = 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n'

const GARBAGE = {
  'no HTTP at all': 'hello\r\n\r\n',
  'a TLS handshake': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  'a broken version': 'GET / HTTX/1.1\r\n\r\n',
  'a broken target': 'GET a HTTP/1.1\r\nHost: x\r\n\r\n',
  'a space in the target': 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n',
  'a header without a colon': 'GET / HTTP/1.1\r\nHost: x\r\nabc\r\n\r\n',
  'a control character in a header': 'GET / HTTP/1.1\r\nHost: x\r\na: \x01\r\n\r\n',
  'a length that is none': 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: two\r\n\r\n'
}

for (const [name, text] of Object.entries(GARBAGE)) {
  t.test(`${name} is a 400`, async (t) => {
    const { listener } = await serve(t)
    const wire = await Wire.to(t, listener)
    wire.send(text)
    t.equal(await wire.answer(), BAD_REQUEST)
  })
}

t.test('half a head, then the end, is a 400', async (t) => {
  const { listener } = await serve(t)
  const wire = await Wire.to(t, listener)
  wire.socket.end('GET / HTTP/1.1\r\nHo')
  t.equal(await wire.answer(), BAD_REQUEST)
})

t.test('a head over 1 MiB is a 431', async (t) => {
  const { listener } = await serve(t)
  const wire = await Wire.to(t, listener)
  wire.send(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(1_100_000)}\r\n\r\n`)
  t.match(await wire.answer(), /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n.*\r\nConnection: close\r\n\r\n431 Request Header Fields Too Large$/)
})

t.test('a head just below 1 MiB is read', async (t) => {
  const { listener } = await serve(t)
  const wire = await Wire.to(t, listener)
  wire.send(`GET /a HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(1_048_000)}\r\n\r\n`)
  t.strictSame(await wire.echoes(1), ['<GET /a 0>'])
})

t.test('an unknown transfer encoding is a 501', async (t) => {
  const { listener } = await serve(t, { handle: () => {} })
  const wire = await Wire.to(t, listener)
  wire.send('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: foo\r\n\r\n')
  t.match(await wire.answer(), /^HTTP\/1\.1 501 Not Implemented\r\n[^]*\r\n\r\nUnsupported transfer encoding$/)
})

t.test('garbage waits for the answers to earlier requests', async (t) => {
  const { listener } = await serve(t, { handle: (request, response) => { setImmediate(echo, request, response) } })
  const wire = await Wire.to(t, listener)
  wire.send(`${GET}${GET}nonsense\r\n\r\n`)
  t.match(await wire.answer(), /<GET \/a 0>HTTP\/1\.1 200[^]*<GET \/a 0>HTTP\/1\.1 400 Bad Request\r\n/)
})

t.test('a broken chunk ends the request it belongs to', async (t) => {
  const { listener } = await serve(t)
  const wire = await Wire.to(t, listener)
  wire.send('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n')
  t.equal(await wire.answer(), BAD_REQUEST)
})

t.test('a client that shuts its side after the request still gets its answer', async (t) => {
  const { listener } = await serve(t, { handle: (request, response) => { setImmediate(echo, request, response) } })
  const wire = await Wire.to(t, listener)
  wire.socket.end(GET)
  t.match(await wire.answer(), /<GET \/a 0>/)
})

t.test('a client that goes away without a word is no error', async (t) => {
  const { listener } = await serve(t)
  const wire = await Wire.to(t, listener)
  wire.socket.end()
  t.equal(await wire.answer(), '')
})

t.test('resets at any moment leave the listener serving', async (t) => {
  const { listener } = await serve(t)
  for (const text of ['', 'LI', 'LIST /', GET, `${GET}garbage\r\n`, `${'x'.repeat(70_000)}`]) {
    const { socket } = await Wire.to(t, listener)
    await new Promise((resolve) => socket.write(text, resolve))
    socket.resetAndDestroy()
  }
  const wire = await Wire.to(t, listener)
  wire.send(GET)
  t.strictSame(await wire.echoes(1), ['<GET /a 0>'])
})

t.test('HTTP on a TLS port is told so', async (t) => {
  const { listener } = await serve(t, { secure: true })
  const wire = await Wire.to(t, listener)
  wire.send(GET)
  t.equal(await wire.answer(), 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n')
})

t.test('garbage on a TLS port gets no answer', async (t) => {
  const { listener } = await serve(t, { secure: true })
  const wire = await Wire.to(t, listener)
  wire.send('hello hello\r\n')
  t.equal(await wire.answer(), '')
})

t.test('a reset within the TLS handshake leaves the listener serving', async (t) => {
  const { listener } = await serve(t, { secure: true })
  const socket = connect(listener.port, '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.resetAndDestroy()
  const wire = await Wire.to(t, listener)
  wire.send(GET)
  t.match(await wire.answer(), /HTTPS server/)
})
