import t from 'tap'
import fc from 'fast-check'
import { deepStrictEqual as deepEqual } from 'node:assert'
import { goMap, JsonNumber, JsonSyntaxError, parseJson, printJson } from '../../src/json/index.js'
import type { JsonValue } from '../../src/json/index.js'

function syntaxError (text: string | Uint8Array, trailing?: 'refuse'): string | undefined {
  try {
    parseJson(text, { trailing })
    return undefined
  } catch (error) {
    if (error instanceof JsonSyntaxError) return error.message
    throw error
  }
}

/** The same value as plain JavaScript: ordinary objects, numbers that may have lost their text. */
function plain (value: JsonValue | undefined): unknown {
  if (value instanceof JsonNumber) return Number(value.text)
  if (Array.isArray(value)) return (value as JsonValue[]).map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]))
}

t.test('numbers that would print differently keep their text', async (t) => {
  for (const text of ['12345678901234567890', '1.0', '1e3', '1E400', '-0', '0.10', '1e21']) {
    t.same(parseJson(text), new JsonNumber(text))
  }
  for (const text of ['0', '-7', '1.5', '9007199254740991', '1e+21', '1e-7']) t.equal(parseJson(text), Number(text))
})

t.test('objects are maps, also where a key looks like a prototype', async (t) => {
  const value = parseJson('{"__proto__":{"a":1},"toString":2}') as Record<string, unknown>
  t.equal(Object.getPrototypeOf(value), null)
  t.same(Object.keys(value), ['__proto__', 'toString'])
})

t.test('of equal keys the last wins', async (t) => {
  t.same(parseJson('{"a":1,"b":2,"a":3}'), goMap({ a: 3, b: 2 }))
})

t.test('escapes are read, halves of surrogate pairs are lost', async (t) => {
  t.equal(parseJson('"\\u0041\\n\\/\\ud83d\\ude00é"'), 'A\n/😀é')
  t.equal(parseJson('"\\ud800x"'), '\ufffdx')
  t.equal(parseJson('"ends with a backslash \\\\"'), 'ends with a backslash \\')
})

t.test('bytes are read as UTF-8, a byte order mark is not skipped', async (t) => {
  t.equal(parseJson(new TextEncoder().encode('"é"')), 'é')
  t.equal(syntaxError(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)), "invalid character 'ï' looking for beginning of value")
})

t.test('text behind the value is ignored unless it is to be refused', async (t) => {
  t.same(parseJson('{} {'), goMap())
  t.same(parseJson('01'), 0)
  t.equal(syntaxError('{} "a"', 'refuse'), "invalid character '\"' after top-level value")
  t.equal(syntaxError('{} \n', 'refuse'), undefined)
})

t.test('malformed text is refused in the words of Go', async (t) => {
  const errors: Record<string, string> = {
    '': 'EOF',
    ' \n': 'EOF',
    '{': 'unexpected EOF',
    '{"leader_api_addr":': 'unexpected EOF',
    '"a': 'unexpected EOF',
    '"a\\': 'unexpected EOF',
    '"\\u12': 'unexpected EOF',
    tru: 'unexpected EOF',
    '-': 'unexpected EOF',
    '1.': 'unexpected EOF',
    '1e+': 'unexpected EOF',
    'leader_api_addr=x': "invalid character 'l' looking for beginning of value",
    é: "invalid character 'Ã' looking for beginning of value",
    "'": "invalid character '\\'' looking for beginning of value",
    '[,': "invalid character ',' looking for beginning of value",
    '[1,]': "invalid character ']' looking for beginning of value",
    '[1 2]': "invalid character '2' after array element",
    '[01]': "invalid character '1' after array element",
    '{,': "invalid character ',' looking for beginning of object key string",
    '{"a":1,}': "invalid character '}' looking for beginning of object key string",
    '{"a"1}': "invalid character '1' after object key",
    '{"a":1 "b"': "invalid character '\"' after object key:value pair",
    '"a\nb"': "invalid character '\\n' in string literal",
    '"\\"\u0000"': "invalid character '\\x00' in string literal",
    '"\\x"': "invalid character 'x' in string escape code",
    '"\\u12g4"': "invalid character 'g' in \\u hexadecimal character escape",
    trux: "invalid character 'x' in literal true (expecting 'e')",
    nil: "invalid character 'i' in literal null (expecting 'u')",
    '-a': "invalid character 'a' in numeric literal",
    '1.x': "invalid character 'x' after decimal point in numeric literal",
    '1ex': "invalid character 'x' in exponent of numeric literal"
  }
  for (const [text, message] of Object.entries(errors)) t.equal(syntaxError(text), message, JSON.stringify(text))
})

t.test('10000 levels are read and printed, one more is refused', async (t) => {
  const lists = '['.repeat(10_000) + ']'.repeat(10_000)
  const maps = '{"a":['.repeat(5_000) + ']}'.repeat(5_000)
  t.equal(printJson(parseJson(lists)), lists)
  t.equal(printJson(parseJson(maps)), maps)
  t.equal(syntaxError(`[${lists}]`), "invalid character '[' exceeded max depth")
})

t.test('reads whatever JSON.parse reads, and nothing else', async () => {
  fc.assert(fc.property(fc.json({ maxDepth: 6 }), fc.constantFrom('', ' ', '\n\t'), (text, space) => {
    deepEqual(plain(parseJson(space + text + space, { trailing: 'refuse' })), normalised(JSON.parse(text)))
  }))
  const pieces = fc.constantFrom(...'{}[],:"\\/u0 1.e-+tfnrlasé', '"a"', 'true', 'null', '\\u0041', '\ud800', '\n', '\u0001')
  fc.assert(fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
    const text = parts.join('')
    return (syntaxError(text, 'refuse') === undefined) === isJson(text)
  }), { numRuns: 2000 })
})

t.test('garbage is refused with a syntax error and nothing else', async () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => { syntaxError(bytes) }))
  fc.assert(fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 3, unit: 'binary' }), (text, at, inserted) => {
    const cut = at % (text.length + 1)
    syntaxError(text.slice(0, cut) + inserted + text.slice(cut + 1))
  }))
})

function isJson (text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Without what Go does not keep: negative zero as a number is no different, lone surrogates are replaced. */
function normalised (value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_key, member: unknown) => typeof member === 'string' ? Buffer.from(member).toString() : member))
}
