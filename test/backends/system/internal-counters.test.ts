// sys/internal/counters
import t from 'tap'
import { vault } from '../../vault-server.js'

t.test('GET internal/counters/tokens counts the service tokens', async (t) => {
  const { send, data } = vault(t)
  const count = async (): Promise<number> =>
    (await data('GET', 'sys/internal/counters/tokens')).counters.service_tokens.total
  const before = await count()
  await send('POST', 'auth/token/create', { policies: ['default'] })
  await send('POST', 'auth/token/create', { policies: ['default'], type: 'batch' })
  t.equal(await count(), before + 1)
})

t.test('GET internal/counters/entities counts those who have logged in', async (t) => {
  const { send, data } = vault(t)
  t.same(await data('GET', 'sys/internal/counters/entities'), { counters: { entities: { total: 0 } } })
  await send('POST', 'sys/auth/userpass', { type: 'userpass' })
  await send('POST', 'auth/userpass/users/ann', { password: 'pw' })
  await send('POST', 'auth/userpass/login/ann', { password: 'pw' })
  t.same(await data('GET', 'sys/internal/counters/entities'), { counters: { entities: { total: 1 } } })
})
