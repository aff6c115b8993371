// sys/policy, the older path of ACL policies
import t from 'tap'
import { vault } from '../../vault-server.js'

const READER = 'path "secret/data/*" { capabilities = ["read"] }'

t.test('GET policy lists the names, twice over', async (t) => {
  const { send } = vault(t)
  const { body } = await send('GET', 'sys/policy')
  t.same(body.data, { keys: ['default', 'root'], policies: ['default', 'root'] })
  t.same(body.policies, ['default', 'root'])
  t.same((await send('LIST', 'sys/policy')).body.data, body.data)
})

t.test('GET policy/:name calls the text "rules", in data and beside it', async (t) => {
  const { send } = vault(t)
  await send('PUT', 'sys/policies/acl/reader', { policy: READER })
  const { body } = await send('GET', 'sys/policy/Reader')
  t.same(body.data, { name: 'reader', rules: READER })
  t.match(body, { name: 'reader', rules: READER })
})

t.test('PUT policy/:name takes "policy", and "rules" with a warning', async (t) => {
  const { verdict, send } = vault(t)
  t.equal(await verdict('PUT', 'sys/policy/new', { policy: READER }), '204')
  const { body } = await send('PUT', 'sys/policy/old', { rules: READER })
  t.same(body.warnings, ["'rules' is deprecated, please use 'policy' instead"])
  t.same((await send('GET', 'sys/policy')).body.keys, ['default', 'new', 'old', 'root'])
})

t.test('PUT policy/:name refuses what policies/acl refuses', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('PUT', 'sys/policy/root', { policy: READER }), '400 cannot update "root" policy')
  t.equal(await verdict('PUT', 'sys/policy/bad', {}), "400 'policy' parameter not supplied or empty")
})

t.test('DELETE policy/:name forgets a policy, but not the default', async (t) => {
  const { send, verdict } = vault(t)
  await send('PUT', 'sys/policy/reader', { policy: READER })
  t.equal(await verdict('DELETE', 'sys/policy/reader'), '204')
  t.equal(await verdict('GET', 'sys/policy/reader'), '404')
  t.equal(await verdict('DELETE', 'sys/policy/default'), '400 cannot delete default policy')
})
