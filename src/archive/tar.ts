// Tar as Go's archive/tar writes and reads it: plain files with short names, its errors in Go's words.
import { ReadError, unexpectedEof } from './gzip.js'

const BLOCK_BYTES = 512
const SIZE_AT = 124
const CHECKSUM_AT = 148
const TYPE_AT = 156
const MAGIC_AT = 257
const PREFIX_AT = 345
const encoder = new TextEncoder()

/** Links, devices, directories and pipes: no data follows, whatever their size says. */
const HEADER_ONLY_TYPES = '123456'
/** Attributes of the entry that follows; names and sizes here are too small to need any. */
const ATTRIBUTES_TYPE = 'x'

/** The header of a file, readable and writable by its owner alone, as snapshots have it. */
export function tarHeader (name: string, size: number, modifiedAtMs: number): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES)
  const write = (text: string, offset: number): void => { block.set(encoder.encode(text), offset) }
  write(name, 0)
  write('0000600', 100)
  write('0000000', 108)
  write('0000000', 116)
  write(octal(size, 11), SIZE_AT)
  write(octal(Math.floor(modifiedAtMs / 1000), 11), 136)
  write('0', TYPE_AT)
  write('ustar\0' + '00', MAGIC_AT)
  write('0000000', 329)
  write('0000000', 337)
  write(octal(checksums(block).unsigned, 6) + '\0 ', CHECKSUM_AT)
  return block
}

/** The zeros that fill up an entry's last block. */
export function tarPadding (size: number): Uint8Array {
  return new Uint8Array(paddingBytes(size))
}

/** Two blocks of zeros and no more: `operator raft snapshot inspect` refuses the padding that other tars add. */
export function tarEnd (): Uint8Array {
  return new Uint8Array(2 * BLOCK_BYTES)
}

/** Where inflated bytes come from; undefined at their end. */
export interface ByteSource {
  read (): Promise<Uint8Array | undefined>
}

/** Walks over a tar's entries: `next`, then `read` until undefined, then `next` again. */
export class TarReader {
  readonly #source: ByteSource
  #pending: Uint8Array = new Uint8Array()
  #remaining = 0
  #padding = 0

  constructor (source: ByteSource) {
    this.#source = source
  }

  /**
   * The name of the next entry; undefined behind the last. What was left of the one before is skipped.
   *
   * @throws ReadError for what is no tar, and whatever the source throws
   */
  async next (): Promise<string | undefined> {
    for (;;) {
      const block = await this.#nextHeader()
      if (block === undefined) return undefined
      const type = String.fromCharCode(block[TYPE_AT]!)
      this.#remaining = HEADER_ONLY_TYPES.includes(type) ? 0 : parseOctal(block, SIZE_AT, 12)
      this.#padding = paddingBytes(this.#remaining)
      if (type !== ATTRIBUTES_TYPE) return entryName(block)
    }
  }

  /**
   * More of the current entry's bytes; undefined at its end.
   *
   * @throws ReadError if the tar ends within it, and whatever the source throws
   */
  async read (): Promise<Uint8Array | undefined> {
    if (this.#remaining === 0) return undefined
    const bytes = await this.#take(this.#remaining)
    if (bytes === undefined) throw unexpectedEof()
    this.#remaining -= bytes.length
    return bytes
  }

  async #nextHeader (): Promise<Uint8Array | undefined> {
    while (await this.read() !== undefined);
    const padding = await this.#block(this.#padding)
    if (padding.length < this.#padding) return undefined
    const block = await this.#block(BLOCK_BYTES)
    if (block.length === 0) return undefined
    if (block.length < BLOCK_BYTES) throw unexpectedEof()
    if (block.some((byte) => byte !== 0)) return checkedHeader(block)
    const second = await this.#block(BLOCK_BYTES)
    if (second.length > 0 && second.length < BLOCK_BYTES) throw unexpectedEof()
    if (second.some((byte) => byte !== 0)) throw invalidHeader()
    return undefined
  }

  /** Exactly so many bytes, or fewer at the end. */
  async #block (size: number): Promise<Uint8Array> {
    const pieces = []
    let missing = size
    while (missing > 0) {
      const piece = await this.#take(missing)
      if (piece === undefined) break
      pieces.push(piece)
      missing -= piece.length
    }
    return Buffer.concat(pieces)
  }

  /** One to `maxBytes` bytes; undefined at the end. */
  async #take (maxBytes: number): Promise<Uint8Array | undefined> {
    while (this.#pending.length === 0) {
      const bytes = await this.#source.read()
      if (bytes === undefined) return undefined
      this.#pending = bytes
    }
    const taken = this.#pending.subarray(0, maxBytes)
    this.#pending = this.#pending.subarray(maxBytes)
    return taken
  }
}

function checkedHeader (block: Uint8Array): Uint8Array {
  const stored = parseOctal(block, CHECKSUM_AT, 8)
  const { signed, unsigned } = checksums(block)
  if (stored !== unsigned && stored !== signed) throw invalidHeader()
  return block
}

function entryName (block: Uint8Array): string {
  const name = parseText(block, 0, 100)
  const prefix = parseText(block, MAGIC_AT, 6) === 'ustar' ? parseText(block, PREFIX_AT, 155) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

function parseText (block: Uint8Array, offset: number, length: number): string {
  return Buffer.from(block.subarray(offset, offset + length)).toString('utf8').replace(/\0.*$/s, '')
}

/** Octal digits between spaces and zeros, as Go takes them; the binary form is for sizes that nothing here has. */
function parseOctal (block: Uint8Array, offset: number, length: number): number {
  const text = Buffer.from(block.subarray(offset, offset + length)).toString('latin1')
  const digits = text.replace(/^[ \0]+/, '').replace(/\0.*$/s, '').trimEnd()
  if (!/^[0-7]*$/.test(digits)) throw invalidHeader()
  return digits === '' ? 0 : parseInt(digits, 8)
}

/** Old tars summed signed bytes. The checksum's own field counts as spaces. */
function checksums (block: Uint8Array): { signed: number, unsigned: number } {
  let signed = 0
  let unsigned = 0
  block.forEach((stored, index) => {
    const byte = index >= CHECKSUM_AT && index < CHECKSUM_AT + 8 ? 32 : stored
    unsigned += byte
    signed += byte > 127 ? byte - 256 : byte
  })
  return { signed, unsigned }
}

function octal (value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}

function paddingBytes (size: number): number {
  return (BLOCK_BYTES - size % BLOCK_BYTES) % BLOCK_BYTES
}

function invalidHeader (): ReadError {
  return new ReadError('archive/tar: invalid tar header')
}
