import t from 'tap'
import { lookupToken, useToken } from '../../src/vault/tokens/tokens.js'
import { TokenWorld } from '../vault/token-world.js'

t.test('a created token is a child with the policies asked for and default', async (t) => {
  const world = new TokenWorld()
  const { auth } = world.run('update', 'create', { policies: ['Reader'], ttl: '1h', meta: { who: 'me' }, display_name: 'mine' }) ?? {}
  t.match(auth, { leaseDurationSeconds: 3600, entry: { policies: ['default', 'reader'], parent: world.root.id, orphan: false, meta: { who: 'me' }, displayName: 'token-mine', path: 'auth/token/create' } })
})

t.test('an unknown policy is worth a warning', async (t) => {
  const world = new TokenWorld()
  t.same(world.run('update', 'create', { policies: ['ghost'] })?.warnings, ['Policy "ghost" does not exist'])
})

t.test('without policies the parent is copied', async (t) => {
  const world = new TokenWorld()
  t.match(world.run('update', 'create')?.auth, { leaseDurationSeconds: 0, entry: { policies: ['root'], renewable: false, expiresAtMs: 0 } })
})

t.test('a ttl above the maximum is capped with a warning', async (t) => {
  const world = new TokenWorld()
  const response = world.run('update', 'create', { policies: ['default'], ttl: '800h' })
  t.equal(response?.auth?.leaseDurationSeconds, 2764800)
  t.same(response?.warnings, ['TTL of "800h" exceeded the effective max_ttl of "768h"; TTL value is capped accordingly'])
})

t.test('wishes that are refused', async (t) => {
  const world = new TokenWorld()
  const reader = world.token({ policies: ['default', 'reader'] })
  world.token({ id: 'my-token' })
  const refusals: [object, string, object?][] = [
    [{ id: 'my-token' }, 'cannot create a token with a duplicate ID'],
    [{ id: 'a.b' }, "custom token ID cannot have a '.' in the value"],
    [{ ttl: 'soon' }, 'time: invalid duration "soon"'],
    [{ policies: ['response-wrapping'] }, 'cannot assign policy "response-wrapping"'],
    [{ type: 'paper' }, "invalid 'token_type' value"],
    [{ type: 'batch', period: '1h', policies: ['x'] }, 'batch tokens cannot have "period" set'],
    [{ num_uses: -1 }, 'number of uses cannot be negative'],
    [{ policies: ['writer'] }, 'child policies must be subset of parent', reader],
    [{ id: 'x' }, 'root or sudo privileges required to specify token id', reader],
    [{ no_parent: true }, 'root or sudo privileges required to create orphan token', reader],
    [{ period: '1h' }, 'root or sudo privileges required to create periodic token', reader],
    [{}, 'restricted use token cannot generate child tokens', world.token({ numUses: 2 })],
    [{}, 'batch tokens cannot create more tokens', world.token({ type: 'batch' })]
  ]
  for (const [body, message, token = world.root] of refusals) {
    t.throws(() => world.run('update', 'create', body as never, { token: token as typeof reader }), { kind: 'invalid', message })
  }
})

t.test('a batch token as the command line asks for it: zero period, renewable', async (t) => {
  const world = new TokenWorld()
  const { auth } = world.run('update', 'create', { type: 'batch', policies: ['default'], ttl: '10m', explicit_max_ttl: '0s', period: '0s', renewable: true } as never) ?? {}
  t.match(auth, { clientToken: /^hvb\./, leaseDurationSeconds: 600 })
})

t.test("a role's policies, period and orphanhood count; the period is not shown", async (t) => {
  const world = new TokenWorld()
  world.run('create', 'roles/nomad', { allowed_policies: 'reader', orphan: true, token_period: '1h' })
  const { auth } = world.run('update', 'create/nomad') ?? {}
  t.match(auth, { leaseDurationSeconds: 3600, entry: { policies: ['default', 'reader'], orphan: true, role: 'nomad', path: 'auth/token/create/nomad' } })
  const shown = world.data('update', 'lookup', { token: auth?.clientToken ?? '' }) as object
  t.match(shown, { role: 'nomad', ttl: 3600 })
  t.notOk('period' in shown)
  t.throws(() => world.run('update', 'create/nomad', { policies: ['app'] }), { message: 'token policies (["app" "default"]) must be subset of the role\'s allowed policies (["default" "reader"]) or glob policies ([])' })
  t.throws(() => world.run('update', 'create/none'), { message: 'unknown role none' })
})

t.test('a role reads as recorded', async (t) => {
  const world = new TokenWorld()
  world.run('create', 'roles/nomad', { allowed_policies: 'reader', orphan: true, renewable: true, token_period: '1h' })
  t.same(world.data('read', 'roles/nomad'), {
    allowed_entity_aliases: null,
    allowed_policies: ['reader'],
    allowed_policies_glob: [],
    disallowed_policies: [],
    disallowed_policies_glob: [],
    explicit_max_ttl: 0,
    name: 'nomad',
    orphan: true,
    path_suffix: '',
    period: 0,
    renewable: true,
    token_explicit_max_ttl: 0,
    token_no_default_policy: false,
    token_period: 3600,
    token_type: 'default-service'
  })
})

t.test("a lookup of the root token has neither lease nor 'renewable'", async (t) => {
  const world = new TokenWorld()
  t.same(world.data('read', 'lookup-self'), {
    accessor: world.root.accessor,
    creation_time: world.nowMs / 1000,
    creation_ttl: 0,
    display_name: 'root',
    entity_id: '',
    expire_time: null,
    explicit_max_ttl: 0,
    id: world.root.id,
    meta: null,
    num_uses: 0,
    orphan: true,
    path: 'auth/token/root',
    policies: ['root'],
    ttl: 0,
    type: 'service'
  })
})

t.test('a lookup shows what is left of the time', async (t) => {
  const world = new TokenWorld()
  const entry = world.token()
  world.timeline.advance(600_000)
  t.match(world.data('update', 'lookup', { token: entry.id }), { creation_ttl: 3600, ttl: 3000, expire_time: '2024-01-01T01:00:00Z', issue_time: '2024-01-01T00:00:00Z', renewable: true })
  t.match(world.data('update', 'lookup-accessor', { accessor: entry.accessor }), { id: '', ttl: 3000 })
  t.throws(() => world.run('update', 'lookup', { token: 'nope' }), { kind: 'denied', message: 'bad token' })
  t.throws(() => world.run('update', 'lookup-accessor', { accessor: 'nope' }), { kind: 'invalid', wrapped: true, message: 'invalid accessor' })
})

t.test('a renewed token lives as long as asked from now on', async (t) => {
  const world = new TokenWorld()
  const token = world.token()
  world.timeline.advance(3000_000)
  t.match(world.run('update', 'renew-self', { increment: '2h' }, { token })?.auth, { leaseDurationSeconds: 7200, clientToken: token.id })
  world.timeline.advance(7199_000)
  t.match(world.data('update', 'lookup', { token: token.id }), { ttl: 1, last_renewal: '2024-01-01T00:50:00Z', last_renewal_time: 1704070200 })
  world.timeline.advance(1000)
  t.equal(lookupToken(world, token.id), undefined)
})

t.test('a renewal by accessor does not tell the token', async (t) => {
  const world = new TokenWorld()
  t.equal(world.run('update', 'renew-accessor', { accessor: world.token().accessor })?.auth?.clientToken, '')
})

t.test('a periodic token lives a period more with each renewal, without end', async (t) => {
  const world = new TokenWorld()
  const token = world.run('update', 'create', { period: '24h', policies: 'reader' })?.auth?.entry
  for (let day = 0; day < 40; day++) {
    world.timeline.advance(23 * 3600_000)
    t.equal(world.run('update', 'renew-self', {}, { token: lookupToken(world, token?.id ?? '') })?.auth?.leaseDurationSeconds, 86400)
  }
})

t.test('renewals end at the explicit maximum', async (t) => {
  const world = new TokenWorld()
  const token = world.run('update', 'create', { policies: ['reader'], ttl: '1h', explicit_max_ttl: '90m' })?.auth?.entry
  world.timeline.advance(3000_000)
  const renewal = world.run('update', 'renew-self', {}, { token })
  t.equal(renewal?.auth?.leaseDurationSeconds, 2400)
  t.same(renewal?.warnings, ['TTL of "1h" exceeded the effective max_ttl of "40m"; TTL value is capped accordingly'])
})

t.test('renewals that are refused', async (t) => {
  const world = new TokenWorld()
  const refusals: [object, string][] = [
    [{ token: world.root.id }, 'invalid lease ID'],
    [{ token: 'nope' }, 'token not found'],
    [{ token: world.token({ renewable: false }).id }, 'lease is not renewable'],
    [{ token: world.token({ type: 'batch' }).id }, 'batch tokens cannot be renewed']
  ]
  for (const [body, message] of refusals) t.throws(() => world.run('update', 'renew', body as never), { kind: 'invalid', message })
})

t.test('revocation, known and unknown', async (t) => {
  const world = new TokenWorld()
  const { id, accessor } = world.token()
  t.equal(world.run('update', 'revoke-accessor', { accessor }), undefined)
  t.equal(lookupToken(world, id), undefined)
  t.equal(world.run('update', 'revoke', { token: 'nope' }), undefined)
  t.same(world.run('update', 'revoke-accessor', { accessor: 'nope' }), { warnings: ['No token found with this accessor'] })
  t.throws(() => world.run('update', 'revoke-orphan', { token: 'nope' }), { kind: 'invalid', message: 'token to revoke not found' })
})

t.test('a token that looks itself up with its last use sees itself', async (t) => {
  const world = new TokenWorld()
  const entry = useToken(world, world.token({ numUses: 1 }))
  t.match(world.data('read', 'lookup-self', undefined, { token: entry }) as object, { num_uses: -1 })
})
