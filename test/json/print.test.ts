import t from 'tap'
import fc from 'fast-check'
import { deepStrictEqual as deepEqual, equal } from 'node:assert'
import { goMap, JsonNumber, parseJson, printJson } from '../../src/json/index.js'
import type { JsonValue } from '../../src/json/index.js'

/** Like what a client sends: any text for numbers and strings, objects as maps. */
const { value: anyJson } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.string({ unit: 'binary' }).map((text) => text.replace(/\p{Surrogate}/gu, '')),
    fc.constantFrom('<&>', '\u2028', '\u0007"\\', '😀', 'plain'),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
    fc.constantFrom('1.0', '1e3', '-0', '12345678901234567890').map((text) => new JsonNumber(text)),
    fc.array(tie('value')),
    fc.dictionary(fc.string({ unit: 'grapheme' }), tie('value')).map((members) => goMap(members)))
}))

t.test('keys of maps are sorted by their bytes, those of structs stand as given', async (t) => {
  t.equal(printJson(goMap({ b: 1, a: 2, B: 3, 10: 4, 9: 5 })), '{"10":4,"9":5,"B":3,"a":2,"b":1}')
  t.equal(printJson(goMap({ '\u{10000}': 1, '\uffff': 2 })), '{"\uffff":2,"\u{10000}":1}')
  t.equal(printJson({ b: 1, a: { d: 1, c: 2 } }), '{"b":1,"a":{"d":1,"c":2}}')
  t.equal(printJson(new Map([['b', 1], ['a', 2]])), '{"a":2,"b":1}')
})

t.test('undefined members are left out', async (t) => {
  t.equal(printJson({ a: undefined, b: 1, c: undefined }), '{"b":1}')
  t.equal(printJson({ a: undefined }), '{}')
})

t.test('strings are escaped as Go does it', async (t) => {
  t.equal(printJson('<a href="x">&</a>'), '"\\u003ca href=\\"x\\"\\u003e\\u0026\\u003c/a\\u003e"')
  t.equal(printJson('\u2028\u2029'), '"\\u2028\\u2029"')
  t.equal(printJson('\b\f\n\r\t\u0000\u001f\u007f\\/'), '"\\u0008\\u000c\\n\\r\\t\\u0000\\u001f\u007f\\\\/"')
  t.equal(printJson('é😀\ud800'), '"é😀\\ufffd"')
})

t.test('numbers print as Go prints them', async (t) => {
  t.equal(printJson([0, -0, 1.5, 1e21, 1e-7, 123456789012, new JsonNumber('1.0')]), '[0,-0,1.5,1e+21,1e-7,123456789012,1.0]')
  for (const value of [NaN, Infinity]) t.throws(() => printJson(value), TypeError)
})

t.test('what was printed reads back and prints the same', async () => {
  fc.assert(fc.property(anyJson, (value) => {
    const text = printJson(value)
    equal(printJson(parseJson(text, { trailing: 'refuse' })), text)
  }))
})

t.test('means the same as JSON.stringify', async () => {
  // JSON.stringify drops the sign of -0, Go keeps it
  const unsigned = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as JsonValue)
  fc.assert(fc.property(unsigned, (value) => {
    deepEqual(JSON.parse(printJson(value)), JSON.parse(JSON.stringify(value).replace(/\\ud[89a-f][0-9a-f]{2}/g, '\ufffd')))
  }))
})

t.test('wide values do not exhaust the stack', async (t) => {
  const wide = Array.from({ length: 200_000 }, () => 1)
  let deep: JsonValue = wide
  for (let i = 0; i < 600; i++) deep = [deep]
  t.equal(printJson(deep).length, 2 * 200_000 + 1 + 2 * 600)
})
