import t from 'tap'
import { cubbyhole } from '../../src/backends/cubbyhole.js'
import { deleteCubbyhole } from '../../src/vault/tokens/cubbyholes.js'
import { Bench } from '../call.js'

t.test('each token has its own cubbyhole, which goes with it', async (t) => {
  const hole = new Bench(cubbyhole)
  hole.run('create', 'x', { a: 1 })
  t.match(hole.run('read', 'x'), { data: { a: 1 }, lease: undefined })
  t.same(hole.data('list', ''), { keys: ['x'] })
  deleteCubbyhole(hole.storage, { id: 'hvs.other' })
  t.ok(hole.run('read', 'x'))
  deleteCubbyhole(hole.storage, { id: 'hvs.one' })
  t.equal(hole.run('read', 'x'), undefined)
})

t.test('a token whose id has slashes does not see into another one\'s', async (t) => {
  const inner = new Bench(cubbyhole, { token: { id: 'a/b', type: 'service' } })
  inner.run('create', 'x', { a: 1 })
  deleteCubbyhole(inner.storage, { id: 'a' })
  t.ok(inner.run('read', 'x'))
})

t.test('batch tokens have none', async (t) => {
  const hole = new Bench(cubbyhole, { token: { id: 'hvb.x', type: 'batch' } })
  t.throws(() => hole.run('read', 'x'), { kind: 'invalid', message: 'cubbyhole operations are only supported by "service" type tokens' })
})

t.test('no fields and no path are failures', async (t) => {
  const hole = new Bench(cubbyhole)
  t.throws(() => hole.run('update', 'x', {}), { kind: 'failure', message: 'missing data fields' })
  t.throws(() => hole.run('read', ''), { kind: 'failure', message: 'missing path' })
})
