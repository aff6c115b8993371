// LIST, SCAN and RECOVER on the wire, on whichever version of Node runs this.
import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http'
import { request as secureRequest } from 'node:https'
import { connect as connectTls } from 'node:tls'
import type { AddressInfo, Socket } from 'node:net'
import fastify from 'fastify'
import inject from 'light-my-request'
import t, { type Test } from 'tap'
import { answerClientError } from '../../src/http/client-errors.js'
import { acceptVerbs, injectable, verbOf, type ClientError } from '../../src/http/verbs.js'
import { echo, serve, Wire } from './wire.js'

function head (verb: string, target: string, ...lines: string[]): string {
  return [`${verb} ${target} HTTP/1.1`, 'Host: x', ...lines, '', ''].join('\r\n')
}

/** A plain server of Node's, with nothing but the verbs. */
async function plain (t: Test, options: ServerOptions = {}): Promise<Server> {
  const server = createServer(options, echo)
  acceptVerbs(server, answerClientError)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => { server.close() })
  return server
}

/** A connection, and its other end. */
async function wired (t: Test): Promise<{ wire: Wire, other: Socket }> {
  const server = await plain(t)
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve))
  const wire = await Wire.to(t, server.address() as AddressInfo)
  return { wire, other: await accepted }
}

const BODY = 'Content-Length: 2'
const CASES: Record<string, { packets: string[], echoes: string[] }> = {
  'one LIST': { packets: [head('LIST', '/a')], echoes: ['<LIST /a 0>'] },
  'SCAN and RECOVER': { packets: [head('SCAN', '/a'), head('RECOVER', '/b')], echoes: ['<SCAN /a 0>', '<RECOVER /b 0>'] },
  'LIST, GET, LIST, one after the other': { packets: [head('LIST', '/a'), head('GET', '/b'), head('LIST', '/c')], echoes: ['<LIST /a 0>', '<GET /b 0>', '<LIST /c 0>'] },
  'pipelined GET, LIST, GET, LIST': { packets: [head('GET', '/a') + head('LIST', '/b') + head('GET', '/c') + head('LIST', '/d')], echoes: ['<GET /a 0>', '<LIST /b 0>', '<GET /c 0>', '<LIST /d 0>'] },
  'pipelined LIST, SCAN, LIST': { packets: [head('LIST', '/a') + head('SCAN', '/b') + head('LIST', '/c')], echoes: ['<LIST /a 0>', '<SCAN /b 0>', '<LIST /c 0>'] },
  'LIST right behind a body': { packets: [`${head('POST', '/a', BODY)}{}${head('LIST', '/b')}`], echoes: ['<POST /a 2>', '<LIST /b 0>'] },
  'LIST with a body, then GET': { packets: [`${head('LIST', '/a', BODY)}{}${head('GET', '/b')}`], echoes: ['<LIST /a 2>', '<GET /b 0>'] },
  'RECOVER with a chunked body': { packets: [`${head('RECOVER', '/a', 'Transfer-Encoding: chunked')}2\r\n{}\r\n0\r\n\r\n${head('LIST', '/b')}`], echoes: ['<RECOVER /a 2>', '<LIST /b 0>'] },
  'an empty line before LIST': { packets: [`\r\n${head('LIST', '/a')}`], echoes: ['<LIST /a 0>'] },
  'a head over several packets': { packets: ['LIST /a', ' HTTP/1.1\r\nHo', 'st: x\r\n\r', '\n', head('GET', '/b')], echoes: ['<LIST /a 0>', '<GET /b 0>'] },
  'a GET that ends where a verb begins': { packets: [`${head('GET', '/a')}LI`, `ST /b HTTP/1.1\r\nHost: x\r\n\r\n${head('GET', '/c')}`], echoes: ['<GET /a 0>', '<LIST /b 0>', '<GET /c 0>'] },
  'LIST byte by byte': { packets: [...head('LIST', '/a')], echoes: ['<LIST /a 0>'] },
  'RECOVER, GET and SCAN byte by byte': { packets: [...(head('RECOVER', '/a') + head('GET', '/b') + head('SCAN', '/c'))], echoes: ['<RECOVER /a 0>', '<GET /b 0>', '<SCAN /c 0>'] },
  'LIST with Expect: 100-continue': { packets: [head('LIST', '/a', BODY, 'Expect: 100-continue'), `{}${head('GET', '/b')}`], echoes: ['<LIST /a 2>', '<GET /b 0>'] },
  'LIST with an unknown expectation, then GET': { packets: [head('LIST', '/a', 'Expect: wonders') + head('GET', '/b')], echoes: ['<GET /b 0>'] },
  'LIST that offers HTTP/2, as Java does': { packets: [head('LIST', '/a', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'), head('GET', '/b')], echoes: ['<LIST /a 0>', '<GET /b 0>'] },
  'a long head within the limit': { packets: [head('LIST', '/a', `X-Vault-Token: ${'x'.repeat(8000)}`)], echoes: ['<LIST /a 0>'] }
}

for (const [name, { packets, echoes }] of Object.entries(CASES)) {
  t.test(name, async (t) => {
    const { wire, other } = await wired(t)
    await wire.sendPackets(packets, other)
    t.strictSame(await wire.echoes(echoes.length), echoes)
  })
}

for (let cut = 1; cut < 8; cut++) {
  t.test(`RECOVER cut after ${cut} letters`, async (t) => {
    const { wire, other } = await wired(t)
    const text = head('RECOVER', '/a') + head('LIST', '/b')
    await wire.sendPackets([text.slice(0, cut), text.slice(cut)], other)
    t.strictSame(await wire.echoes(2), ['<RECOVER /a 0>', '<LIST /b 0>'])
  })
}

t.test('a thousand pipelined LISTs are answered in order', async (t) => {
  const { wire } = await wired(t)
  const targets = Array.from({ length: 1000 }, (_, i) => `/${i}`)
  wire.send(targets.map((target) => head('LIST', target)).join(''))
  t.strictSame(await wire.echoes(1000), targets.map((target) => `<LIST ${target} 0>`))
})

t.test('100 Continue is sent to a LIST that waits for it', async (t) => {
  const { wire } = await wired(t)
  wire.send(head('LIST', '/a', BODY, 'Expect: 100-continue'))
  await new Promise((resolve) => wire.socket.once('data', resolve))
  t.equal(wire.received, 'HTTP/1.1 100 Continue\r\n\r\n')
})

t.test('a LIST whose head is over the limit is a 431', async (t) => {
  const { wire } = await wired(t)
  wire.send(head('LIST', '/a', `X: ${'x'.repeat(20_000)}`))
  t.match(await wire.answer(), /^HTTP\/1\.1 431 Request Header Fields Too Large\r\nContent-Type: text\/plain; charset=utf-8\r\nConnection: close\r\n\r\n431 Request Header Fields Too Large$/)
})

t.test('a LIST without a Host header is a 400, and the connection ends', async (t) => {
  const { wire } = await wired(t)
  wire.send('LIST /a HTTP/1.1\r\n\r\n')
  t.match(await wire.answer(), /^HTTP\/1\.1 400 /)
})

t.test('garbage behind a LIST is a 400 after its answer', async (t) => {
  const { wire } = await wired(t)
  wire.send(`${head('LIST', '/a')}garbage\r\n\r\n`)
  t.match(await wire.answer(), /<LIST \/a 0>HTTP\/1\.1 400 Bad Request\r\n/)
})

for (const verb of ['LISTS', 'LIS', 'OLIST', 'list', 'SCANS', 'RECORD', 'FOO']) {
  t.test(`${verb} is none of them: 405`, async (t) => {
    const { wire } = await wired(t)
    wire.send(head(verb, '/a'))
    t.match(await wire.answer(), /^HTTP\/1\.1 405 Method Not Allowed\r\n[^]*\{"errors":\[\]\}\n$/)
  })
}

for (const verb of ['VER', 'OVER', 'COVER']) {
  t.test(`${verb} is no rest of RECOVER, neither behind a request nor in a packet of its own`, async (t) => {
    for (const packets of [[head(verb, '/a')], [head('GET', '/a'), head(verb, '/b')], [head('GET', '/a') + head(verb, '/b')]]) {
      const { wire, other } = await wired(t)
      await wire.sendPackets(packets, other)
      t.match(await wire.answer(), /HTTP\/1\.1 405 Method Not Allowed\r\n/, packets.join('|'))
      t.notMatch(wire.received, /<RECOVER/)
    }
  })
}

t.test('nor is it behind a RECOVER, and a RECOVER behind others is one', async (t) => {
  const { wire, other } = await wired(t)
  const later = head('RECOVER', '/c')
  await wire.sendPackets([head('RECOVER', '/a'), `${head('GET', '/b')}RECO`, later.slice(4), head('VER', '/d')], other)
  t.match(await wire.answer(), /405 Method Not Allowed/)
  t.match(wire.received, /<RECOVER \/a 0>.*<GET \/b 0>.*<RECOVER \/c 0>/s)
  t.notMatch(wire.received, /\/d/)
})

/** What the parser of a connection is asked to do; its class is Node's own. */
interface SeenParser { initialize: (...args: unknown[]) => void, remove: () => void }

t.test(`Node ${process.versions.node}: the parser is put back to its start for a LIST alone`, async (t) => {
  const { wire, other } = await wired(t)
  const { parser } = other as Socket & { readonly parser: SeenParser }
  const steps: string[] = []
  for (const step of ['remove', 'initialize'] as const) {
    const own = parser[step]
    parser[step] = (...args: unknown[]) => {
      steps.push(step)
      Reflect.apply(own, parser, args)
    }
  }
  wire.send(head('GET', '/a'))
  await wire.echoes(1)
  t.same(steps, [])
  wire.send(head('LIST', '/b'))
  await wire.echoes(2)
  t.same(steps, ['remove', 'initialize'])
  wire.send(head('GET', '/c'))
  await wire.echoes(3)
  t.same(steps, ['remove', 'initialize'])
})

t.test('a server without the internals answers 405 and says why', async (t) => {
  const server = createServer(echo)
  server.on('connection', (socket) => { Object.defineProperty(socket, 'parser', { get: () => undefined, set () {} }) })
  const refused = new Promise<ClientError>((resolve) => {
    acceptVerbs(server, (error, socket) => {
      resolve(error)
      answerClientError(error, socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => { server.close() })
  const wire = await Wire.to(t, server.address() as AddressInfo)
  wire.send(head('LIST', '/a'))
  t.equal((await refused).refusedVerb, 'LIST')
  t.match(await wire.answer(), /^HTTP\/1\.1 405 [^]*\{"errors":\["this version of Node cannot take LIST: use GET with \?list=true"\]\}\n$/)
})

t.test('over TLS', async (t) => {
  const { listener, caPem } = await serve(t, { secure: true })
  const socket = connectTls({ port: listener.port, host: '127.0.0.1', ca: caPem })
  t.teardown(() => { socket.destroy() })
  await new Promise((resolve) => socket.once('secureConnect', resolve))
  const wire = new Wire(socket)
  wire.send('LI')
  wire.send(`ST /a HTTP/1.1\r\nHost: x\r\n\r\n${head('GET', '/b')}${head('SCAN', '/c', BODY)}{}`)
  wire.send(head('LIST', '/d'))
  t.strictSame(await wire.echoes(4), ['<LIST /a 0>', '<GET /b 0>', '<SCAN /c 2>', '<LIST /d 0>'])
})

t.test('from a client that chooses its verb', async (t) => {
  const { listener, caPem } = await serve(t, { secure: true })
  const text = await new Promise<string>((resolve, reject) => {
    secureRequest(`${listener.url}/v1/secret?list=x`, { method: 'LIST', ca: caPem, agent: false }, (answer) => {
      answer.setEncoding('utf8').on('data', resolve)
    }).on('error', reject).end()
  })
  t.equal(text, '<LIST /v1/secret?list=x 0>')
})

t.test('the server closes cleanly after LISTs', async (t) => {
  const server = await plain(t)
  const wire = await Wire.to(t, server.address() as AddressInfo)
  wire.send(head('LIST', '/a') + head('LIST', '/b'))
  await wire.echoes(2)
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeIdleConnections() // finds the connection, because its parser stands in the list once
  t.equal(await closed, undefined)
})

t.test('the head\'s time limit holds for a LIST, and ends with its head', async (t) => {
  const server = await plain(t, { headersTimeout: 40, connectionsCheckingInterval: 10 })
  const address = server.address() as AddressInfo
  const [whole, held, half] = [await Wire.to(t, address), await Wire.to(t, address), await Wire.to(t, address)]
  whole.send(head('LIST', '/a'))
  held.send('LIS')
  half.send('LIST /b HTTP/1.1\r\n')
  t.strictSame([await held.answer(), await half.answer()], ['', ''])
  whole.send(head('GET', '/c'))
  t.strictSame(await whole.echoes(2), ['<LIST /a 0>', '<GET /c 0>'])
})

t.test('no request is listened for, only connections and errors', async (t) => {
  const [server, untouched] = [createServer(), createServer()]
  acceptVerbs(server, answerClientError)
  t.strictSame(server.eventNames().filter((name) => !untouched.eventNames().includes(name)), ['clientError'])
})

t.test('a GET is left as Node made it', async (t) => {
  let request: IncomingMessage | undefined
  const { listener } = await serve(t, { handle: (given, response) => { request = given; response.end('<GET / 0>') } })
  const wire = await Wire.to(t, listener)
  wire.send(head('GET', '/a'))
  await wire.echoes(1)
  t.strictSame(Object.getOwnPropertySymbols(request).filter(({ description }) => description === 'vault-mock.verb'), [])
  t.equal(verbOf(request as IncomingMessage), 'GET')
})

t.test('inject takes each verb, and Fastify routes it as GET', async (t) => {
  const app = fastify()
  app.get('/v1/*', (request) => `${request.method} ${verbOf(request.raw)} ${request.url}`)
  await app.ready()
  for (const method of ['LIST', 'SCAN', 'RECOVER', 'list', 'GET', undefined]) {
    const { body } = await inject((request, response) => { app.routing(request, response) }, injectable({ method, url: '/v1/x', headers: { 'X-Vault-Token': 'root' } }))
    t.equal(body, `GET ${(method ?? 'GET').toUpperCase()} /v1/x`)
  }
})

t.test('inject takes a body, and refuses verbs that nobody knows', async (t) => {
  const dispatch = echo as (request: unknown, response: unknown) => void
  const { body } = await inject(dispatch, injectable({ method: 'RECOVER', url: '/x', payload: { a: 1 } }))
  t.equal(body, '<RECOVER /x 7>')
  await t.rejects(async () => await inject(dispatch, injectable({ method: 'FOO', url: '/x' })))
})
