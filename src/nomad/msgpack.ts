// MessagePack as Nomad's codec writes it into snapshots: maps by field name, integers, text, bytes; and reading it.

/** What a record is made of. Go writes texts and bytes alike, so both are read as bytes. */
export type Packed =
  null | boolean | number | string | Uint8Array | readonly Packed[] | { readonly [name: string]: Packed }

/** Bytes that are no MessagePack, or are cut off. */
export class MsgpackError extends Error {}

export function pack (value: Packed): Buffer {
  if (value === null) return Buffer.of(0xc0)
  if (typeof value === 'boolean') return Buffer.of(value ? 0xc3 : 0xc2)
  if (typeof value === 'number') return packInteger(value)
  if (typeof value === 'string') return packBytes(Buffer.from(value))
  if (value instanceof Uint8Array) return packBytes(value)
  if (isList(value)) return Buffer.concat([head(value.length, 0x90, 0xdc), ...value.map(pack)])
  const entries = Object.entries(value)
  return Buffer.concat([head(entries.length, 0x80, 0xde), ...entries.flatMap(([key, each]) => [pack(key), pack(each)])])
}

function packInteger (value: number): Buffer {
  if (value >= 0 && value < 0x80) return Buffer.of(value)
  const bytes = Buffer.alloc(9)
  bytes[0] = 0xd3
  bytes.writeBigInt64BE(BigInt(value), 1)
  return bytes
}

/** The raw type, which was MessagePack's only one for both. */
function packBytes (bytes: Uint8Array): Buffer {
  const { length } = bytes
  if (length < 32) return Buffer.concat([Buffer.of(0xa0 | length), bytes])
  return Buffer.concat([Buffer.of(0xdb, length >>> 24, length >>> 16, length >>> 8, length), bytes])
}

function head (length: number, small: number, large: number): Buffer {
  return length < 16 ? Buffer.of(small | length) : Buffer.of(large, length >>> 8, length)
}

function isList (value: Packed): value is readonly Packed[] {
  return Array.isArray(value)
}

/** Reads values one after the other. */
export class MsgpackReader {
  readonly #bytes: Buffer
  #at = 0

  constructor (bytes: Buffer) {
    this.#bytes = bytes
  }

  get atEnd (): boolean { return this.#at >= this.#bytes.length }

  byte (): number { return this.#take(1).readUInt8() }

  /** @throws {MsgpackError} */
  value (depth = 0): Packed {
    if (depth > 64) throw new MsgpackError('nested too deeply')
    const type = this.byte()
    if (type < 0x80) return type
    if (type < 0x90) return this.#map(type & 0x0f, depth)
    if (type < 0xa0) return this.#list(type & 0x0f, depth)
    if (type < 0xc0) return this.#take(type & 0x1f)
    if (type >= 0xe0) return type - 0x100
    return this.#typed(type, depth)
  }

  #typed (type: number, depth: number): Packed {
    switch (type) {
      case 0xc0: return null
      case 0xc2: return false
      case 0xc3: return true
      case 0xc4: case 0xd9: return this.#take(this.#integer(1))
      case 0xc5: case 0xda: return this.#take(this.#integer(2))
      case 0xc6: case 0xdb: return this.#take(this.#integer(4))
      case 0xc7: return this.#take(this.#integer(1) + 1).subarray(1)
      case 0xca: return this.#take(4).readFloatBE()
      case 0xcb: return this.#take(8).readDoubleBE()
      case 0xcc: case 0xcd: case 0xce: return this.#integer(2 ** (type - 0xcc))
      case 0xcf: return Number(this.#take(8).readBigUInt64BE())
      case 0xd0: case 0xd1: case 0xd2: return this.#signed(2 ** (type - 0xd0))
      case 0xd3: return Number(this.#take(8).readBigInt64BE())
      case 0xdc: return this.#list(this.#integer(2), depth)
      case 0xdd: return this.#list(this.#integer(4), depth)
      case 0xde: return this.#map(this.#integer(2), depth)
      case 0xdf: return this.#map(this.#integer(4), depth)
      default: throw new MsgpackError(`type 0x${type.toString(16)} is not known`)
    }
  }

  #list (length: number, depth: number): Packed[] {
    const list: Packed[] = []
    for (let i = 0; i < length; i++) list.push(this.value(depth + 1))
    return list
  }

  #map (length: number, depth: number): Record<string, Packed> {
    const map: Record<string, Packed> = Object.create(null)
    for (let i = 0; i < length; i++) map[textOf(this.value(depth + 1))] = this.value(depth + 1)
    return map
  }

  #integer (size: number): number { return this.#take(size).readUIntBE(0, size) }
  #signed (size: number): number { return this.#take(size).readIntBE(0, size) }

  #take (size: number): Buffer {
    const bytes = this.#bytes.subarray(this.#at, this.#at + size)
    if (bytes.length < size) throw new MsgpackError('unexpected EOF')
    this.#at += size
    return bytes
  }
}

/** A text, however it was written; empty for what is none. */
export function textOf (value: Packed | undefined): string {
  if (typeof value === 'string') return value
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : ''
}
