// sys/internal/specs/openapi
import t from 'tap'
import { NO_TOKEN, vault } from '../../vault-server.js'

const PATH = 'sys/internal/specs/openapi'

t.test('GET internal/specs/openapi is an OpenAPI document without an envelope', async (t) => {
  const { send } = vault(t)
  const { status, body } = await send('GET', PATH)
  t.equal(status, 200)
  t.match(body, { openapi: '3.0.2', info: { version: '1.14.9' } })
  t.ok(body.paths['/sys/mounts'].get)
  t.ok(body.paths['/secret/data/{path}'].post)
})

t.test('POST internal/specs/openapi answers the same', async (t) => {
  const { send } = vault(t)
  t.equal((await send('POST', PATH, {})).text, (await send('GET', PATH)).text)
})

t.test('GET internal/specs/openapi shows a caller the mounts that it may use, and none without a token', async (t) => {
  const { send, tokenHeader } = vault(t)
  await send('PUT', 'sys/policies/acl/reader', { policy: 'path "secret/data/*" { capabilities = ["read"] }' })
  const asReader = await tokenHeader({ policies: ['reader'], no_default_policy: true })
  const tops = ({ body }: { body: any }): string[] =>
    [...new Set(Object.keys(body.paths).map((path) => path.split('/')[1] ?? ''))]
  t.same(tops(await send('GET', PATH, undefined, asReader)), ['secret'])
  t.same(tops(await send('GET', PATH, undefined, NO_TOKEN)), [])
})
