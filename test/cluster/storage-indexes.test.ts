// What is kept current with a folder says the same as what is worked out from all of it.
import t from 'tap'
import { Storage, Withheld, type Index } from '../../src/cluster/storage.js'

class Sum implements Index<number> {
  total = 0
  add (_: string, value: number): void { this.total += value }
  remove (_: string, value: number): void { this.total -= value }
}

function sum (): Sum { return new Sum() }

t.test('an index follows each write below its folder, and nothing else', async (t) => {
  const storage = new Storage([['local/n/a', 1], ['local/n/b/c', 2], ['local/na', 100]])
  const area = storage.area<number>('local/n/')
  const total = (): number => area.index(sum).total
  t.equal(total(), 3)
  area.put('d', 4)
  area.put('a', 5)
  storage.put('local/other', 7)
  t.equal(total(), 11)
  area.delete('b/c')
  t.notOk(area.delete('b/c'))
  t.equal(total(), 9)
  t.equal(storage.deleteAll('local/n'), 3)
  t.equal(total(), 0)
})

t.test('a copy, and what another storage took the place of, have their own', async (t) => {
  const storage = new Storage([['local/n/a', 1]])
  const area = storage.area<number>('local/n/')
  t.equal(area.index(sum).total, 1)
  const copy = storage.clone()
  area.put('b', 2)
  t.equal(copy.area<number>('local/n/').index(sum).total, 1)
  t.equal(area.index(sum).total, 3)
  storage.replaceWith(copy)
  t.equal(area.index(sum).total, 1)
})

t.test('what a filter holds back is not in it', async (t) => {
  const storage = new Storage([['replicated/n/a', 1]])
  const area = storage.area<number>('replicated/n/')
  t.equal(area.index(sum).total, 1)
  storage.put('replicated/n/a', new Withheld('0'.repeat(40)))
  t.equal(area.index(sum).total, 0)
  storage.put('replicated/n/a', 3)
  t.equal(area.index(sum).total, 3)
})
