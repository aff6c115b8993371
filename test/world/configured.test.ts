// What a world is configured to be: the lease TTLs of all that nothing else limits, the name of its cluster.
import t from 'tap'
import { createServer, createWorld } from '../../src/index.js'
import { saveWorld } from '../../src/testing.js'
import { NEW_YEAR, vault } from '../vault-server.js'

const DAY_SECONDS = 86_400
const LEASES = { defaultLeaseTtlSeconds: 3600, maxLeaseTtlSeconds: DAY_SECONDS, ...NEW_YEAR } as const

t.test('a token lives for the default, and no longer than the maximum', async (t) => {
  const { send } = vault(t, LEASES)
  t.match(await send('POST', 'auth/token/create', { policies: ['a'] }), { body: { auth: { lease_duration: 3600 } } })
  t.match(await send('POST', 'auth/token/create', { policies: ['a'], ttl: '48h' }), {
    body: {
      auth: { lease_duration: DAY_SECONDS },
      warnings: ['TTL of "48h" exceeded the effective max_ttl of "24h"; TTL value is capped accordingly']
    }
  })
})

t.test('a token is renewed up to the maximum', async (t) => {
  const { send, tokenHeader, advance } = vault(t, LEASES)
  const header = await tokenHeader({ policies: ['default'], ttl: '20h' })
  advance(12 * 3_600_000)
  t.match(await send('POST', 'auth/token/renew-self', {}, header), { body: { auth: { lease_duration: DAY_SECONDS / 2 } } })
})

t.test('a login lives for the default', async (t) => {
  const { send } = vault(t, LEASES)
  await send('POST', 'sys/auth/userpass', { type: 'userpass' })
  await send('POST', 'auth/userpass/users/ann', { password: 'p' })
  t.match(await send('POST', 'auth/userpass/login/ann', { password: 'p' }), { body: { auth: { lease_duration: 3600 } } })
})

t.test('tune shows them where a mount has none of its own', async (t) => {
  const { data } = vault(t, LEASES)
  t.match(await data('GET', 'sys/mounts/secret/tune'), { default_lease_ttl: 3600, max_lease_ttl: DAY_SECONDS })
  await data('POST', 'sys/mounts/secret/tune', { max_lease_ttl: '48h' })
  t.match(await data('GET', 'sys/mounts/secret/tune'), { default_lease_ttl: 3600, max_lease_ttl: 2 * DAY_SECONDS })
})

t.test('a mount may not have a default above the maximum', async (t) => {
  const { verdict } = vault(t, LEASES)
  const config = { default_lease_ttl: '25h' }
  const text = '400 given default lease TTL greater than system max lease TTL of 86400'
  t.equal(await verdict('POST', 'sys/mounts/kv', { type: 'kv', config }), text)
})

t.test('the configuration shows what was said', async (t) => {
  const { data } = vault(t, { ...LEASES, clusterName: 'mine' })
  t.match(await data('GET', 'sys/config/state/sanitized'), {
    cluster_name: 'mine', default_lease_ttl: 3600, max_lease_ttl: DAY_SECONDS
  })
  t.match(await vault(t).data('GET', 'sys/config/state/sanitized'), {
    cluster_name: '', default_lease_ttl: 0, max_lease_ttl: 0
  })
})

t.test('a default above the maximum is refused, also where the maximum alone was said', async (t) => {
  const message = 'cannot have DefaultLeaseTTL larger than MaxLeaseTTL'
  t.throws(() => vault(t, { maxLeaseTtlSeconds: 3600 }), { message })
  t.throws(() => vault(t, { defaultLeaseTtlSeconds: 7200, maxLeaseTtlSeconds: 3600 }), { message })
})

t.test('a cluster has its name in health and seal-status', async (t) => {
  const { send } = vault(t, { clusterName: 'mine' })
  t.match((await send('GET', 'sys/health')).body, { cluster_name: 'mine' })
  t.match((await send('GET', 'sys/seal-status')).body, { cluster_name: 'mine' })
})

t.test('of several clusters the first has the name', async (t) => {
  const world = await createWorld({ clusters: { east: {}, west: {} }, clusterName: 'mine' })
  t.teardown(() => world.close())
  const names = world.world.nodes.map(({ cluster }) => cluster.identity?.name)
  t.equal(names[0], 'mine')
  t.match(names[1], /^vault-cluster-[0-9a-f]{8}$/)
})

t.test('a saved world keeps them, unless it is told others', async (t) => {
  const state = saveWorld(vault(t, { ...LEASES, clusterName: 'mine' }).server.world)
  const lease = async (options: Parameters<typeof createServer>[0]): Promise<number> => {
    const { body } = await vault(t, { ...options, state }).send('POST', 'auth/token/create', { policies: ['a'] })
    return body.auth.lease_duration
  }
  t.equal(await lease({}), 3600)
  t.equal(await lease({ defaultLeaseTtlSeconds: 60, maxLeaseTtlSeconds: 120 }), 60)
})

t.test('a fork keeps them', async (t) => {
  const { server: { controls } } = vault(t, LEASES)
  controls.checkpoints.save('here')
  t.same(controls.checkpoints.fork('here').world.configured, { defaultLeaseTtlSeconds: 3600, maxLeaseTtlSeconds: DAY_SECONDS })
})
