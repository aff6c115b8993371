// How a primary's answer goes over a socket: a line without changes, then a line for each.
import { parseJson, printJson } from '../json/index.js'
import type { Change } from '../replication/change.js'
import { MalformedMessage, readChange, readFollowAnswer, type FollowAnswer, type FollowRequest } from '../replication/messages.js'
import { Turns } from '../sim/wall-clock.js'

/** As much of an answer as is written at a time. */
const CHUNK_CHARACTERS = 1 << 16
const NEWLINE = 10

/**
 * Written in turns, between which requests are answered.
 *
 * @param from how many of the changes the secondary has already
 */
export async function * linesOf ({ changes, ...head }: FollowAnswer, from = 0): AsyncGenerator<string> {
  const turns = new Turns()
  let text = printJson({ ...head, changes: [] }) + '\n'
  for (let i = from; i < changes.length; i++) {
    text += printJson(changes[i] ?? null) + '\n'
    if (turns.isOver) await turns.next()
    if (text.length < CHUNK_CHARACTERS) continue
    yield text
    text = ''
  }
  yield text
}

/** Reads such an answer as it comes, in turns, and over more than one connection where it is cut off. */
export class AnswerLines {
  #head: FollowAnswer | undefined
  #changes: Change[] = []
  #isAtHead = true
  /** of the line that has not ended yet */
  #pieces: Buffer[] = []
  readonly #turns = new Turns()
  /** lines that have come, of this answer and of one that had to begin anew */
  received = 0
  /** what cannot be read, and will not be better another time */
  problem: unknown

  /** What asks for the lines that have not come yet; undefined: all of them. */
  get resumes (): FollowRequest['resumes'] {
    const { transfer } = this.#head ?? {}
    return transfer === undefined ? undefined : { transfer, lines: this.#changes.length }
  }

  /** Another connection: a line that was cut off comes again. */
  begin (): void {
    this.#isAtHead = true
    this.#pieces = []
  }

  /** @throws {MalformedMessage} and what `parseJson` throws; it stands in `problem`, too */
  async take (chunk: Buffer): Promise<void> {
    try {
      let begin = 0
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, begin)) {
        this.#pieces.push(chunk.subarray(begin, end))
        this.#line(this.#pieces.length === 1 ? chunk.subarray(begin, end) : Buffer.concat(this.#pieces))
        this.#pieces = []
        begin = end + 1
        if (this.#turns.isOver) await this.#turns.next()
      }
      if (begin < chunk.length) this.#pieces.push(chunk.subarray(begin))
    } catch (error) {
      this.problem = error
      throw error
    }
  }

  /** @throws {MalformedMessage} where it has not come to its end */
  get answer (): FollowAnswer {
    if (this.#head === undefined || this.#pieces.length > 0) throw new MalformedMessage('the message: it ends within a line')
    return { ...this.#head, changes: this.#changes }
  }

  #line (line: Buffer): void {
    if (this.#isAtHead) this.#takeHead(readFollowAnswer(parseJson(line)))
    else this.#changes.push(readChange(parseJson(line)))
    this.#isAtHead = false
    this.received++
  }

  /** What has come of another answer is of no use. */
  #takeHead (head: FollowAnswer): void {
    if (head.transfer === undefined || head.transfer !== this.#head?.transfer) this.#changes = []
    this.#head = head
  }
}
