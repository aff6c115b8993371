// sys/rotate/config
import t from 'tap'
import { vault } from '../../vault-server.js'

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
    '400 max_operations must be in the range [1000000,3865470566]'
  )
  t.equal(
    await verdict('PUT', 'sys/rotate/config', { interval: '1h' }),
    '400 interval must be greater or equal to 24h0m0s'
  )
})
