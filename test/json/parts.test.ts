// A value whose text comes in parts is the one of the whole text, and so is what is wrong with it.
import t from 'tap'
import fc from 'fast-check'
import { JsonParts, parseJson, type JsonValue } from '../../src/json/index.js'

/** @param cuts where the text is cut, as shares of its length */
function inParts (text: string, cuts: readonly number[]): JsonValue {
  const bytes = Buffer.from(text)
  const parts = new JsonParts()
  const ends = [...cuts.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b), bytes.length]
  for (const [i, end] of ends.entries()) parts.take(bytes.subarray(ends[i - 1] ?? 0, end))
  return parts.end()
}

function outcome (read: () => JsonValue): unknown {
  try {
    return { value: read() }
  } catch (error) {
    return { error: (error as Error).message }
  }
}

const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 })

t.test('of well-formed text', async (t) => {
  fc.assert(fc.property(fc.json({ maxDepth: 4 }), cuts, (text, cuts) => {
    t.strictSame(inParts(text, cuts), parseJson(text))
  }), { numRuns: 300 })
})

t.test('of text that may be anything', async (t) => {
  const token = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', ' ', '1', '-', 'e', 'true', '"a"', '"ü,"', '\n', 'x')
  const anything = fc.array(token, { maxLength: 20 }).map((tokens) => tokens.join(''))
  fc.assert(fc.property(anything, cuts, (text, cuts) => {
    t.strictSame(outcome(() => inParts(text, cuts)), outcome(() => parseJson(text)), text)
  }), { numRuns: 3000 })
})

t.test('nothing but space is blank', async (t) => {
  const parts = new JsonParts()
  parts.take(Buffer.from(' \n'))
  t.ok(parts.isBlank)
  parts.take(Buffer.from('[1,'))
  t.notOk(parts.isBlank)
})
