// sys/leases, sys/leases/count, sys/leases/tidy
import t from 'tap'
import { vault } from '../../vault-server.js'

t.test('GET leases and leases/count know irrevocable leases alone, and refuse odd limits', async (t) => {
  const { verdict, data } = vault(t)
  t.match(await verdict('GET', 'sys/leases/count'), /^404 *$/)
  t.match(await verdict('GET', 'sys/leases?type=pending'), /^404 *$/)
  t.same(await data('GET', 'sys/leases/count?type=irrevocable'), { counts: {}, lease_count: 0 })
  t.same(await data('GET', 'sys/leases?type=Irrevocable&limit=none'), { lease_count: 0, leases: [] })
  t.match(await verdict('GET', 'sys/leases?type=irrevocable&limit=some'), /^500 .*invalid 'limit' provided: strconv.Atoi/s)
  t.match(await verdict('GET', 'sys/leases?type=irrevocable&limit=0'), /^500 .*limit must be 'none' or a positive integer/s)
})

t.test('POST leases/tidy says that it has begun', async (t) => {
  t.match(await vault(t).send('POST', 'sys/leases/tidy'), { status: 202, body: { warnings: [/^Tidy operation successfully started/] } })
})
