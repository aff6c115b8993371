// What judges the server is judged: framing, chance by seed, shrinking.
import t from 'tap'
import { Dice } from './dice.js'
import type { Case } from './cases.js'
import { shrunk } from './shrink.js'
import { sockets } from './attacks/sockets.js'
import { AnswerReader } from './wire.js'

function read (bytes: string, methods: string[] = []): Array<[number, string]> {
  const reader = new AnswerReader(methods)
  // a byte at a time: where the pieces end does not matter
  for (const byte of Buffer.from(bytes, 'latin1')) reader.push(Buffer.from([byte]))
  reader.end()
  return reader.answers.map(({ status, body }) => [status, body.toString()])
}

t.test('sound answers are read, one after the other', async (t) => {
  const plain = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'
  const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n1\r\n!\r\n0\r\n\r\n'
  t.same(read(plain + chunked + plain), [[200, 'hi'], [200, 'hi!'], [200, 'hi']])
  t.same(read('HTTP/1.1 100 Continue\r\n\r\n' + plain), [[200, 'hi']], 'an interim answer is none')
  t.same(read('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n' + plain, ['HEAD', 'GET']), [[200, ''], [200, 'hi']])
  t.same(read('HTTP/1.1 204 No Content\r\n\r\n' + plain), [[204, ''], [200, 'hi']])
  t.same(read('HTTP/1.1 200 OK\r\n\r\nto the end'), [[200, 'to the end']])
})

const MALFORMED = {
  'an interim answer within an answer': 'HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n' +
    '{"a":1}HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  'two lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi',
  'a length and chunks': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'a chunk that is too long': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nhi\r\n0\r\n\r\n',
  'a body that is cut off': 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi',
  'a header name with a space': 'HTTP/1.1 200 OK\r\nA b: c\r\nContent-Length: 0\r\n\r\n',
  'JSON that is none': 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n{',
  'no HTTP': 'hello'
}
for (const [name, bytes] of Object.entries(MALFORMED)) {
  t.test(`${name} is no answer`, async (t) => {
    t.throws(() => read(bytes), { name: 'MalformedAnswer' })
  })
}

t.test('the same seed makes the same case, another one another', async (t) => {
  const made = (seed: number): string => JSON.stringify(Array.from({ length: 20 }, (_, at) => sockets(new Dice(seed, 'sockets', at))))
  t.equal(made(7), made(7))
  t.not(made(7), made(8))
})

t.test('a failing case loses all that it does not need', async (t) => {
  const step = { kind: 'request', to: 'main', method: 'PUT', path: '/v1/x?list=true&help=1' } as const
  const failing: Case = {
    attack: 'x',
    flags: ['--nodes', '3'],
    steps: [
      { ...step, headers: [] },
      { ...step, headers: [['A', '1'], ['B', '2']], times: 9, body: ['{"a":{"b":1,"c":[1,2,3]},"d":"e"}'] },
      { ...step, headers: [['A', '1']] }
    ]
  }
  const fails = async ({ steps }: Case): Promise<boolean> => steps.some((step) =>
    step.kind === 'request' && step.headers.some(([name]) => name === 'B') && /"c":\[.*2/.test(JSON.stringify(step.body ?? '').replaceAll('\\', '')))
  const smallest = await shrunk(failing, fails, () => true)
  const expected = { ...step, path: '/v1/x', headers: [['B', '2']], times: 1, body: ['{"a":{"c":[2]}}'] }
  t.same(smallest, { attack: 'x', flags: [], steps: [expected] })
})
