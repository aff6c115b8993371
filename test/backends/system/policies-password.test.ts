// sys/policies/password
import t from 'tap'
import { oneError, vault } from '../../vault-server.js'

const PASSWORDS = `length = 12
rule "charset" {
  charset = "abc"
  min-chars = 2
}
rule "charset" {
  charset = "12"
  min-chars = 4
}`
const NO_POLICY = `404 ${oneError('policy does not exist')}`

t.test('PUT policies/password/:name stores a policy, which LIST and GET show', async (t) => {
  const { verdict, data } = vault(t)
  t.equal(await verdict('PUT', 'sys/policies/password/mine', { policy: PASSWORDS }), '204')
  t.same(await data('LIST', 'sys/policies/password'), { keys: ['mine'] })
  t.same(await data('GET', 'sys/policies/password/mine'), { policy: PASSWORDS })
})

t.test('GET policies/password/:name/generate makes a password that follows the rules', async (t) => {
  const { send, data, verdict } = vault(t)
  await send('PUT', 'sys/policies/password/mine', { policy: PASSWORDS })
  const { password } = await data('GET', 'sys/policies/password/mine/generate')
  t.match(password, /^[abc12]{12}$/)
  t.ok(password.replace(/[^abc]/g, '').length >= 2 && password.replace(/[^12]/g, '').length >= 4)
  t.equal(await verdict('GET', 'sys/policies/password/none/generate'), NO_POLICY)
})

t.test('PUT policies/password/:name refuses what is no policy', async (t) => {
  const { verdict } = vault(t)
  const policy = 'length = 3\nrule "charset" { charset = "a" }'
  t.equal(
    await verdict('PUT', 'sys/policies/password/bad', { policy }),
    `400 ${oneError('passwords must be between 4 and 100 characters')}`
  )
  t.match(
    await verdict('PUT', 'sys/policies/password/bad', { policy: 'length = 8\nrule "charset" {' }),
    /^400 1 error occurred:\n\t\* invalid password policy: /
  )
})

t.test('DELETE policies/password/:name forgets a policy', async (t) => {
  const { send, verdict } = vault(t)
  await send('PUT', 'sys/policies/password/mine', { policy: PASSWORDS })
  t.equal(await verdict('DELETE', 'sys/policies/password/mine'), '204')
  t.equal(await verdict('GET', 'sys/policies/password/mine'), NO_POLICY)
})
