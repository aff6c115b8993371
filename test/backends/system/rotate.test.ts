// sys/key-status, sys/rotate, sys/rotate/config
import t from 'tap'
import { DENIED, NEW_YEAR, vault } from '../../vault-server.js'

t.test('GET key-status shows the term, and counts the writes, in data and beside it', async (t) => {
  const { send } = vault(t, NEW_YEAR)
  const { body } = await send('GET', 'sys/key-status')
  t.match(body.data, { term: 1, install_time: '2024-01-01T00:00:00Z' })
  t.equal(body.term, 1)
  await send('PUT', 'secret/data/a', { data: {} })
  t.ok((await send('GET', 'sys/key-status')).body.encryptions > body.encryptions)
})

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

t.test('GET rotate/config shows the defaults', async (t) => {
  t.same(await vault(t).data('GET', 'sys/rotate/config'), { enabled: true, max_operations: 3865470566, interval: 0 })
})

t.test('PUT rotate/config changes what is given', async (t) => {
  const { verdict, data } = vault(t)
  t.equal(await verdict('PUT', 'sys/rotate/config', { interval: '48h', max_operations: 2_000_000 }), '204')
  t.equal(await verdict('PUT', 'sys/rotate/config', { enabled: false }), '204')
  t.same(await data('GET', 'sys/rotate/config'), { enabled: false, max_operations: 2_000_000, interval: '48h0m0s' })
})

t.test('PUT rotate/config refuses too few operations and a short interval', async (t) => {
  const { verdict } = vault(t)
  t.equal(
    await verdict('PUT', 'sys/rotate/config', { max_operations: 7 }),
    '400 max_operations must be between 1000000 and 3865470566'
  )
  t.equal(
    await verdict('PUT', 'sys/rotate/config', { interval: '1h' }),
    '400 interval must be greater or equal to 24h0m0s'
  )
})
