import t from 'tap'
import { vault } from '../vault-server.js'

t.test('the help of a path', async (t) => {
  const { send } = vault(t)
  const { body } = await send('GET', 'sys/storage/raft/configuration?help=1')
  t.same(Object.keys(body), ['help', 'openapi', 'see_also'])
  t.match(body.help, /^Request: {8}storage\/raft\/configuration\nMatching Route: \^storage\/raft\/configuration\$\n\nReturns/)
  t.match(body.openapi.paths['/storage/raft/configuration'].get, { operationId: 'read-storage-raft-configuration' })
})

t.test('fields in order, with their kinds', async (t) => {
  const { send } = vault(t)
  const { help } = (await send('GET', 'auth/approle/role/x?help=1')).body ?? {}
  t.equal(help, undefined)
  await send('POST', 'sys/auth/approle', { type: 'approle' })
  const { body } = await send('GET', 'auth/approle/role/x?help=1')
  t.match(body.help, /Matching Route: \^role\/\(\?P<role_name>/)
  t.match(body.help, / {4}bind_secret_id \(bool\)\n\n.*\n\n {4}bound_cidr_list \(slice\)\n/)
})

t.test('the help of a mount lists its paths', async (t) => {
  const { send } = vault(t)
  t.match((await send('GET', 'cubbyhole/?help=1')).body.help, /## PATHS/)
})

t.test('help wants a token, but no policy', async (t) => {
  const { send } = vault(t)
  t.equal((await send('GET', 'sys/mounts?help=1', undefined, { 'x-vault-token': '' })).status, 403)
  const token = (await send('POST', 'auth/token/create', { policies: ['default'] })).body.auth.client_token
  t.equal((await send('GET', 'sys/mounts?help=1', undefined, { 'x-vault-token': token })).status, 200)
  t.equal((await send('GET', 'sys/nowhere?help=1')).status, 404)
})

t.test('the OpenAPI document describes what the caller may see', async (t) => {
  const { send } = vault(t)
  const { body } = await send('GET', 'sys/internal/specs/openapi')
  t.match(body, { openapi: '3.0.2', info: { title: 'HashiCorp Vault API' } })
  t.ok(Object.keys(body.paths).length > 100)
  t.match(body.paths['/sys/storage/raft/remove-peer'].post.requestBody.content['application/json'].schema, { $ref: /^#\/components\/schemas\// })
  t.match(body.paths['/secret/data/{path}'].parameters, [{ name: 'path', in: 'path', required: true }])
  const references = [...JSON.stringify(body).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name as string)
  t.ok(references.every((name) => name in body.components.schemas))
  const anonymous = await send('GET', 'sys/internal/specs/openapi', undefined, { 'x-vault-token': '' })
  t.same(anonymous.body.paths, {})
})

t.test('the help of a backend begins with its own text, in the words of the product', async (t) => {
  for (const [profile, product] of [['vault-1.14', 'Vault'], ['openbao-2.5', 'OpenBao']] as const) {
    const { send } = vault(t, { profile })
    const sys = (await send('GET', 'sys?help=1')).body.help
    t.match(sys, `## DESCRIPTION\n\nThe system backend is built-in to ${product} and cannot be remounted or\n`)
    const kv = (await send('GET', 'secret?help=1')).body.help
    t.match(kv, '## DESCRIPTION\n\nThis backend provides a versioned key-value store. ')
    await send('POST', 'sys/mounts/one', { type: 'kv', description: 'ours' })
    const first = (await send('GET', 'one?help=1')).body.help
    t.match(first, '## DESCRIPTION\n\nThe kv backend reads and writes arbitrary secrets to the backend.\n')
    t.match(first, `encrypted/decrypted by ${product}: they`)
    t.match(first, '    ^(?P<path>.*)$\n        Pass-through secret storage to the storage backend, allowing you to\n        read/write')
    t.match((await send('GET', 'one/a?help=1')).body.help, '\n## DESCRIPTION\n\nThe pass-through backend reads and writes')
  }
})
