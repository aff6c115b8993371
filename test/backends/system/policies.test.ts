// sys/policies/acl
import t from 'tap'
import { NEW_YEAR, UNSUPPORTED_OPERATION, vault } from '../../vault-server.js'

const READER = 'path "secret/data/*" { capabilities = ["read"] }'

t.test('PUT policies/acl/:name answers nothing; GET shows the text', async (t) => {
  const { verdict, data } = vault(t)
  t.equal(await verdict('PUT', 'sys/policies/acl/reader', { policy: READER }), '204')
  t.same(await data('GET', 'sys/policies/acl/reader'), { name: 'reader', policy: READER })
})

t.test('GET policies/acl/:name of none is a 404, of root an empty text', async (t) => {
  const { verdict, data } = vault(t)
  t.equal(await verdict('GET', 'sys/policies/acl/none'), '404')
  t.same(await data('GET', 'sys/policies/acl/root'), { name: 'root', policy: '' })
})

t.test('LIST policies/acl lists the names; GET is no operation of it', async (t) => {
  const { send, data, verdict } = vault(t)
  await send('PUT', 'sys/policies/acl/reader', { policy: READER })
  t.same(await data('LIST', 'sys/policies/acl'), { keys: ['default', 'reader', 'root'] })
  t.equal(await verdict('GET', 'sys/policies/acl'), UNSUPPORTED_OPERATION)
})

/** Recorded of both products. */
const REFUSED: readonly (readonly [string, string, string])[] = [
  ['bad', 'path "x" { capabilities = ["fly"] }', 'failed to parse policy: path "x": invalid capability "fly"'],
  ['bad', 'path "x" {', 'failed to parse policy: At 1:12: object expected closing RBRACE got: EOF'],
  ['bad', '', "'policy' parameter not supplied or empty"],
  ['root', 'path "x" {}', 'cannot update "root" policy']
]
for (const [name, policy, text] of REFUSED) {
  t.test(`PUT policies/acl/${name} is refused: ${text}`, async (t) => {
    t.equal(await vault(t).verdict('PUT', `sys/policies/acl/${name}`, { policy }), `400 ${text}`)
  })
}

t.test('PUT policies/acl/:name converts a name in upper case, with a warning', async (t) => {
  const { send, data } = vault(t)
  const { status, body } = await send('PUT', 'sys/policies/acl/Reader', { policy: READER })
  t.equal(status, 200)
  t.same(body.warnings, ['policy name was converted to reader'])
  t.same(await data('GET', 'sys/policies/acl/READER'), { name: 'reader', policy: READER })
})

t.test('PUT policies/acl/:name takes base64 and JSON, but no "rules"', async (t) => {
  const { send, data, verdict } = vault(t)
  await send('PUT', 'sys/policies/acl/a', { policy: Buffer.from(READER).toString('base64') })
  t.match(await data('GET', 'sys/policies/acl/a'), { policy: READER })
  const json = '{"path":{"secret/*":{"capabilities":["read"]}}}'
  t.equal(await verdict('PUT', 'sys/policies/acl/b', { policy: json }), '204')
  t.equal(
    await verdict('PUT', 'sys/policies/acl/c', { rules: READER }), "400 'policy' parameter not supplied or empty"
  )
})

t.test('PUT policies/acl/:name checks and sets in OpenBao, whose policies have versions', async (t) => {
  const { send, data, verdict } = vault(t, { ...NEW_YEAR, profile: 'openbao-2.5' })
  await send('PUT', 'sys/policies/acl/reader', { policy: READER, cas: -1 })
  t.same(await data('GET', 'sys/policies/acl/reader'), {
    cas_required: false, modified: '2024-01-01T00:00:00Z', name: 'reader', policy: READER, version: 1
  })
  t.equal(
    await verdict('PUT', 'sys/policies/acl/reader', { policy: READER, cas: 7 }),
    '400 check-and-set parameter did not match the current version'
  )
})

t.test('DELETE policies/acl/:name forgets a policy, and one that is not there', async (t) => {
  const { send, verdict } = vault(t)
  await send('PUT', 'sys/policies/acl/reader', { policy: READER })
  t.equal(await verdict('DELETE', 'sys/policies/acl/reader'), '204')
  t.equal(await verdict('GET', 'sys/policies/acl/reader'), '404')
  t.equal(await verdict('DELETE', 'sys/policies/acl/reader'), '204')
})

t.test('DELETE policies/acl/default is refused', async (t) => {
  t.equal(await vault(t).verdict('DELETE', 'sys/policies/acl/default'), '400 cannot delete default policy')
})
