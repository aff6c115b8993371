// Equal values print the same, however their objects came to be.
import t from 'tap'
import { normalized, parseJson, printJson, printSorted, type JsonValue } from '../../src/json/index.js'

t.test('all keys are sorted by their bytes, at any depth, and undefined members are left out', async (t) => {
  const values: JsonValue[] = [
    { b: 1, a: { d: null, c: [{ z: true, y: -0 }, 'x<'] } }, [], {}, 'text', { '😀': 1, '\uffff': 2, é: 3, z: 4 },
    parseJson('{"b":1.0,"a":[10e400]}'), { a: undefined, b: [[]] } as never
  ]
  for (const value of values) t.equal(printSorted(value), printJson(normalized(value)))
})

t.test('no nesting overflows the stack', async (t) => {
  let value: JsonValue = { b: 1, a: 2 }
  for (let depth = 0; depth < 100_000; depth++) value = { z: value, a: 0 }
  t.equal(printSorted(value), printJson(normalized(value)))
})
