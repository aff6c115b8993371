// sys/audit, and what a device is told
import t from 'tap'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DENIED, vault } from '../../vault-server.js'

t.test('GET audit of no devices is an empty object, with nothing repeated beside data', async (t) => {
  const { send } = vault(t)
  const { status, body } = await send('GET', 'sys/audit')
  t.equal(status, 200)
  t.same(body.data, {})
  t.notOk('file/' in body)
})

t.test('PUT audit/:path enables a device, which GET audit shows', async (t) => {
  const { verdict, data } = vault(t)
  const options = { file_path: '/audit.log' }
  t.equal(await verdict('PUT', 'sys/audit/file', { type: 'file', description: 'all', options }), '204')
  t.same(await data('GET', 'sys/audit'), {
    'file/': { path: 'file/', type: 'file', description: 'all', options, local: false }
  })
})

t.test('PUT audit/:path refuses a path in use, no type, an unknown type and a file without a path', async (t) => {
  const { verdict } = vault(t)
  const device = { type: 'file', options: { file_path: '/audit.log' } }
  await verdict('PUT', 'sys/audit/file', device)
  t.equal(await verdict('PUT', 'sys/audit/file', device), '400 path already in use')
  t.equal(await verdict('PUT', 'sys/audit/x', {}), '400 backend type must be specified as a string')
  t.equal(await verdict('PUT', 'sys/audit/x', { type: 'file' }), '400 file_path is required')
  t.match(await verdict('PUT', 'sys/audit/x', { type: 'socket' }), /^400 .*"socket" audit device/)
})

t.test('PUT audit/:path is refused by OpenBao, which takes devices from its configuration alone', async (t) => {
  const { verdict } = vault(t, { profile: 'openbao-2.5' })
  const text = 'cannot enable audit device via API; use declarative, config-based audit device management instead'
  t.equal(await verdict('PUT', 'sys/audit/file', { type: 'file' }), `400 ${text}`)
})

t.test('DELETE audit/:path disables a device and is no error where there is none', async (t) => {
  const { verdict, data } = vault(t)
  const options = { file_path: '/audit.log' }
  await verdict('PUT', 'sys/audit/file', { type: 'file', options })
  t.equal(await verdict('DELETE', 'sys/audit/file'), '204')
  t.same(await data('GET', 'sys/audit'), {})
  t.equal(await verdict('DELETE', 'sys/audit/file'), '204')
})

t.test('GET audit needs sudo', async (t) => {
  const { send, verdict, tokenHeader } = vault(t)
  await send('PUT', 'sys/policies/acl/p', { policy: 'path "sys/audit" { capabilities = ["read"] }' })
  t.equal(await verdict('GET', 'sys/audit', undefined, await tokenHeader({ policies: ['p'] })), DENIED)
})

t.test('a file device is told of each request and each answer, with secrets hashed', async (t) => {
  const files = t.testdir()
  const { send, data } = vault(t, { rootToken: 'hvs.topsecret', files })
  await send('PUT', 'sys/audit/file', { type: 'file', options: { file_path: '/audit.log' } })
  await send('PUT', 'secret/data/a', { data: { password: 'opensesame' } })
  const text = readFileSync(join(files, 'audit.log'), 'utf8')
  const entries = text.trim().split('\n').map((line) => JSON.parse(line))
  const { hash } = await data('POST', 'sys/audit-hash/file', { input: 'opensesame' })
  t.match(entries.filter(({ request }) => request.path === 'secret/data/a'), [
    { type: 'request', auth: { policies: ['root'] }, request: { data: { data: { password: hash } } } },
    { type: 'response', request: { mount_type: 'kv' }, response: { data: { version: 1 } } }
  ])
  t.notMatch(text, /opensesame|topsecret/)
})

t.test('a refusal is told with its error', async (t) => {
  const files = t.testdir()
  const { send, tokenHeader } = vault(t, { files })
  await send('PUT', 'sys/audit/file', { type: 'file', options: { file_path: '/audit.log' } })
  await send('GET', 'sys/mounts', undefined, await tokenHeader({ policies: ['nobody'] }))
  const last = JSON.parse(readFileSync(join(files, 'audit.log'), 'utf8').trim().split('\n').at(-1) ?? '')
  t.match(last, { type: 'response', error: /permission denied/, request: { path: 'sys/mounts' } })
})

t.test('POST audit/:path knows three types, of which one is simulated', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('POST', 'sys/audit/a', { type: 'ghost' }), '400 unknown backend type: "ghost"')
  t.match(await verdict('POST', 'sys/audit/a', { type: 'syslog' }), /^400 vault-mock does not simulate the "syslog"/)
})

t.test('vault-1.21 says of what kind its refusals are', async (t) => {
  const { verdict } = vault(t, { profile: 'vault-1.21' })
  t.equal(await verdict('PUT', 'sys/audit/a', { type: 'ghost' }), '400 unknown backend type: "ghost": invalid configuration')
  const text = 'unable to create new audit backend: "file_path" is required: invalid configuration'
  t.equal(await verdict('PUT', 'sys/audit/a', { type: 'file' }), `400 ${text}`)
})
