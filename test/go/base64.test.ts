import t from 'tap'
import fc from 'fast-check'
import { decodeBase64, decodedBase64 } from '../../src/go/base64.js'

t.test('what was encoded is decoded, line breaks or not', async () => {
  fc.assert(fc.property(fc.uint8Array(), fc.nat(10), (bytes, column) => {
    const text = Buffer.from(bytes).toString('base64')
    const broken = `${text.slice(0, column)}\r\n${text.slice(column)}\n`
    return decodeBase64(text).equals(bytes) && decodeBase64(broken).equals(bytes)
  }))
})

t.test('any text is decoded or refused with a place in it', async () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('a', 'Z', '0', '/', '=', '\n', '-', 'é') }), (text) => {
    try {
      return decodeBase64(text).equals(decodedBase64(text)!)
    } catch (error) {
      const [, at] = /^illegal base64 data at input byte (\d+)$/.exec((error as Error).message) ?? []
      return decodedBase64(text) === undefined && Number(at) <= Buffer.byteLength(text)
    }
  }))
})

// as Go's own encoding/base64 says; some of them stand in recordings of transit
const FAULTS = {
  'not base64': 3,
  abc: 0,
  aGVsbG8: 4,
  'a===': 1,
  'ab=': 3,
  'ab=c': 2,
  'ab==c': 4,
  'abc=d': 4,
  '=': 0,
  'abcd!': 4,
  éé: 0
}
for (const [text, at] of Object.entries(FAULTS)) {
  t.test(`${text} is wrong at byte ${at}`, async (t) => {
    t.throws(() => decodeBase64(text), { message: `illegal base64 data at input byte ${at}` })
  })
}
