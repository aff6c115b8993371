// How Vault reads requests and labels answers, for all routes at once (recordings `http-rules`).
import pino from 'pino'
import t from 'tap'
import { vault } from '../vault-server.js'
import { Wire } from './wire.js'

const POLICY = JSON.stringify({ policy: 'path "a" { capabilities = ["read"] }' })

const LABELS = [
  '', 'application/json', 'application/x-www-form-urlencoded', 'text/plain;charset=UTF-8', 'application/octet-stream', 'json'
]
for (const label of LABELS) {
  t.test(`JSON is read under the label "${label}"`, async (t) => {
    const { send } = vault(t)
    const { status } = await send('PUT', 'sys/policies/acl/p', POLICY, label === '' ? {} : { 'content-type': label })
    t.equal(status, 204)
  })
}

t.test('a form needs its label', async (t) => {
  const { send } = vault(t)
  const form = 'policy=path+%22a%22+%7B+capabilities+%3D+%5B%22read%22%5D+%7D'
  t.equal((await send('PUT', 'sys/policies/acl/p', form, { 'content-type': 'application/x-www-form-urlencoded' })).status, 204)
  t.same((await send('PUT', 'sys/policies/acl/p', form)).body, { errors: ['error parsing JSON'] })
})

for (const body of ['', '   ', 'null', '{}']) {
  t.test(`the body "${body}" carries no parameters`, async (t) => {
    const { send } = vault(t)
    t.same((await send('PUT', 'sys/policies/acl/p', body)).body, { errors: ["'policy' parameter not supplied or empty"] })
  })
}

for (const body of ['{"policy":', '{"policy":"x",}', '[1,2]', '"abc"', '12']) {
  t.test(`the body ${body} is refused`, async (t) => {
    const { send } = vault(t)
    const { status, text } = await send('PUT', 'sys/policies/acl/p', body)
    t.equal(status, 400)
    t.equal(text, '{"errors":["error parsing JSON"]}\n')
  })
}

t.test('1.21 refuses malformed JSON with 500 before anything else', async (t) => {
  const { send } = vault(t, { profile: 'vault-1.21' })
  t.equal((await send('PUT', 'sys/policies/acl/p', '{"policy":')).status, 500)
})

t.test('big numbers and hostile keys survive unharmed', async (t) => {
  const { send } = vault(t)
  await send('POST', 'sys/mounts/kv1', { type: 'kv', options: { version: '1' } })
  const body = '{"__proto__":{"x":1},"constructor":2,"e":1e3,"f":1.0,"n":12345678901234567890}'
  t.equal((await send('PUT', 'kv1/a', body)).status, 204)
  t.match((await send('GET', 'kv1/a')).text, `"data":${body},`)
})

t.test('text is escaped as Go escapes it', async (t) => {
  const { send } = vault(t)
  await send('POST', 'sys/mounts/kv1', { type: 'kv' })
  await send('PUT', 'kv1/a', { t: '<&>\u2028' })
  t.match((await send('GET', 'kv1/a')).text, '"t":"\\u003c\\u0026\\u003e\\u2028"')
})

t.test('every answer says application/json, no-store and HSTS', async (t) => {
  const { send } = vault(t)
  for (const path of ['sys/health', 'sys/mounts', 'nowhere', 'sys/nothing']) {
    const { headers } = await send('GET', path)
    t.equal(headers['content-type'], 'application/json')
    t.equal(headers['cache-control'], 'no-store')
    t.equal(headers['strict-transport-security'], 'max-age=31536000; includeSubDomains')
  }
})

t.test('a namespace header is echoed', async (t) => {
  const { send } = vault(t)
  t.equal((await send('GET', 'sys/health', undefined, { 'x-vault-namespace': 'team/' })).headers['x-vault-namespace'], 'team/')
})

t.test('an encoded slash is a slash; doubled ones are redirected', async (t) => {
  const { send } = vault(t)
  t.equal((await send('GET', 'sys%2Fmounts')).status, 200)
  for (const path of ['/sys/mounts', 'sys//mounts']) {
    const { status, headers } = await send('GET', path)
    t.equal(status, 301)
    t.equal(headers.location, '/v1/sys/mounts')
  }
})

t.test('LIST and GET with list=true are one operation', async (t) => {
  const { send } = vault(t)
  for (const [method, path] of [['LIST', 'sys/policies/acl'], ['GET', 'sys/policies/acl?list=true'], ['GET', 'sys/policies/acl/?list=1']] as const) {
    t.same((await send(method, path)).body.data, { keys: ['default', 'root'] })
  }
  t.equal((await send('GET', 'sys/policies/acl?list=maybe')).text, '{"errors":[]}\n')
})

t.test('X-Vault-Token wins over a bearer token, whose prefix is matched to the letter', async (t) => {
  const { send } = vault(t)
  t.equal((await send('GET', 'sys/mounts', undefined, { authorization: 'Bearer wrong' })).status, 200)
  t.equal((await send('GET', 'sys/mounts', undefined, { 'x-vault-token': '', authorization: 'Bearer root' })).status, 200)
  t.equal((await send('GET', 'sys/mounts', undefined, { 'x-vault-token': '', authorization: 'bearer root' })).status, 403)
})

t.test('a body beyond 32 MiB is refused', async (t) => {
  const { send } = vault(t)
  const { status, body } = await send('PUT', 'sys/policies/acl/p', Buffer.alloc(33_554_433, 32))
  t.equal(status, 413)
  t.same(body, { errors: ['http: request body too large'] })
})

t.test('HEAD is for health alone', async (t) => {
  const { send } = vault(t)
  t.equal((await send('HEAD', 'sys/health')).status, 200)
  t.equal((await send('HEAD', 'sys/mounts')).status, 405)
})

t.test('a broken percent-encoding is refused in the words of Go\'s server', async (t) => {
  const { send } = vault(t)
  const { status, text, headers } = await send('GET', 'secret/%')
  t.same([status, text, headers['content-type']], [400, '400 Bad Request', 'text/plain; charset=utf-8'])
})

t.test('a redirect to the clean path shows it escaped', async (t) => {
  const { send } = vault(t)
  const { text, headers } = await send('GET', '/sys/health?a=1&b=2')
  t.equal(headers.location, '/v1/sys/health?a=1&b=2')
  t.equal(text, '<a href="/v1/sys/health?a=1&amp;b=2">Moved Permanently</a>.\n\n')
})

t.test('a path named like a member of Object replaces no parameters', async (t) => {
  const { send } = vault(t)
  const { body } = await send('POST', 'secret/data/a', { data: {}, constructor: 1 })
  t.same(body.warnings, ['Endpoint ignored these unrecognized parameters: [constructor]'])
})

t.test('on the wire header names are spelt as Go spells them, and the label has no charset', async (t) => {
  const { server } = vault(t)
  const wire = await Wire.to(t, { port: Number(new URL(await server.listen()).port) })
  wire.send('GET /v1/sys/seal-status HTTP/1.1\r\nHost: x\r\nX-Vault-Namespace: a\r\nConnection: close\r\n\r\n')
  const [head = ''] = (await wire.answer()).split('\r\n\r\n')
  const names = head.split('\r\n').slice(1).map((line) => line.split(':')[0])
  t.same(names.sort(), [
    'Cache-Control', 'Connection', 'Content-Length', 'Content-Type', 'Date', 'Strict-Transport-Security', 'X-Vault-Namespace'
  ])
  t.match(head, /\r\nContent-Type: application\/json\r\n/)
})

t.test('hooks see every answer, also those of fault rules and of other verbs', async (t) => {
  const lines: { readonly path: string, readonly status: number }[] = []
  const logger = pino({ level: 'info', base: null }, { write: (line: string) => { lines.push(JSON.parse(line)) } })
  const { server, send } = vault(t, { logger })
  server.controls.faults.add({ match: { path: 'secret/**' }, effect: { status: 418 } })
  server.controls.faults.add({ match: { path: 'sys/mounts' }, effect: { malformedJson: true } })
  await send('GET', 'secret/data/a')
  await send('GET', 'sys/mounts')
  await send('PATCH', 'sys/health')
  await send('GET', 'sys//mounts')
  await send('GET', 'sys/storage/raft/snapshot')
  t.same(lines.map(({ path, status }) => [path, status]), [
    ['/v1/secret/data/a', 418], ['/v1/sys/mounts', 200], ['/v1/sys/health', 405], ['/v1/sys//mounts', 301],
    ['/v1/sys/storage/raft/snapshot', 200]
  ])
})
