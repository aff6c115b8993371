import t from 'tap'
import { printJson } from '../../../src/json/index.js'
import { kvV1 } from '../../../src/backends/kv/version-1.js'
import { newMount } from '../../../src/vault/mounts/mounts.js'
import { Bench, countingIds } from '../../call.js'

t.test('what was written is read back, with the default lease', async (t) => {
  const kv = new Bench(kvV1)
  t.equal(kv.run('create', 'foo', { a: 1, b: 'two' }), undefined)
  t.match(kv.run('read', 'foo'), { data: { a: 1, b: 'two' }, lease: { id: '', durationSeconds: 2764800, renewable: false } })
})

t.test('numbers keep their text and keys like __proto__ are keys', async (t) => {
  const kv = new Bench(kvV1)
  kv.run('create', 'big', '{"n":12345678901234567890,"f":1.0,"e":1e3,"__proto__":{"x":1}}')
  t.equal(printJson(kv.run('read', 'big')?.data ?? null), '{"__proto__":{"x":1},"e":1e3,"f":1.0,"n":12345678901234567890}')
})

t.test('a ttl or lease in the secret is its lease duration, where it is a duration', async (t) => {
  const kv = new Bench(kvV1)
  for (const [secret, seconds] of [[{ ttl: '30m' }, 1800], [{ lease: 60 }, 60], [{ ttl: 'soon' }, 2764800]] as const) {
    kv.run('update', 'x', secret)
    t.equal(kv.run('read', 'x')?.lease?.durationSeconds, seconds)
  }
})

t.test('a tuned mount has its own default lease', async (t) => {
  const mount = newMount({ table: 'mounts', path: 'kv/', type: 'kv', config: { defaultLeaseTtlSeconds: 3600 } }, countingIds())
  const kv = new Bench(kvV1, { mount })
  kv.run('create', 'x', { a: 1 })
  t.equal(kv.run('read', 'x')?.lease?.durationSeconds, 3600)
})

t.test('an object with nothing but an error reads as that error', async (t) => {
  const kv = new Bench(kvV1)
  kv.run('create', 'odd', { error: 'boom' })
  t.throws(() => kv.run('read', 'odd'), { kind: 'invalid', message: 'boom' })
})

t.test('lists hold names and folders, of nothing there is no answer', async (t) => {
  const kv = new Bench(kvV1)
  for (const path of ['b/c', 'a', 'b/d/e']) kv.run('create', path, { x: 1 })
  t.same(kv.data('list', ''), { keys: ['a', 'b/'] })
  t.same(kv.data('list', 'b/'), { keys: ['c', 'd/'] })
  t.equal(kv.run('list', 'none/'), undefined)
})

t.test('writing nothing is refused, deleting nothing is not', async (t) => {
  const kv = new Bench(kvV1)
  t.throws(() => kv.run('create', 'x', {}), { kind: 'invalid', message: 'missing data fields' })
  t.throws(() => kv.run('create', '', { a: 1 }), { kind: 'invalid', message: 'missing path' })
  t.equal(kv.run('delete', 'x'), undefined)
  t.throws(() => kv.run('patch', 'x', { a: 1 }), { message: 'unsupported operation' })
})
