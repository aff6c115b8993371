// The records of state.bin, and the bit of protobuf they are made of.
import fc from 'fast-check'
import t from 'tap'
import { decodeFields, decodeVarint, encodeField, encodeVarint } from '../../../src/cluster/archive/protobuf.js'
import { encodeStorageEntry, StorageEntryReader } from '../../../src/cluster/archive/storage-entries.js'

t.test('a record has the bytes that Vault writes', async t => {
  const record = encodeStorageEntry('core/foo', Uint8Array.of(1, 2))
  t.equal(Buffer.from(record).toString('hex'), '0e0a08636f72652f666f6f12020102')
})

t.test('records come back however the stream is cut', async t => {
  const entry = fc.record({ key: fc.string({ minLength: 1 }), value: fc.uint8Array({ maxLength: 300 }) })
  fc.assert(fc.property(fc.array(entry), fc.integer({ min: 1, max: 400 }), (entries, step) => {
    const stream = Buffer.concat(entries.map(({ key, value }) => encodeStorageEntry(key, value)))
    const reader = new StorageEntryReader()
    const found = []
    for (let at = 0; at < stream.length; at += step) found.push(...reader.push(stream.subarray(at, at + step)))
    reader.end()
    t.strictSame(found.map(({ key, value }) => [key, [...value]]), entries.map(({ key, value }) => [key, [...value]]))
  }), { numRuns: 50 })
})

t.test('a record that is cut off, of no known shape or larger than any request is refused', async t => {
  const read = (hex: string) => (): void => {
    const reader = new StorageEntryReader()
    Array.from(reader.push(Buffer.from(hex, 'hex')))
    reader.end()
  }
  t.throws(read('0e0a08'), /record is cut off/)
  t.throws(read('80'), /record is cut off/)
  t.throws(read('ffffffffffffffffffffff'), /varint is longer/)
  t.throws(read('ffffffff7f'), /too large/)
  t.throws(read('020aff'), /varint is cut off/)
  t.throws(read('020a05'), /field is cut off/)
  t.throws(read('020200'), /field number is zero/)
  t.throws(read('020b00'), /wire type 3/)
})

t.test('fields of other kinds are skipped', async t => {
  const message = Buffer.concat([
    Uint8Array.of(0x18, 1),
    Uint8Array.of(0x21, 1, 2, 3, 4, 5, 6, 7, 8),
    Uint8Array.of(0x2d, 1, 2, 3, 4),
    encodeField(2, Uint8Array.of(9))
  ])
  t.strictSame([...decodeFields(message).keys()], [2])
})

t.test('varints of any size come back', async t => {
  fc.assert(fc.property(fc.maxSafeNat(), (value) => {
    const bytes = encodeVarint(value)
    t.strictSame(decodeVarint(bytes, 0), { value, length: bytes.length })
  }))
})
