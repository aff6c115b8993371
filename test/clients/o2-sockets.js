// O2: what real clients put on the wire and a plain Node server trips over (T1 to T13), byte for byte.
import { equal, ok, run } from './checks.js'
import { servers } from './server.js'
import { Conversation, requestBytes } from './sockets.js'

const { main } = servers()
const { token } = main
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }
const AUTOPILOT = '/v1/sys/storage/raft/autopilot/configuration'
const AUTO_SNAPSHOTS = '/v1/sys/storage/raft/snapshot-auto/config'
const SNAPSHOT = '/v1/sys/storage/raft/snapshot'
const UNPARSED = 'application/json'

async function exchange (method, path, options = {}, url = main.url) {
  const conversation = await Conversation.with(url)
  await conversation.send(requestBytes(method, path, { token, ...options }))
  const answer = await conversation.answer(method === 'HEAD')
  conversation.close()
  return answer
}

/** Writes a threshold in some client's way, then reads it back. */
async function thresholdWritten (name, method, seconds, options) {
  const body = JSON.stringify({ last_contact_threshold: `${seconds}s` })
  const written = await exchange(method, AUTOPILOT, { body, ...options })
  const read = await exchange('GET', AUTOPILOT)
  equal([written.status, read.json?.data?.last_contact_threshold], [204, `${seconds}s`], name)
}

async function T1listVerb () {
  const none = await exchange('LIST', AUTO_SNAPSHOTS)
  equal([none.status, none.json], [404, { errors: [] }], 'T1: LIST of nothing')
  const config = { interval: '1d', storage_type: 'local', local_max_space: '100000', path_prefix: '/tmp/vault-mock-never-written' }
  equal((await exchange('POST', `${AUTO_SNAPSHOTS}/daily`, { body: JSON.stringify(config) })).status, 204, 'T1: something to list is written')
  for (const options of [{}, { body: '' }, { headers: { 'Content-Type': 'application/json' }, body: '' }]) {
    const list = await exchange('LIST', AUTO_SNAPSHOTS, options)
    equal([list.status, list.json?.data?.keys], [200, ['daily']], `T1: LIST with headers ${JSON.stringify(options)}`)
  }
  equal((await exchange('GET', `${AUTO_SNAPSHOTS}?list=true`)).json?.data?.keys, ['daily'], 'T1: GET with list=true')
}

async function T1keepAlive () {
  const conversation = await Conversation.with(main.url)
  const list = requestBytes('LIST', AUTO_SNAPSHOTS, { token })
  const get = requestBytes('GET', '/v1/sys/seal-status')
  for (const [name, bytes] of [['LIST', list], ['GET', get], ['LIST', list], ['GET', get]]) {
    await conversation.send(bytes)
    equal((await conversation.answer()).status, 200, `T1: ${name} on a connection kept alive`)
  }
  await conversation.send(Buffer.concat([get, list, list, get, list]))
  const statuses = []
  for (let i = 0; i < 5; i++) statuses.push((await conversation.answer()).json?.data?.keys?.[0] ?? 'status')
  equal(statuses, ['status', 'daily', 'daily', 'status', 'daily'], 'T1: pipelined GET LIST LIST GET LIST')
  conversation.close()
}

async function T1splitRequestLine () {
  const bytes = requestBytes('LIST', AUTO_SNAPSHOTS, { token }).toString()
  for (const cuts of [[1], [3], [4], [5], [2, 7, 40], [bytes.length - 2]]) {
    const conversation = await Conversation.with(main.url)
    await conversation.send(...[0, ...cuts].map((from, i) => bytes.slice(from, cuts[i] ?? bytes.length)))
    equal((await conversation.answer()).json?.data?.keys, ['daily'], `T1: LIST in packets cut at ${cuts.join(', ')}`)
    conversation.close()
  }
}

async function T2toT5labels () {
  await thresholdWritten('T2: JSON without a label, PUT', 'PUT', 11, {})
  await thresholdWritten('T3: JSON labelled as a form, POST', 'POST', 12, { headers: FORM })
  await thresholdWritten('T3: a true form', 'POST', 13, { headers: FORM, body: 'last_contact_threshold=13s' })
  await thresholdWritten('T5: JSON labelled text/plain', 'POST', 14, { headers: { 'Content-Type': 'text/plain;charset=UTF-8' } })
  await thresholdWritten('JSON labelled application/json; charset=utf-8', 'PUT', 15, { headers: { 'Content-Type': 'application/json; charset=utf-8' } })
  await thresholdWritten('JSON with blanks before it, labelled as a form', 'PUT', 16, { headers: FORM, body: ' \r\n\t{"last_contact_threshold":"16s"}' })
}

async function T4snapshots () {
  const { status, body, headers } = await exchange('GET', SNAPSHOT)
  equal([status, headers['content-type'], headers['content-encoding']], [200, 'application/gzip', undefined], 'T4: a snapshot')
  for (const [name, label] of [['a form', FORM], ['nothing', {}], ['octet-stream', { 'Content-Type': 'application/octet-stream' }]]) {
    equal((await exchange('POST', SNAPSHOT, { headers: label, body })).status, 204, `T4: restored, labelled as ${name}`)
  }
  equal((await chunked('POST', SNAPSHOT, body)).status, 204, 'T4: restored in chunks, without label or length')
}

async function chunked (method, path, body) {
  const conversation = await Conversation.with(main.url)
  await conversation.send(requestBytes(method, path, { token, headers: { 'Transfer-Encoding': 'chunked' } }))
  for (let at = 0; at < body.length; at += 1000) {
    const chunk = body.subarray(at, at + 1000)
    await conversation.send(Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]))
  }
  await conversation.send('0\r\n\r\n')
  const answer = await conversation.answer()
  conversation.close()
  return answer
}

async function T6toT9emptyBodies () {
  const octets = { headers: { 'Content-Type': 'application/octet-stream' }, body: '' }
  equal((await exchange('GET', AUTOPILOT, octets)).status, 200, 'T6: octet-stream without bytes, GET')
  equal((await exchange('LIST', AUTO_SNAPSHOTS, octets)).status, 200, 'T6: octet-stream without bytes, LIST')
  equal((await exchange('PUT', '/v1/sys/rotate', octets)).status, 204, 'T6: octet-stream without bytes, PUT')
  equal((await exchange('DELETE', `${AUTO_SNAPSHOTS}/daily`, octets)).status, 204, 'T6: octet-stream without bytes, DELETE')
  equal((await exchange('POST', '/v1/sys/rotate', { headers: FORM, body: '' })).status, 204, 'T7: a form without bytes')
  equal((await exchange('PUT', '/v1/sys/rotate', { body: '' })).status, 204, 'T7: length 0, no label')
  equal((await exchange('POST', '/v1/sys/rotate', { headers: { 'Content-Type': UNPARSED }, body: '' })).status, 204, 'T8: application/json without bytes')
  equal((await exchange('POST', '/v1/sys/rotate')).status, 204, 'T8: neither label nor length')
  const nothing = await exchange('PUT', '/v1/sys/storage/raft/remove-peer', { body: 'null' })
  equal([nothing.status, nothing.json], [400, { errors: ['no server id provided'] }], 'T9: null is no parameters')
}

async function T10goBooleans () {
  const standby = main.nodes[1].url
  const cases = { '': 429, '?standbyok=True': 200, '?standbyok=true': 200, '?standbyok=1': 200, '?standbyok=t': 200, '?standbyok': 429, '?standbyok=': 429, '?standbyok=False': 429, '?standbyok=maybe': 400, '?standbycode=299': 299 }
  for (const [query, status] of Object.entries(cases)) {
    equal((await exchange('GET', `/v1/sys/health${query}`, {}, standby)).status, status, `T10: health${query} of a standby`)
  }
  equal((await exchange('HEAD', '/v1/sys/health', {}, standby)).status, 429, 'T10: health by HEAD')
}

async function T12T13errors () {
  const cases = [
    ['no token', 403, await exchange('GET', AUTOPILOT, { token: undefined })],
    ['unknown sys path', 404, await exchange('GET', '/v1/sys/nowhere')],
    ['unknown mount', 404, await exchange('GET', '/v1/nowhere/at/all')],
    ['outside /v1', 404, await exchange('GET', '/nowhere')],
    ['wrong method', 405, await exchange('DELETE', AUTOPILOT)],
    ['wrong method on health', 405, await exchange('POST', '/v1/sys/health', { body: '{}' })],
    ['malformed JSON', 400, await exchange('PUT', '/v1/sys/storage/raft/remove-peer', { body: '{"server_id":' })],
    ['no such config', 404, await exchange('GET', `${AUTO_SNAPSHOTS}/none`)],
    ['a verb nobody knows', 405, await exchange('PROPFIND', '/v1/sys/health')]
  ]
  for (const [name, status, answer] of cases) {
    equal(answer.status, status, `T13: ${name}: ${status}`)
    ok(Array.isArray(answer.json?.errors), `T13: ${name}: a list of errors`, answer.text)
    equal(answer.headers['content-type'], 'application/json', `T12: ${name}: the exact Content-Type`)
  }
  for (const path of ['/v1/sys/health', '/v1/sys/seal-status', '/v1/sys/leader', AUTOPILOT]) {
    equal((await exchange('GET', path)).headers['content-type'], 'application/json', `T12: ${path}: the exact Content-Type`)
  }
}

const UNREADABLE = [
  ['no HTTP', 'this is no HTTP\r\n\r\n'],
  ['a broken header', 'GET /v1/sys/health HTTP/1.1\r\nHost: a\r\nbro ken\r\n\r\n'],
  ['a broken length', 'PUT /v1/sys/rotate HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n']
]

async function T13parserErrors () {
  for (const [name, bytes] of UNREADABLE) {
    const conversation = await Conversation.with(main.url)
    await conversation.send(bytes)
    const answer = await conversation.answer()
    // no handler ever sees these: Go's own HTTP server answers them, in plain text
    const seen = [answer.status, answer.headers['content-type'], answer.text]
    equal(seen, [400, 'text/plain; charset=utf-8', '400 Bad Request'], `T13: ${name}: 400 in the words of Go's server`)
    conversation.close()
  }
}

/** Whatever the server logs about it, the runner will find. */
async function clientsThatGoAway () {
  for (const bytes of ['Content-Length: 1000\r\n\r\n{"data":', 'Transfer-Encoding: chunked\r\n\r\n5\r\n{"dat\r\n']) {
    for (const path of ['/v1/cubbyhole/a', '/v1/sys/storage/raft/snapshot', '/v1/sys/unseal']) {
      const conversation = await Conversation.with(main.url)
      await conversation.send(`POST ${path} HTTP/1.1\r\nHost: a\r\nX-Vault-Token: ${main.token}\r\n${bytes}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
      conversation.close()
    }
  }
  equal((await exchange('GET', '/v1/sys/health')).status, 200, 'clients that go away in the middle of a body do no harm')
}

await run(
  T1listVerb, T1keepAlive, T1splitRequestLine, T2toT5labels, T4snapshots, T6toT9emptyBodies, T10goBooleans,
  T12T13errors, T13parserErrors, clientsThatGoAway
)
