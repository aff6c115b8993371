// The tree beneath a storage does what a sorted map does, copies stay apart, and roots do not know how they came about.
import fc from 'fast-check'
import t from 'tap'
import { Storage } from '../../src/cluster/storage.js'
import { compareBytes, parseJson, printJson, type JsonValue } from '../../src/json/index.js'

const segment = fc.constantFrom('a', 'b', 'a-b', '', 'é', '\u{1f511}', '\uffee', 'a-name-that-is-longer-than-a-few')
const path = fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => `local/${parts.join('/')}`)
const step = fc.record({
  path, value: fc.option(fc.nat(3), { nil: undefined }), clone: fc.boolean(), asksForRoot: fc.boolean()
})

interface Step { readonly path: string, readonly value: number | undefined }

function apply (storage: Storage, model: Map<string, JsonValue>, { path, value }: Step): void {
  if (value === undefined) {
    t.equal(storage.delete(path), model.delete(path))
    return
  }
  storage.put(path, value)
  model.set(path, value)
}

function sorted (model: ReadonlyMap<string, JsonValue>, prefix: string): [string, JsonValue][] {
  return [...model].filter(([path]) => path.startsWith(prefix)).sort(([a], [b]) => compareBytes(a, b))
}

function namesIn (model: ReadonlyMap<string, JsonValue>, folder: string): string[] {
  const names = sorted(model, folder).map(([path]) => /^[^/]*\/?/.exec(path.slice(folder.length))?.[0] ?? '')
  return [...new Set(names)].filter((name) => name !== '')
}

t.test('a storage is a sorted map, its copies stay as they were, and equal entries make equal roots', async (t) => {
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), path, (steps, asked) => {
    const storage = new Storage()
    const model = new Map<string, JsonValue>()
    const copies: { readonly copy: Storage, readonly then: Map<string, JsonValue> }[] = []
    for (const each of steps) {
      apply(storage, model, each)
      t.equal(storage.get(asked), model.get(asked))
      if (each.clone) copies.push({ copy: storage.clone(), then: new Map(model) })
      if (each.asksForRoot) (copies.at(-1)?.copy ?? storage).root('own')
    }
    copies.push({ copy: storage, then: model })
    for (const { copy, then } of copies) {
      t.same([...copy.entries()], sorted(then, ''))
      t.same([...copy.entries(asked)], sorted(then, asked))
      t.same(copy.children(`${asked}/`), namesIn(then, `${asked}/`))
      t.equal(copy.get(asked), then.get(asked))
      t.equal(copy.size, then.size)
      t.equal(copy.root('local'), new Storage(sorted(then, '')).root('local'))
      const differing = [...storage.differences(copy)].map(([path]) => path).sort()
      const paths = [...new Set([...model.keys(), ...then.keys()])].sort()
      t.same(differing, paths.filter((path) => model.get(path) !== then.get(path)))
    }
  }), { numRuns: 200 })
})

t.test('what is read back counts in the root as what was written, whatever the order of its keys', async (t) => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
    const stored = value as JsonValue
    const readBack = parseJson(printJson(stored))
    const roots = [stored, readBack].map((each) => new Storage([['own/a', each]]).root('own'))
    t.equal(roots[0], roots[1])
  }))
  const root = (value: JsonValue): string => new Storage([['own/a', value]]).root('own')
  t.equal(root({ a: 1, b: [2] }), root({ b: [2], a: 1 }))
  t.equal(root('\ud800'), root('\ufffd'))
  const others: JsonValue[] = [
    { a: 1 }, { a: '1' }, [1], ['1'], [], {}, [[]], '', 'null', null, { a: { b: 1 } }, { a: 1, b: 1 }
  ]
  t.equal(new Set(others.map(root)).size, others.length)
})
