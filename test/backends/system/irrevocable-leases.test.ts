// sys/leases, sys/leases/count, sys/leases/tidy
import t from 'tap'
import { stored } from '../../../src/vault/stored.js'
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

t.test('those of namespaces below are counted where that is asked for', async (t) => {
  const { server, data } = vault(t)
  const { id } = await data('POST', 'sys/namespaces/team')
  const lease = {
    path: 'secret/x',
    tokenId: '',
    internal: {},
    issuedAtMs: 0,
    expiresAtMs: 0,
    lastRenewalAtMs: 0,
    renewable: false,
    ttlSeconds: 1,
    maxTtlSeconds: 0,
    failedRevocations: 6,
    revocationError: 'out of retries: no'
  }
  stored.leases(server.world.nodes[0]!.storage.namespace(id)).put(`secret/x/y.${id}`, lease)
  const within = '?type=irrevocable&include_child_namespaces=true'
  t.match(await data('GET', 'sys/leases/count?type=irrevocable'), { lease_count: 0 })
  t.same(await data('GET', `sys/leases/count${within}`), { counts: { 'mount-accessor-not-found': 1 }, lease_count: 1 })
  t.match(await data('GET', `sys/leases${within}`), { leases: [{ lease_id: `secret/x/y.${id}`, error: 'out of retries: no' }] })
})
