// Listeners: where they listen, how they refuse, hang and close.
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import t, { type Test } from 'tap'
import { ListenError, openListener, type Listener } from '../../src/http/listeners.js'
import { echo, serve, Wire } from './wire.js'

const GET = 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n'

/** The code of the error that a connection meets; undefined where it is taken. */
function refusal (port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(undefined) })
    socket.once('error', (error: NodeJS.ErrnoException) => { resolve(error.code) })
  })
}

/** A connection past its handshake. */
async function connected (t: Test, { url, port }: Listener, caPem: string): Promise<Wire> {
  if (url.startsWith('http:')) return await Wire.to(t, { port })
  const socket = connectTls({ port, host: '127.0.0.1', ca: caPem })
  await new Promise((resolve) => socket.once('secureConnect', resolve))
  return new Wire(socket)
}

t.test('takes a free port and says where it listens', async (t) => {
  const { listener } = await serve(t)
  t.match(listener.url, /^http:\/\/127\.0\.0\.1:\d+$/)
  t.equal(listener.address, `127.0.0.1:${listener.port}`)
  t.equal(await (await fetch(`${listener.url}/x`)).text(), '<GET /x 0>')
})

t.test('every address is reached as this machine', async (t) => {
  const { listener } = await serve(t, { host: '0.0.0.0' })
  t.match(listener.url, /^http:\/\/127\.0\.0\.1:/)
  t.match(listener.address, /^0\.0\.0\.0:/)
})

t.test('an IPv6 address stands in brackets', async (t) => {
  const opened = await openListener({ host: '::1', port: 0, handle: echo }).catch((error: ListenError) => error)
  if (opened instanceof ListenError) { t.equal(opened.code, 'EADDRNOTAVAIL'); return }
  t.teardown(() => opened.close())
  t.equal(opened.url, `http://[::1]:${opened.port}`)
  t.equal(await (await fetch(`${opened.url}/x`)).text(), '<GET /x 0>')
})

t.test('an address in use is an error of its own', async (t) => {
  const { listener: { port } } = await serve(t)
  const opening = openListener({ host: '127.0.0.1', port, handle: echo })
  await t.rejects(opening, { name: 'ListenError', code: 'EADDRINUSE', address: '127.0.0.1', port, message: `listen tcp 127.0.0.1:${port}: bind: address already in use` })
})

t.test('an address of another machine is one, too', async (t) => {
  await t.rejects(openListener({ host: '192.0.2.1', port: 0, handle: echo }), { name: 'ListenError', code: 'EADDRNOTAVAIL' })
})

t.test('refusing cuts connections and gives up the port; serving takes it again', async (t) => {
  const { listener } = await serve(t)
  const wire = await Wire.to(t, listener)
  wire.send(GET)
  await wire.echoes(1)
  await listener.setBehaviour('refusing')
  await wire.answer()
  t.equal(await refusal(listener.port), 'ECONNREFUSED')
  await listener.setBehaviour('serving')
  t.equal(await (await fetch(`${listener.url}/b`)).text(), '<GET /b 0>')
})

t.test('LIST works on a listener that opened again', async (t) => {
  const { listener } = await serve(t)
  await listener.setBehaviour('refusing')
  await listener.setBehaviour('serving')
  const wire = await Wire.to(t, listener)
  wire.send(GET.replace('GET', 'LIST') + GET)
  t.strictSame(await wire.echoes(2), ['<LIST /a 0>', '<GET /a 0>'])
})

t.test('hanging takes requests, and answers them once it serves again', async (t) => {
  let handled = 0
  const { listener } = await serve(t, { handle: (request, response) => { handled++; echo(request, response) } })
  await listener.setBehaviour('hanging')
  const [gone, patient] = [await Wire.to(t, listener), await Wire.to(t, listener)]
  gone.send(GET)
  patient.send(GET)
  gone.socket.destroy()
  t.equal(await refusal(listener.port), undefined)
  t.equal(handled, 0)
  await listener.setBehaviour('serving')
  t.strictSame(await patient.echoes(1), ['<GET /a 0>'])
})

t.test('hanging reaches connections that are open already', async (t) => {
  const { listener } = await serve(t)
  const wire = await Wire.to(t, listener)
  wire.send(GET)
  await wire.echoes(1)
  await listener.setBehaviour('hanging')
  wire.send(GET)
  await listener.setBehaviour('refusing')
  t.equal((await wire.answer()).match(/<GET/g)?.length, 1)
})

t.test('from refusing to hanging: connections are taken and not answered', async (t) => {
  const { listener } = await serve(t)
  await listener.setBehaviour('refusing')
  await listener.setBehaviour('hanging')
  t.equal(listener.behaviour, 'hanging')
  t.equal(await refusal(listener.port), undefined)
})

t.test('changes that are not awaited happen in their order', async (t) => {
  const { listener } = await serve(t)
  listener.setBehaviour('refusing')
  listener.setBehaviour('hanging')
  listener.setBehaviour('refusing')
  await listener.setBehaviour('serving')
  t.equal(await (await fetch(`${listener.url}/c`)).text(), '<GET /c 0>')
})

t.test('a port that is kept is nobody else\'s while it refuses', async (t) => {
  const { listener } = await serve(t, { keepsPort: true })
  const { port, url } = listener
  await listener.setBehaviour('refusing')
  await t.rejects(fetch(`${url}/x`), 'whoever connects is cut off')
  await t.rejects(openListener({ host: '127.0.0.1', port, handle: echo }), { code: 'EADDRINUSE' })
  await listener.setBehaviour('serving')
  t.equal(await (await fetch(`${url}/x`)).text(), '<GET /x 0>')
  await listener.close()
  t.equal(await refusal(port), 'ECONNREFUSED', 'closed, it is given up')
})

t.test('a port lost while refusing is told, and kills nothing', async (t) => {
  const errors: Error[] = []
  const { listener } = await serve(t, { onError: (error) => { errors.push(error) } })
  await listener.setBehaviour('refusing')
  const thief = await openListener({ host: '127.0.0.1', port: listener.port, handle: echo })
  listener.setBehaviour('hanging') // nobody waits for it
  await t.rejects(listener.setBehaviour('serving'), { code: 'EADDRINUSE' })
  t.match(errors, [{ code: 'EADDRINUSE' }, { code: 'EADDRINUSE' }])
  await thief.close()
  await listener.setBehaviour('serving')
  t.equal(await refusal(listener.port), undefined)
})

for (const secure of [false, true]) {
  t.test(`closing cuts kept connections, hung requests and handshakes at once${secure ? ', over TLS' : ''}`, async (t) => {
    const { listener, caPem } = await serve(t, { secure, handle: (request, response) => { if (request.url === '/a') echo(request, response) } })
    const silent = await Wire.to(t, listener)
    const [kept, hung] = [await connected(t, listener, caPem), await connected(t, listener, caPem)]
    kept.send(GET)
    await kept.echoes(1)
    hung.send(GET.replace('/a', '/hang'))
    const before = performance.now()
    await listener.close()
    t.ok(performance.now() - before < 50, 'within 50 ms')
    await Promise.all([silent.answer(), kept.answer(), hung.answer()])
    t.equal(await refusal(listener.port), 'ECONNREFUSED')
  })
}

t.test('closing twice, or while refusing, is no error', async (t) => {
  const { listener } = await serve(t)
  await listener.setBehaviour('refusing')
  await Promise.all([listener.close(), listener.close()])
})
