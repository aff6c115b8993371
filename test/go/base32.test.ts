// Base32: what Go's decoder says of a text, and that writing and reading are each other's opposites
import t from 'tap'
import fc from 'fast-check'
import { decodeBase32, encodeBase32 } from '../../src/go/base32.js'

/** What Go 1.26 printed: the bytes in hexadecimal, or where it stopped. */
const READ_BY_GO: readonly (readonly [string, string | number])[] = [
  ['JB======', '48'],
  ['JBSWY===', '48656c'],
  ['JBSWY3DP', '48656c6c6f'],
  ['JBSW\nY3D=\n', '48656c6c'],
  ['JBSWY3DPJB======', '48656c6c6f48'],
  ['', ''],
  ['1!======', 0],
  ['J=======', 1],
  ['JBS=====', 3],
  ['JBSWY3==', 6],
  ['JB=====A', 6],
  ['JBSWY3D1', 7],
  ['JBSWY3DPE=======', 9],
  ['JBSWY===========', 5],
  ['JB======JB======', 2],
  ['========', 0],
  ['JBSWY3D', 0],
  ['é======', 0]
]

for (const [text, result] of READ_BY_GO) {
  t.test(`${JSON.stringify(text)} is ${typeof result === 'string' ? 'read' : 'refused'} as by Go`, async (t) => {
    if (typeof result === 'string') t.equal(decodeBase32(text).toString('hex'), result)
    else t.throws(() => decodeBase32(text), { message: `illegal base32 data at input byte ${result}` })
  })
}

t.test('what was written is read again', async () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
    const text = encodeBase32(bytes)
    const padded = text + '='.repeat(-text.length & 7)
    return decodeBase32(padded).equals(bytes)
  }))
})
