// DER, the encoding of certificates and keys: just enough to look inside.

/** One value and those within it. */
export interface DerNode {
  readonly tag: number
  /** tag and length included */
  readonly all: Buffer
  readonly value: Buffer
  /** none where the value is not made of others */
  readonly parts: readonly DerNode[]
}

const CONSTRUCTED = 0x20
const LONG_LENGTH = 0x80

/** @throws {Error} where the bytes are not DER */
export function readDer (bytes: Buffer, at = 0): DerNode {
  const tag = byteAt(bytes, at)
  const { length, from } = lengthAt(bytes, at + 1)
  const end = from + length
  if (end > bytes.length) throw new Error('not DER')
  const parts: DerNode[] = []
  if ((tag & CONSTRUCTED) !== 0) {
    for (let position = from; position < end;) {
      const part = readDer(bytes, position)
      parts.push(part)
      position += part.all.length
    }
  }
  return { tag, all: bytes.subarray(at, end), value: bytes.subarray(from, end), parts }
}

function byteAt (bytes: Buffer, at: number): number {
  const byte = bytes[at]
  if (byte === undefined) throw new Error('not DER')
  return byte
}

function lengthAt (bytes: Buffer, at: number): { length: number, from: number } {
  const first = byteAt(bytes, at)
  if ((first & LONG_LENGTH) === 0) return { length: first, from: at + 1 }
  const count = first & ~LONG_LENGTH
  let length = 0
  for (let i = 1; i <= count; i++) length = length * 256 + byteAt(bytes, at + i)
  return { length, from: at + 1 + count }
}

/** @throws {Error} where there is no such part */
export function partOf (node: DerNode, ...path: readonly number[]): DerNode {
  return path.reduce((within, index) => {
    const part = within.parts.at(index)
    if (part === undefined) throw new Error('not what it should be')
    return part
  }, node)
}

/** `2.5.4.3` */
export function objectIdentifier (value: Buffer): string {
  const numbers: number[] = []
  let number = 0
  for (const byte of value) {
    number = number * 128 + (byte & 0x7f)
    if ((byte & 0x80) === 0) {
      numbers.push(number)
      number = 0
    }
  }
  const [head = 0, ...rest] = numbers
  const first = Math.min(2, Math.floor(head / 40))
  return [first, head - 40 * first, ...rest].join('.')
}

const UTC_TIME = 0x17

/** Seconds since the epoch. */
export function derTime (node: DerNode): number {
  const text = node.value.toString()
  const full = node.tag === UTC_TIME ? (Number(text.slice(0, 2)) < 50 ? '20' : '19') + text : text
  const field = (from: number, to: number) => Number(full.slice(from, to))
  return Date.UTC(field(0, 4), field(4, 6) - 1, field(6, 8), field(8, 10), field(10, 12), field(12, 14)) / 1000
}
