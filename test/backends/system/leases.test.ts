// sys/leases, and the old names sys/renew, sys/revoke, sys/revoke-prefix, sys/revoke-force
import t, { type Test } from 'tap'
import { NEW_YEAR, vault, type Vault } from '../../vault-server.js'

const HOUR_TOKEN = { policies: ['default'], ttl: '1h' }

interface Leased extends Vault {
  readonly leaseId: string
  readonly asHolder: Record<string, string>
  /** whether the token of the lease still works */
  readonly lives: () => Promise<boolean>
}

/** The lease of a token that runs for an hour. */
async function withLease (t: Test): Promise<Leased> {
  const server = vault(t, NEW_YEAR)
  const asHolder = await server.tokenHeader(HOUR_TOKEN)
  const name = (await server.data('LIST', 'sys/leases/lookup/auth/token/create')).keys[0]
  const lives = async (): Promise<boolean> =>
    (await server.send('GET', 'auth/token/lookup-self', undefined, asHolder)).status === 200
  return { ...server, leaseId: `auth/token/create/${name}`, asHolder, lives }
}

t.test('PUT leases/lookup shows the times of a lease', async (t) => {
  const { data, leaseId } = await withLease(t)
  t.match(leaseId, /^auth\/token\/create\/h[0-9a-f]{64}$/)
  t.same(await data('PUT', 'sys/leases/lookup', { lease_id: leaseId }), {
    expire_time: '2024-01-01T01:00:00Z',
    id: leaseId,
    issue_time: '2024-01-01T00:00:00Z',
    last_renewal: null,
    renewable: true,
    ttl: 3600
  })
})

t.test('PUT leases/lookup shows what is left, and the last renewal', async (t) => {
  const { send, data, advance, leaseId, asHolder } = await withLease(t)
  advance(600_000)
  await send('POST', 'auth/token/renew-self', {}, asHolder)
  advance(60_000)
  t.match(await data('PUT', 'sys/leases/lookup', { lease_id: leaseId }), {
    last_renewal: '2024-01-01T00:10:00Z', ttl: 3540
  })
})

t.test('PUT leases/lookup refuses no lease and an unknown one', async (t) => {
  const { verdict } = vault(t)
  t.equal(await verdict('PUT', 'sys/leases/lookup', {}), '400 lease_id must be specified')
  t.equal(await verdict('PUT', 'sys/leases/lookup', { lease_id: 'none' }), '400 invalid lease')
})

t.test('LIST leases/lookup/:prefix lists folders', async (t) => {
  const { data } = await withLease(t)
  t.same(await data('LIST', 'sys/leases/lookup/auth/token/'), { keys: ['create/'] })
})

t.test('PUT leases/renew refuses unknown leases, and those of tokens', async (t) => {
  const { verdict, leaseId } = await withLease(t)
  for (const path of ['sys/leases/renew', 'sys/renew']) {
    t.equal(await verdict('PUT', path, { lease_id: 'none' }), '400 lease not found')
    t.equal(
      await verdict('PUT', path, { lease_id: leaseId }), '403 tokens cannot be renewed through this endpoint'
    )
  }
})

t.test('PUT leases/revoke revokes the token of a lease, by body or path, under the old name, too', async (t) => {
  for (const path of ['leases/revoke', 'revoke']) {
    const inBody = await withLease(t)
    t.equal(await inBody.verdict('PUT', `sys/${path}`, { lease_id: inBody.leaseId }), '204')
    t.notOk(await inBody.lives())
    const inPath = await withLease(t)
    t.equal(await inPath.verdict('PUT', `sys/${path}/${inPath.leaseId}`, {}), '204')
    t.notOk(await inPath.lives())
  }
})

t.test('PUT leases/revoke of an unknown lease is no error, and a 202 for those who do not wait', async (t) => {
  const { send, verdict } = vault(t)
  t.equal(await verdict('PUT', 'sys/leases/revoke', { lease_id: 'none' }), '204')
  t.match(await send('PUT', 'sys/leases/revoke', { lease_id: 'none', sync: false }), { status: 202, text: '' })
})

t.test('PUT leases/revoke-prefix revokes what lies below, segment by segment', async (t) => {
  const { verdict, lives } = await withLease(t)
  t.equal(await verdict('PUT', 'sys/leases/revoke-prefix/auth/tok', {}), '204')
  t.ok(await lives())
  t.equal(await verdict('PUT', 'sys/leases/revoke-prefix/auth/token', {}), '204')
  t.notOk(await lives())
})

t.test('PUT leases/revoke-force, revoke-prefix and revoke-force do the same', async (t) => {
  for (const path of ['leases/revoke-force', 'revoke-prefix', 'revoke-force']) {
    const { verdict, lives } = await withLease(t)
    t.equal(await verdict('PUT', `sys/${path}/auth/token`, {}), '204')
    t.notOk(await lives(), path)
  }
})
