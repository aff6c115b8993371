// sys/config/auditing/request-headers
import t from 'tap'
import { DENIED, vault } from '../../vault-server.js'

const PATH = 'sys/config/auditing/request-headers'

t.test('GET request-headers shows what was written, in lower case', async (t) => {
  const { verdict, data } = vault(t)
  t.equal(await verdict('PUT', `${PATH}/X-Forwarded-For`, { hmac: true }), '204')
  t.equal(await verdict('PUT', `${PATH}/X-Plain`), '204')
  t.same(await data('GET', PATH), { headers: { 'x-forwarded-for': { hmac: true }, 'x-plain': { hmac: false } } })
})

t.test('GET request-headers/:name shows one header, under the name asked for', async (t) => {
  const { send, data, verdict } = vault(t)
  await send('PUT', `${PATH}/X-Forwarded-For`, { hmac: true })
  t.same(await data('GET', `${PATH}/X-FORWARDED-FOR`), { 'X-FORWARDED-FOR': { hmac: true } })
  t.equal(await verdict('GET', `${PATH}/none`), '400 Could not find header in config')
})

t.test('DELETE request-headers/:name forgets a header', async (t) => {
  const { send, verdict, data } = vault(t)
  await send('PUT', `${PATH}/X-Forwarded-For`, { hmac: true })
  t.equal(await verdict('DELETE', `${PATH}/X-Forwarded-For`), '204')
  t.same(await data('GET', PATH), { headers: {} })
})

t.test('GET request-headers needs sudo', async (t) => {
  const { send, verdict, tokenHeader } = vault(t)
  await send('PUT', 'sys/policies/acl/p', { policy: `path "${PATH}" { capabilities = ["read"] }` })
  t.equal(await verdict('GET', PATH, undefined, await tokenHeader({ policies: ['p'] })), DENIED)
})
