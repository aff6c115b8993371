// How SSH's protocols write data (RFC 4251, section 5): lengths before texts, numbers in two's complement.

export function uint32 (value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export function uint64 (value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(value)
  return bytes
}

/** A `string`: its length, then its bytes. */
export function text (value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint32(bytes.length), bytes])
}

/** An `mpint` that is not negative. @param magnitude big-endian, leading zeros or none */
export function mpint (magnitude: Uint8Array): Buffer {
  const first = magnitude.findIndex((byte) => byte !== 0)
  const bytes = first < 0 ? Buffer.alloc(0) : Buffer.from(magnitude.subarray(first))
  const isHigh = (bytes[0] ?? 0) >= 0x80
  return text(isHigh ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes)
}

/** What ends before it should. */
export class ShortRead extends Error {
  override readonly name = 'ShortRead'
}

/** Takes such data apart, from front to back. */
export class WireReader {
  #at = 0

  constructor (readonly bytes: Buffer) {}

  /** what has not been read */
  get rest (): Buffer { return this.bytes.subarray(this.#at) }

  /** @throws {ShortRead} */
  uint32 (): number {
    return this.take(4).readUInt32BE()
  }

  /** @throws {ShortRead} */
  text (): Buffer {
    return this.take(this.uint32())
  }

  /** @throws {ShortRead} */
  take (length: number): Buffer {
    if (length > this.rest.length) throw new ShortRead()
    this.#at += length
    return this.bytes.subarray(this.#at - length, this.#at)
  }
}
