// Merkle roots are worked out when they are asked for, or before there is too much to hash at once.
import t from 'tap'
import { Storage } from '../../src/cluster/storage.js'

function filled (entries: number): Storage {
  const storage = new Storage()
  for (let i = 0; i < entries; i++) storage.put(`replicated/x/${i}`, i)
  return storage
}

t.test('few entries are hashed when somebody asks', async (t) => {
  const storage = filled(100)
  t.notOk(storage.keepsRoots)
  const root = storage.root('replicated')
  t.ok(storage.keepsRoots)
  t.equal(storage.root('replicated'), root)
})

t.test('of many the roots are kept from early on, and are the same', async (t) => {
  const [large, asked] = [filled(6000), new Storage()]
  t.ok(large.keepsRoots)
  asked.root('replicated')
  for (const [path, value] of large.entries()) asked.put(path, value)
  t.equal(large.root('replicated'), asked.root('replicated'))
})

t.test('a copy that grows has roots of its own', async (t) => {
  const storage = filled(5000)
  const copy = storage.clone()
  copy.put('replicated/y', 1)
  t.ok(copy.keepsRoots)
  t.equal(storage.root('replicated'), filled(5000).root('replicated'))
  t.not(copy.root('replicated'), storage.root('replicated'))
})
