// Gzip as Go's compress/gzip writes and reads it: stored on the way out, errors in its words on the way in.
import { crc32, createInflateRaw } from 'node:zlib'
import { VaultError } from '../refusal/index.js'
import type { InflateRaw } from 'node:zlib'
import type { Budget } from './budget.js'

/** ID1, ID2, deflate, no flags, no time, no hints, unknown system: what Go writes. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255)
/** Bits of the header's flags, and what each adds behind the first ten bytes. */
const HEADER_CHECKSUM = 2
const EXTRA = 4
const NAME = 8
const COMMENT = 16
/** Go's limit for name and comment. */
const MAX_TEXT_BYTES = 512
const MAX_STORED_BYTES = 65535
const LAST_EMPTY_BLOCK = Uint8Array.of(1, 0, 0, 0xff, 0xff)
/** Deflate grows at most about 1030 times, so a slice yields at most 66 MiB at once. */
const SLICE_BYTES = 64 * 1024

/** What Go's readers would return as an error; the message is Go's. */
export class ReadError extends Error {}

/** Bytes that were cut off. */
export function unexpectedEof (): ReadError {
  return new ReadError('unexpected EOF')
}

/**
 * One gzip member around the pieces, stored and not compressed: the same bytes on every platform and every zlib.
 */
export async function * storeGzip (pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let checksum = 0
  let size = 0
  yield HEADER
  for await (const piece of pieces) {
    checksum = crc32(piece, checksum)
    size += piece.length
    yield * storedBlocks(piece)
  }
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(checksum, 0)
  trailer.writeUInt32LE(size % 2 ** 32, 4)
  yield Buffer.concat([LAST_EMPTY_BLOCK, trailer])
}

function * storedBlocks (piece: Uint8Array): Generator<Uint8Array> {
  for (let offset = 0; offset < piece.length; offset += MAX_STORED_BYTES) {
    const block = piece.subarray(offset, offset + MAX_STORED_BYTES)
    const head = Buffer.alloc(5)
    head.writeUInt16LE(block.length, 1)
    head.writeUInt16LE(block.length ^ 0xffff, 3)
    yield head
    yield block
  }
}

/**
 * Uncompresses on demand: never more than one slice of the upload ahead of its reader, whatever it inflates to. What
 * came before the end of an upload that is cut off is handed out before the error is thrown, as in Go. Whatever follows
 * the first member's data, its checksum included, is not looked at: no reader of snapshots gets that far.
 */
export class GunzipReader {
  readonly #compressed: CompressedBytes
  readonly #budget: Budget
  readonly #inflate: InflateRaw
  readonly #inflated: Uint8Array[] = []
  #error: Error | undefined
  #ended = false

  private constructor (compressed: CompressedBytes, budget: Budget) {
    this.#compressed = compressed
    this.#budget = budget
    this.#inflate = createInflateRaw({ chunkSize: SLICE_BYTES })
    this.#inflate.on('data', (bytes: Uint8Array) => {
      this.#inflated.push(bytes)
    })
    this.#inflate.on('error', (error) => { this.#error = readError(error, this.#inflate.bytesWritten) })
    this.#inflate.on('end', () => { this.#ended = true })
  }

  /**
   * Reads and checks the header.
   *
   * @param budget pays for every byte that it inflates to
   * @throws ReadError `EOF` for an empty upload, `unexpected EOF` within the header, `gzip: invalid header`
   */
  static async open (upload: AsyncIterator<Uint8Array>, budget: Budget): Promise<GunzipReader> {
    const compressed = new CompressedBytes(upload)
    await readHeader(compressed)
    return new GunzipReader(compressed, budget)
  }

  /**
   * The next inflated bytes; undefined at the end of the stream.
   *
   * @throws ReadError for a stream that is cut off or damaged; {VaultError} for one that is larger than allowed
   */
  async read (): Promise<Uint8Array | undefined> {
    while (this.#inflated.length === 0) {
      if (this.#error !== undefined) throw this.#error
      if (this.#ended) return undefined
      await this.#inflateMore()
    }
    const bytes = this.#inflated.shift()
    this.#budget.take(bytes?.length ?? 0)
    return bytes
  }

  /** Gives up the inflater; what is left of the upload is not touched. */
  close (): void {
    this.#inflate.destroy()
  }

  async #inflateMore (): Promise<void> {
    const slice = await this.#compressed.slice()
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#inflate.off('end', done).off('error', done)
        resolve()
      }
      // A write that reaches the end of the data need not call back, and one that fails does not.
      this.#inflate.once('end', done).once('error', done)
      if (slice === undefined) this.#inflate.end()
      else this.#inflate.write(slice, done)
    })
  }
}

/** The upload in slices and single bytes. */
class CompressedBytes {
  #pending: Uint8Array = new Uint8Array()
  constructor (readonly upload: AsyncIterator<Uint8Array>) {}

  /** Up to `SLICE_BYTES`, at least one; undefined at the end. An upload that breaks off is one that ends. */
  async slice (maxBytes = SLICE_BYTES): Promise<Uint8Array | undefined> {
    while (this.#pending.length === 0) {
      const chunk = await nextOrEnd(this.upload)
      if (chunk.done === true) return undefined
      this.#pending = chunk.value
    }
    const slice = this.#pending.subarray(0, maxBytes)
    this.#pending = this.#pending.subarray(maxBytes)
    return slice
  }

  /** Exactly so many bytes, or fewer at the end. */
  async take (count: number): Promise<Uint8Array> {
    let taken: Uint8Array = new Uint8Array()
    while (taken.length < count) {
      const slice = await this.slice(count - taken.length)
      if (slice === undefined) return taken
      taken = Buffer.concat([taken, slice])
    }
    return taken
  }

  async need (count: number): Promise<Uint8Array> {
    const taken = await this.take(count)
    if (taken.length < count) throw unexpectedEof()
    return taken
  }
}

async function nextOrEnd (upload: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  try {
    return await upload.next()
  } catch (error) {
    if (error instanceof VaultError) throw error
    return { done: true, value: undefined }
  }
}

async function readHeader (compressed: CompressedBytes): Promise<void> {
  const header = await compressed.take(HEADER.length)
  if (header.length === 0) throw new ReadError('EOF')
  if (header.length < HEADER.length) throw unexpectedEof()
  if (HEADER.subarray(0, 3).some((byte, index) => byte !== header[index])) throw invalidHeader()
  const flags = header[3]!
  if ((flags & EXTRA) !== 0) {
    const length = await compressed.need(2)
    await compressed.need(length[0]! + 256 * length[1]!)
  }
  if ((flags & NAME) !== 0) await skipText(compressed)
  if ((flags & COMMENT) !== 0) await skipText(compressed)
  if ((flags & HEADER_CHECKSUM) !== 0) await compressed.need(2)
}

async function skipText (compressed: CompressedBytes): Promise<void> {
  for (let length = 0; length < MAX_TEXT_BYTES; length++) {
    const [byte] = await compressed.need(1)
    if (byte === 0) return
  }
  throw invalidHeader()
}

function invalidHeader (): ReadError {
  return new ReadError('gzip: invalid header')
}

function readError (error: Error & { code?: string }, offset: number): ReadError {
  return error.code === 'Z_BUF_ERROR' ? unexpectedEof() : new ReadError(`flate: corrupt input before offset ${offset}`)
}
