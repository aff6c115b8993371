// What an archive brings takes the place of what was there, whatever they have in common.
import t from 'tap'
import { storageOf } from '../../../src/cluster/archive/restored-storage.js'
import { Storage } from '../../../src/cluster/storage.js'

t.test('what was not in the archive is gone, what both have is shared', async (t) => {
  const kept = { deep: [1, 2] }
  const known = new Storage([['local/a', kept], ['local/gone', 1], ['own/b', 2], ['replicated/c', 3]])
  known.put('local/more', 5)
  const restored = await storageOf([['replicated/c', 4], ['local/a', kept], ['own/new', 'x'], ['own/b', 1], ['own/b', 2]], known)
  t.same([...restored.entries()], [['local/a', kept], ['own/b', 2], ['own/new', 'x'], ['replicated/c', 4]])
  t.equal(restored.get('local/a'), kept)
  t.same(restored.allWrites, { replicated: 0, local: 0, own: 0 })
  for (const which of ['replicated', 'local', 'own'] as const) {
    t.equal(restored.root(which), new Storage(restored.entries()).root(which))
  }
  t.equal(known.size, 5)
})

t.test('many entries that were there go as well', async (t) => {
  const known = new Storage(Array.from({ length: 3000 }, (_, i) => [`local/${i}`, i] as const))
  t.same([...(await storageOf([['local/7', 8]], known)).entries()], [['local/7', 8]])
  t.equal((await storageOf([], known)).size, 0)
})
