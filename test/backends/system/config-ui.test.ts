// sys/config/ui/headers
import t from 'tap'
import { UNSUPPORTED_OPERATION, vault } from '../../vault-server.js'

const PATH = 'sys/config/ui/headers'

t.test('GET ui/headers/:name shows the first value, or all of them', async (t) => {
  const { verdict, data } = vault(t)
  t.equal(await verdict('PUT', `${PATH}/X-Custom`, { values: ['a', 'b'] }), '204')
  t.same(await data('GET', `${PATH}/x-custom`), { value: 'a' })
  t.same(await data('GET', `${PATH}/X-Custom?multivalue=true`), { values: ['a', 'b'] })
})

t.test('LIST ui/headers lists the names; GET is no operation of it', async (t) => {
  const { send, data, verdict } = vault(t)
  await send('PUT', `${PATH}/X-Custom`, { values: 'a' })
  t.same(await data('LIST', PATH), { keys: ['x-custom'] })
  t.equal(await verdict('GET', PATH), UNSUPPORTED_OPERATION)
})

t.test('PUT ui/headers/:name refuses no value and names of Vault\'s own', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('PUT', `${PATH}/X-Custom`, {}), '400 header values cannot be empty')
  t.equal(await verdict('PUT', `${PATH}/X-Vault-A`, { values: 'a' }), '400 X-Vault headers cannot be set')
})

t.test('DELETE ui/headers/:name forgets a header', async (t) => {
  const { send, verdict } = vault(t)
  await send('PUT', `${PATH}/X-Custom`, { values: 'a' })
  t.equal(await verdict('DELETE', `${PATH}/X-Custom`), '204')
  t.equal(await verdict('GET', `${PATH}/X-Custom`), '404')
})
