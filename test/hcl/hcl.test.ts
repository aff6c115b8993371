import t from 'tap'
import fc from 'fast-check'
import { HclError, readHcl } from '../../src/hcl/hcl.js'
import type { HclObject, HclValue } from '../../src/hcl/hcl.js'

/** The tree as plain data: objects as lists of [keys, value]. */
function plain (value: HclValue): unknown {
  if (value.type === 'literal') return value.value
  if (value.type === 'list') return value.values.map(plain)
  return members(value)
}

function members (object: HclObject): unknown[] {
  return object.items.map(({ keys, value }) => [...keys, plain(value)])
}

const read = (text: string): unknown => members(readHcl(text))

t.test('blocks have labels, values are assigned, order and repetition are kept', async (t) => {
  t.same(read('path "a" {\n  x = 1\n  x = 2\n}\npath "b" "c" {}'), [['path', 'a', [['x', 1], ['x', 2]]], ['path', 'b', 'c', []]])
})

t.test('literals', async (t) => {
  t.same(read('a = "b\\n\\u00e9\\x41"\nb = true\nc = -3\nd = 0x1f\ne = 1.5\nf = 017'),
    [['a', 'b\néA'], ['b', true], ['c', -3], ['d', 31], ['e', 1.5], ['f', 15]])
})

t.test('interpolations stay as they are, quotes and escapes included', async (t) => {
  const interpolation = '$' + '{a "b" \\n}'
  t.same(read(`a = "\\t${interpolation}"`), [['a', `\t${interpolation}`]])
})

t.test('heredocs, also indented', async (t) => {
  t.same(read('a = <<EOF\n x\ny\nEOF\nb = <<-EOF\n    x\n     y\n    EOF\n'), [['a', ' x\ny\n'], ['b', 'x\n y\n']])
})

t.test('comments of three kinds, and commas where they may stand', async (t) => {
  t.same(read('# a\n// b\n/* c\n d */ x = [1, 2, /* e */ 3,] # f\ny = [{ a = 1, b = 2 }]'), [['x', [1, 2, 3]], ['y', [[['a', 1], ['b', 2]]]]])
})

t.test('JSON: objects of objects are blocks, lists of objects repeat the key', async (t) => {
  t.same(read(' {"path":{"a/*":{"capabilities":["read"]},"b":{}}}'), [['path', 'a/*', [['capabilities', ['read']]]], ['path', 'b', []]])
  t.same(read('{"path":[{"a":{"policy":"read"}},{"b":{"policy":"write"}}]}'), [['path', 'a', [['policy', 'read']]], ['path', 'b', [['policy', 'write']]]])
})

/** Texts and errors as HashiCorp's reader 1.0.1-vault-5 gives them. */
const refused: readonly (readonly [string, string])[] = [
  ['path "x" {', 'At 1:12: object expected closing RBRACE got: EOF'],
  ['path', "At 1:6: key 'path' expected start of object ('{') or assignment ('=')"],
  ['path "x" { a = }', 'At 1:17: object expected closing RBRACE got: EOF'],
  ['a b = 1', 'At 1:5: nested object expected: LBRACE got: ASSIGN'],
  ['= 1', 'At 1:1: no object keys found!'],
  ['{{}}', 'invalid character \'{\' looking for beginning of object key string'],
  ['x {\n}\n}', 'At 3:1: expected: IDENT | STRING | ASSIGN | LBRACE got: RBRACE'],
  ['a = b', 'At 1:5: Unknown token: 1:5 IDENT b'],
  ['a = [1 2]', 'At 1:8: error parsing list, expected comma or list end, got: NUMBER'],
  ['a = [b]', 'At 1:6: unexpected token while parsing list: IDENT'],
  ['a = "b', 'At 1:7: literal not terminated'],
  ['a = "\\q"', 'At 1:7: illegal char escape'],
  ['a = 1 /* b', 'At 1:11: comment not terminated'],
  ['a = <<EOF\nb', 'At 2:2: heredoc not terminated'],
  ['a = ☃', 'At 1:5: illegal char']
]
for (const [text, message] of refused) {
  t.test(`refused: ${JSON.stringify(text)}`, async (t) => {
    t.throws(() => readHcl(text), { message })
  })
}

t.test('null characters stand nowhere', async (t) => {
  t.throws(() => readHcl('a = 1 \0'), { message: 'At 1:7: unexpected null character (0x00)' })
})

t.test('nesting is limited, so that no text overflows the stack', async (t) => {
  t.throws(() => readHcl('a = ' + '['.repeat(100_000)), HclError)
  t.throws(() => readHcl('a {'.repeat(100_000)), HclError)
  t.throws(() => readHcl('{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)), Error)
})

const piece = fc.constantFrom('path', '"x"', '{', '}', '=', '[', ']', ',', ' ', '\n', '#', '//', '/*', '*/', '"', '\\', '$' + '{', '<<E\n', '<<-E\n', 'E\n', '0x', '08', '1e', '-', 'true', 'é', '\0', '\r\n')

t.test('any text is read or refused with a position', async () => {
  fc.assert(fc.property(fc.array(piece).map((pieces) => pieces.join('')), (text) => {
    try {
      readHcl(text)
    } catch (error) {
      return text.trimStart().startsWith('{') || (error instanceof HclError && /^At \d+:\d+: /.test(error.message))
    }
    return true
  }), { numRuns: 1000 })
})

t.test('what was written is read back', async () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,5}$/).filter((word) => word !== 'true' && word !== 'false')
  const text = fc.string().filter((value) => !/[$\\"\0\n\ue123]/.test(value))
  fc.assert(fc.property(fc.array(fc.tuple(name, text)), (items) => {
    const source = items.map(([key, value]) => `${key} = "${value}"`).join('\n')
    return JSON.stringify(members(readHcl(source))) === JSON.stringify(items.map(([key, value]) => [key, value.replaceAll('\r\n', '\n')]))
  }))
})
