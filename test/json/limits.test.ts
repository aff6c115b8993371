import t from 'tap'
import fc from 'fast-check'
import { equal } from 'node:assert'
import { parseJson } from '../../src/json/index.js'
import { checkJsonLimits, defaultJsonLimits } from '../../src/json/limits.js'

const nested = (depth: number): string => '{"a":'.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1)
const entries = (count: number): string => `{${Array.from({ length: count }, (_, i) => `"k${i}":[]`).join(',')}}`
const elements = (count: number): string => `[${Array.from({ length: count }, () => '{}').join(',')}]`

t.test('each limit holds to the last one allowed', async (t) => {
  const cases: ReadonlyArray<readonly [(size: number) => string, number, string]> = [
    [nested, 300, 'JSON input exceeds allowed nesting depth'],
    [entries, 10_000, 'JSON object exceeds allowed entry count'],
    [elements, 10_000, 'JSON array exceeds allowed element count'],
    [(size) => `{"a":"${'x'.repeat(size)}"}`, 1_048_576, 'JSON string value exceeds allowed length'],
    [(size) => `{"${'x'.repeat(size)}":1}`, 1_048_576, 'JSON string value exceeds allowed length']
  ]
  for (const [make, most, message] of cases) {
    t.equal(checkJsonLimits(make(most)), undefined)
    t.equal(checkJsonLimits(make(most + 1)), message)
  }
})

t.test('strings are measured in bytes as written', async (t) => {
  const limits = { ...defaultJsonLimits, maxStringBytes: 6 }
  t.equal(checkJsonLimits('["éé12"]', limits), undefined)
  t.equal(checkJsonLimits('["ééé1"]', limits), 'JSON string value exceeds allowed length')
  t.equal(checkJsonLimits('["\\u0041"]', limits), undefined)
  t.equal(checkJsonLimits('["\\u00411"]', limits), 'JSON string value exceeds allowed length')
  t.equal(checkJsonLimits('[1234567]', limits), 'JSON number value exceeds allowed length')
})

t.test('commas and colons count as tokens', async (t) => {
  t.equal(checkJsonLimits('{"a":1,"b":2}', { ...defaultJsonLimits, maxTokens: 9 }), undefined)
  t.equal(checkJsonLimits('{"a":1,"b":2}', { ...defaultJsonLimits, maxTokens: 8 }), 'JSON payload exceeds allowed token count')
})

t.test('broken JSON is refused in the words of the guard', async (t) => {
  const errors: Record<string, string> = {
    '{"a":{': 'malformed JSON, unclosed containers',
    '{"a":"b",': 'malformed JSON, unclosed containers',
    '{"a":"b': 'malformed JSON, unclosed string',
    '{"a":"\\': 'malformed JSON, unterminated escape sequence in string',
    '{}}': "invalid character '}' after top-level value",
    '{"a":"b"} "c"': "invalid character '\"' after top-level value",
    '{"a":x}': "invalid character 'x' looking for beginning of value",
    '{"a":"b",}': "invalid character '}' after object key-value pair",
    '[1,2,]': "invalid character ']' after array element",
    '{"a":}': "invalid character '}' after object key",
    '{"k":1,"k":2}': "duplicate key 'k' in object",
    '{"k":1,"\\u006b":2}': "duplicate key 'k' in object",
    '["\\q"]': "invalid character 'q' in string escape code",
    '["\\u123X"]': "invalid character 'X' in string escape code",
    '["\\ud83d"]': 'malformed JSON, unterminated surrogate pair in string',
    '[0123]': "invalid character '1' after top-level value",
    '[-]': "malformed JSON, invalid number syntax for '-'",
    '[1}': "malformed JSON: mismatched closing delimiter '}'"
  }
  for (const [text, message] of Object.entries(errors)) t.equal(checkJsonLimits(text), message, text)
})

t.test('what opens neither object nor array passes', async (t) => {
  for (const text of ['', '  ', 'a=b', '"x', '12', 'nul', '\u001f\u008b']) t.equal(checkJsonLimits(text), undefined)
})

t.test('all of JSON passes, and garbage never does more than being refused', async () => {
  fc.assert(fc.property(fc.json({ maxDepth: 5 }), (text) => {
    equal(checkJsonLimits(text.replace(/\\ud[89ab][0-9a-f]{2}"/g, '"')), undefined)
  }))
  const pieces = fc.constantFrom(...'{}[],:"\\u0 1.e-tfn', '"a"', '"b":', 'true', '\\ud800')
  fc.assert(fc.property(fc.array(pieces, { maxLength: 15 }), (parts) => {
    const text = `{${parts.join('')}`
    if (checkJsonLimits(text) !== undefined) return
    try { parseJson(text) } catch (error) { equal((error as Error).name, 'JsonSyntaxError') }
  }))
})
