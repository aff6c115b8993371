// sys/rotate
import t from 'tap'
import { DENIED, NEW_YEAR, vault } from '../../vault-server.js'

t.test('PUT rotate, or rotate/keyring, begins a new term', async (t) => {
  const { verdict, data, advance } = vault(t, NEW_YEAR)
  advance(60_000)
  t.equal(await verdict('PUT', 'sys/rotate'), '204')
  t.match(await data('GET', 'sys/key-status'), { term: 2, install_time: '2024-01-01T00:01:00Z' })
  t.equal(await verdict('POST', 'sys/rotate/keyring'), '204')
  t.match(await data('GET', 'sys/key-status'), { term: 3 })
})

t.test('PUT rotate needs sudo', async (t) => {
  const { send, verdict, tokenHeader } = vault(t)
  await send('PUT', 'sys/policies/acl/p', { policy: 'path "sys/rotate" { capabilities = ["update"] }' })
  t.equal(await verdict('PUT', 'sys/rotate', undefined, await tokenHeader({ policies: ['p'] })), DENIED)
})
