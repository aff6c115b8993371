import t from 'tap'
import { leasePaths } from '../../../src/backends/system/leases.js'
import { leaseIdOf } from '../../../src/vault/tokens/token-leases.js'
import { tokenById } from '../../../src/vault/tokens/tokens.js'
import { TokenWorld } from '../../vault/token-world.js'

const backend = { type: 'system', paths: leasePaths }

t.test('a token that expires has a lease, which shows its times', async (t) => {
  const world = new TokenWorld()
  const leaseId = leaseIdOf(world.token())
  t.match(leaseId, /^auth\/token\/create\/h[0-9a-f]{64}$/)
  t.same(world.data('update', 'leases/lookup', { lease_id: leaseId }, { backend }), {
    expire_time: '2024-01-01T01:00:00Z', id: leaseId, issue_time: '2024-01-01T00:00:00Z', last_renewal: null, renewable: true, ttl: 3600
  })
})

t.test('what is said of unknown leases', async (t) => {
  const world = new TokenWorld()
  t.throws(() => world.run('update', 'leases/lookup', { lease_id: 'none' }, { backend }), { kind: 'invalid', message: 'invalid lease' })
  t.throws(() => world.run('update', 'leases/renew', { lease_id: 'none' }, { backend }), { kind: 'invalid', message: 'lease not found' })
  t.throws(() => world.run('update', 'leases/lookup', {}, { backend }), { kind: 'invalid', message: 'lease_id must be specified' })
  t.equal(world.run('update', 'leases/revoke', { lease_id: 'none' }, { backend }), undefined)
})

t.test('a lease is revoked with its token, under the old name and with the id in the path, too', async (t) => {
  const world = new TokenWorld()
  for (const path of ['leases/revoke/', 'revoke/']) {
    const token = world.token()
    world.run('update', path + leaseIdOf(token), {}, { backend })
    t.equal(tokenById(world.storage, token.id), undefined)
  }
  t.same(world.run('update', 'leases/revoke', { lease_id: 'x', sync: false }, { backend }), { status: { code: 202, body: 'empty' } })
})

t.test('a prefix is revoked whole and by segments', async (t) => {
  const world = new TokenWorld()
  const gone = world.token({ path: 'auth/approle/login' })
  const kept = world.token({ path: 'auth/approle2/login' })
  world.run('update', 'leases/revoke-prefix/auth/approle', {}, { backend })
  t.same([gone, kept].map(({ id }) => tokenById(world.storage, id) !== undefined), [false, true])
})

t.test('leases are listed by folder', async (t) => {
  const world = new TokenWorld()
  world.token()
  t.same(world.data('list', 'leases/lookup/auth/token/', {}, { backend }), { keys: ['create/'] })
})
