import t from 'tap'
import { userpass } from '../../src/backends/userpass/userpass.js'
import { TokenWorld } from '../vault/token-world.js'

function withAnn () {
  const world = new TokenWorld()
  const mount = world.enable('userpass')
  const run = (operation: 'read' | 'create' | 'update' | 'list', path: string, body: object = {}) => world.run(operation, path, body as never, { backend: userpass, mount })
  run('create', 'users/Ann', { password: 'pw', token_policies: ['reader'] })
  return { world, run }
}

t.test('a user logs in, in whatever case', async (t) => {
  const { run } = withAnn()
  t.match(run('update', 'login/ANN', { password: 'pw' })?.auth, {
    leaseDurationSeconds: 2764800, entry: { policies: ['default', 'reader'], meta: { username: 'ann' }, displayName: 'userpass-ann' }
  })
})

t.test('wrong passwords and unknown users are told apart by nobody', async (t) => {
  const { run } = withAnn()
  for (const name of ['ann', 'bob']) {
    t.throws(() => run('update', `login/${name}`, { password: 'no' }), { kind: 'invalid', message: 'invalid username or password' })
  }
  t.throws(() => run('update', 'login/ann'), { kind: 'failure', message: 'missing password' })
})

t.test('a user reads as recorded, without the password', async (t) => {
  const { run } = withAnn()
  t.same(run('read', 'users/ann')?.data, {
    token_bound_cidrs: [],
    token_explicit_max_ttl: 0,
    token_max_ttl: 0,
    token_no_default_policy: false,
    token_num_uses: 0,
    token_period: 0,
    token_policies: ['reader'],
    token_ttl: 0,
    token_type: 'default'
  })
  t.same(run('list', 'users')?.data, { keys: ['ann'] })
})

t.test('a changed password is the one that counts', async (t) => {
  const { run } = withAnn()
  run('update', 'users/ann/password', { password: 'new' })
  t.throws(() => run('update', 'login/ann', { password: 'pw' }), /invalid username or password/)
  t.ok(run('update', 'login/ann', { password: 'new' }))
})

t.test('a user without a password is none', async (t) => {
  const { run } = withAnn()
  t.throws(() => run('create', 'users/bob', { token_policies: 'x' }), { kind: 'invalid', message: 'missing password' })
})

t.test('four failures and a success wipe the slate', async (t) => {
  const { run } = withAnn()
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 4; i++) t.throws(() => run('update', 'login/ann', { password: 'no' }), /invalid username or password/)
    t.ok(run('update', 'login/ann', { password: 'pw' }))
  }
})
