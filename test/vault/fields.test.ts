import t, { type Test } from 'tap'
import fc from 'fast-check'
import { Type } from '@sinclair/typebox'
import { goMap, parseJson } from '../../src/json/index.js'
import type { JsonObject } from '../../src/json/index.js'
import { VaultError } from '../../src/refusal/index.js'
import { decodeFields, field, fieldDescription, fieldKind, unknownFields, type FieldWording } from '../../src/vault/fields/fields.js'

const table = Type.Object({
  server_id: field.string({ description: 'Which server.' }),
  name: field.nameString(),
  low: field.lowerCaseString(),
  min_quorum: field.int(),
  ratio: field.float(),
  cleanup: field.bool(),
  threshold: field.durationSeconds(),
  age: field.signedDurationSeconds(),
  policies: field.stringList(),
  versions: field.intList(),
  things: field.list(),
  options: field.keyValue(),
  config: field.map(),
  until: field.time(),
  whatever: field.any(),
  retain: field.int({ default: 3 })
})

function decode (text: string, fieldErrors: FieldWording['fieldErrors'] = 'quoting'): unknown {
  return decodeFields(table, parseJson(text) as JsonObject, { fieldErrors })
}

function refusal (text: string, fieldErrors: FieldWording['fieldErrors'] = 'quoting'): string {
  try {
    decode(text, fieldErrors)
  } catch (error) {
    if (error instanceof VaultError && error.kind === 'invalid') return error.message.replace('Field validation failed: error converting input ', '')
    throw error
  }
  return ''
}

function converts (t: Pick<Test, 'match'>, cases: Record<string, unknown>): void {
  for (const [text, expected] of Object.entries(cases)) {
    t.match(Object.values(decode(text) as object)[0], expected as object, text)
  }
}

t.test('absent fields and nulls are missing, or have their default', async (t) => {
  t.same(decode('{}'), { retain: 3 })
  t.same(decode('{"server_id":null,"threshold":null,"retain":null}'), { retain: 3 })
  t.same(decode('{"retain":0,"unknown":1}'), { retain: 0 })
})

t.test('text, numbers and truth values stand for each other', async (t) => {
  converts(t, {
    '{"server_id":7}': '7',
    '{"server_id":1.0}': '1.0',
    '{"server_id":true}': '1',
    '{"low":"ABC"}': 'abc',
    '{"min_quorum":"3"}': 3,
    '{"min_quorum":"0x1F"}': 31,
    '{"min_quorum":"1_000"}': 1000,
    '{"min_quorum":"017"}': 15,
    '{"min_quorum":""}': 0,
    '{"min_quorum":true}': 1,
    '{"ratio":"1.5e1"}': 15,
    '{"cleanup":"true"}': true,
    '{"cleanup":1}': true,
    '{"cleanup":"F"}': false,
    '{"cleanup":""}': false,
    '{"threshold":"90"}': 90,
    '{"threshold":"1m30.7s"}': 90,
    '{"age":"-1h"}': -3600,
    '{"until":1700000000}': 1_700_000_000_000,
    '{"until":"2024-02-29T12:00:00.5+01:00"}': Date.parse('2024-02-29T11:00:00.500Z')
  })
})

t.test('lists come as lists, comma-separated text or a single value', async (t) => {
  converts(t, {
    '{"policies":"a, b"}': ['a', 'b'],
    '{"policies":["a ",1,true,null]}': ['a', '1', '1', ''],
    '{"policies":""}': [],
    '{"policies":{}}': [],
    '{"versions":"1,2"}': [1, 2],
    '{"versions":3}': [3],
    '{"versions":["4",5]}': [4, 5],
    '{"things":"x"}': ['x'],
    '{"things":[{"a":1},2]}': [{ a: 1 }, 2]
  })
})

t.test('maps of text come as maps, pairs or lists of pairs', async (t) => {
  converts(t, {
    '{"options":{"version":2,"x":true,"n":null}}': { version: '2', x: '1', n: '' },
    '{"options":"version=2"}': { version: '2' },
    '{"options":["a=b=c","d="]}': { a: 'b=c', d: '' },
    '{"options":[{"a":"b"},{"c":"d"}]}': { a: 'b', c: 'd' },
    '{"config":{"a":{"b":1}}}': { a: { b: 1 } },
    '{"config":[{"a":1},{"b":2}]}': { a: 1, b: 2 }
  })
  t.same(Object.keys(decodeFields(table, parseJson('{"config":[{"__proto__":1}]}') as JsonObject).config ?? {}), ['__proto__'])
})

t.test('what Vault 1.14 was seen to answer', async (t) => {
  const recorded: Record<string, string> = {
    '{"min_quorum":"three"}': 'three for field "min_quorum": cannot parse \'\' as int: strconv.ParseInt: parsing "three": invalid syntax',
    '{"threshold":"soon"}': 'soon for field "threshold": time: invalid duration "soon"',
    '{"threshold":"-3s"}': "-3s for field \"threshold\": cannot provide negative value '-3'",
    '{"cleanup":"maybe"}': 'maybe for field "cleanup": cannot parse \'\' as bool: strconv.ParseBool: parsing "maybe": invalid syntax',
    '{"server_id":{"a":1}}': "map[a:1] for field \"server_id\": '' expected type 'string', got unconvertible type 'map[string]interface {}', value: 'map[a:1]'",
    '{"server_id":[[]]}': "[[]] for field \"server_id\": '' expected type 'string', got unconvertible type '[]interface {}', value: '[[]]'"
  }
  for (const [text, message] of Object.entries(recorded)) t.equal(refusal(text), message)
})

t.test('what OpenBao 2.5 was seen to answer', async (t) => {
  const recorded: Record<string, string> = {
    '{"min_quorum":"three"}': 'for field "min_quorum": \'\' cannot parse value as \'int\': strconv.ParseInt: invalid syntax',
    '{"threshold":"soon"}': 'for field "threshold": time: invalid duration "soon"',
    '{"threshold":"-3s"}': "for field \"threshold\": cannot provide negative value '-3'",
    '{"cleanup":"maybe"}': 'for field "cleanup": \'\' cannot parse value as \'bool\': strconv.ParseBool: invalid syntax',
    '{"server_id":{"a":1}}': "for field \"server_id\": '' expected type 'string', got unconvertible type 'map[string]interface {}'"
  }
  for (const [text, message] of Object.entries(recorded)) t.equal(refusal(text, 'terse'), message)
})

t.test('what Vault 1.21.4 was seen to answer', async (t) => {
  const seen: Record<string, string> = {
    '{"min_quorum":"abc"}': 'for field "min_quorum": cannot parse \'\' as int: strconv.ParseInt: parsing "abc": invalid syntax',
    '{"threshold":"abc"}': 'for field "threshold": time: invalid duration "abc"',
    '{"versions":["abc"]}': 'for field "versions": 1 error(s) decoding:\n\n* cannot parse \'[0]\' as int: strconv.ParseInt: parsing "abc": invalid syntax',
    '{"server_id":[1]}': "for field \"server_id\": '' expected type 'string', got unconvertible type '[]interface {}', value: '[1]'",
    '{"options":"x"}': 'for field "options": invalid key pair "x"'
  }
  for (const [text, message] of Object.entries(seen)) t.equal(refusal(text, 'naming'), message)
})

t.test('other things that cannot be converted', async (t) => {
  const refused: Record<string, string> = {
    '{"min_quorum":1.5}': '1.5 for field "min_quorum": cannot parse \'\' as int: strconv.ParseInt: parsing "1.5": invalid syntax',
    '{"min_quorum":9223372036854775808}': '9223372036854775808 for field "min_quorum": cannot parse \'\' as int: strconv.ParseInt: parsing "9223372036854775808": value out of range',
    '{"cleanup":[1,2]}': "[1 2] for field \"cleanup\": '' expected type 'bool', got unconvertible type '[]interface {}', value: '[1 2]'",
    '{"versions":["a",null,"b"]}': '[a <nil> b] for field "versions": 2 error(s) decoding:\n\n* cannot parse \'[0]\' as int: strconv.ParseInt: parsing "a": invalid syntax\n* cannot parse \'[2]\' as int: strconv.ParseInt: parsing "b": invalid syntax',
    '{"options":"x"}': 'x for field "options": invalid key pair "x"',
    '{"config":"x"}': "x for field \"config\": '' expected a map, got 'string'",
    '{"config":[["x"]]}': "[[x]] for field \"config\": '[0][0]' expected a map, got 'string'",
    '{"name":"a b"}': 'a b for field "name": field does not match the formatting rules',
    '{"until":"2024-02-30T00:00:00Z"}': '2024-02-30T00:00:00Z for field "until": could not parse string as date and time',
    '{"threshold":true}': 'true for field "threshold": could not parse duration from input'
  }
  for (const [text, message] of Object.entries(refused)) t.equal(refusal(text), message)
})

t.test('deep and wide input is refused like any other', async (t) => {
  const deep = '['.repeat(9_000) + ']'.repeat(9_000)
  for (const name of Object.keys(table.properties)) t.doesNotThrow(() => refusal(`{"${name}":${deep}}`), name)
  t.match(refusal(`{"server_id":[${'1,'.repeat(200_000)}1]}`), /^\[1 1 1/)
})

t.test('any JSON is converted or refused', async () => {
  const anyName = fc.constantFrom(...Object.keys(table.properties))
  const anyWords = fc.constantFrom('quoting' as const, 'naming' as const, 'terse' as const)
  fc.assert(fc.property(anyName, fc.json({ maxDepth: 3 }), anyWords, (name, text, words) => {
    refusal(`{"${name}":${text}}`, words)
  }))
})

t.test('a table tells kinds, descriptions and who is unknown', async (t) => {
  t.equal(fieldKind(table.properties.threshold), 'durationSeconds')
  t.equal(fieldDescription(table.properties.server_id), 'Which server.')
  t.equal(fieldDescription(table.properties.low), '')
  t.match(table.properties.policies, { type: 'array', items: { type: 'string' } })
  t.same(table.required, ['retain'])
  t.same(unknownFields(table, goMap({ zeta: 1, server_id: 'x', alpha: null, toString: 1 })), ['alpha', 'toString', 'zeta'])
})
