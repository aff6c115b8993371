// An upload that can be read twice: once to see whether it is sound, once for what it holds.
import type { Budget } from './budget.js'

export class KeptUpload implements AsyncIterator<Uint8Array> {
  readonly #upload: AsyncIterator<Uint8Array>
  readonly #budget: Budget
  readonly #pieces: Uint8Array[] = []

  /** @param budget pays for what is kept */
  constructor (upload: AsyncIterable<Uint8Array>, budget: Budget) {
    this.#upload = upload[Symbol.asyncIterator]()
    this.#budget = budget
  }

  async next (): Promise<IteratorResult<Uint8Array>> {
    const result = await this.#upload.next()
    if (result.done !== true) {
      this.#budget.take(result.value.length)
      this.#pieces.push(result.value)
    }
    return result
  }

  /** What was read so far, once more; given away piece by piece. */
  async * again (): AsyncGenerator<Uint8Array> {
    for (let piece = this.#pieces.shift(); piece !== undefined; piece = this.#pieces.shift()) yield piece
  }

  /** Reads on to the end, and keeps nothing of it: only then does a client that is still sending see an answer. */
  async drain (): Promise<void> {
    this.#pieces.length = 0
    try {
      while ((await this.#upload.next()).done !== true);
    } catch {
      // The client is gone: nobody is left to be told.
    }
  }
}
