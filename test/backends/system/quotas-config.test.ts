// sys/quotas/config
import t from 'tap'
import { NEW_YEAR, vault } from '../../vault-server.js'

const LIMIT = 'sys/quotas/rate-limit'

t.test('GET quotas/config shows what POST set', async (t) => {
  const { verdict, data } = vault(t)
  const paths = ['sys/mounts']
  t.equal(await verdict('POST', 'sys/quotas/config', { rate_limit_exempt_paths: paths }), '204')
  t.match(await data('GET', 'sys/quotas/config'), { rate_limit_exempt_paths: paths })
})

t.test('a path exempted by quotas/config is not counted', async (t) => {
  const { send, verdict } = vault(t, NEW_YEAR)
  await send('POST', 'sys/quotas/config', { rate_limit_exempt_paths: ['sys/mounts'] })
  await send('POST', `${LIMIT}/all`, { rate: 1, interval: 10 })
  for (let i = 0; i < 3; i++) t.equal(await verdict('GET', 'sys/mounts'), '200')
})
