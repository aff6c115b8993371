// The first bytes of a body, as the journal keeps them: most are never looked at.

/**
 * Keeps a text as it is, and copies bytes, as a slice would keep all of the buffer alive that it is cut from: into text
 * of one byte per character, which is no work for the garbage collector as buffers are. Nothing is counted or decoded
 * before somebody asks.
 */
export class BodyText {
  #limit: number
  /** the only chunk so far, where it is text and not longer than the limit */
  #whole = ''
  #chunks = ''
  #bytes = 0

  /** @param limit in bytes */
  constructor (limit: number) {
    this.#limit = limit
  }

  add (chunk: string | Uint8Array): void {
    if (typeof chunk === 'string' && chunk.length <= this.#limit && this.#whole === '' && this.#bytes === 0) {
      this.#whole = chunk
      return
    }
    this.#settle()
    this.#addBytes(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  }

  /** of all of it */
  get bytes (): number { return this.#bytes + Buffer.byteLength(this.#whole) }

  /** what is kept takes about as many bytes */
  get size (): number { return this.#whole.length + Math.min(this.#bytes, this.#limit) }

  get text (): string {
    this.#settle()
    return Buffer.from(this.#chunks, 'latin1').toString('utf8')
  }

  /** Keeps nothing from now on. */
  forget (): void {
    this.#settle()
    this.#limit = 0
    this.#chunks = ''
  }

  #settle (): void {
    const whole = this.#whole
    this.#whole = ''
    if (whole !== '') this.#addBytes(Buffer.from(whole))
  }

  #addBytes (chunk: Uint8Array): void {
    const room = this.#limit - this.#bytes
    this.#bytes += chunk.length
    if (room > 0) this.#chunks += Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(room, chunk.length)).toString('latin1')
  }
}
