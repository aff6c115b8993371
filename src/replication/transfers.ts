// Answers with everything that a primary gives to secondaries in other processes: one that is cut off goes on where it
// stopped, with the data of the instant in which it began.
import { createHash } from 'node:crypto'
import { printJson } from '../json/index.js'
import { armTimer } from '../sim/wall-clock.js'
import { asJson, type FollowAnswer, type FollowRequest } from './messages.js'

/** So long after a question a secondary may come back for the rest. */
const KEPT_MS = 60_000

interface Kept { readonly answer: FollowAnswer, readonly release: () => void }

/** One for each secondary, by the key of its link. */
export class Transfers {
  readonly #kept = new Map<string, Kept>()

  /** Gives an answer with everything a name, by which the secondary can ask for its rest; any other ends what was. */
  begin (key: string, answer: FollowAnswer): FollowAnswer {
    this.#forget(key)
    if (!answer.everything) return answer
    const transfer = createHash('sha256').update(printJson(asJson({ ...answer, changes: [] }))).digest('hex')
    const named = { ...answer, transfer }
    this.#keep(key, named)
    return named
  }

  /** The answer that a secondary has a part of; undefined where it is not kept any more, and everything begins anew. */
  resumed (key: string, resumes: FollowRequest['resumes']): FollowAnswer | undefined {
    const answer = this.#kept.get(key)?.answer
    if (answer === undefined || answer.transfer !== resumes?.transfer) return undefined
    this.#forget(key)
    this.#keep(key, answer)
    return answer
  }

  clear (): void {
    for (const key of [...this.#kept.keys()]) this.#forget(key)
  }

  #keep (key: string, answer: FollowAnswer): void {
    this.#kept.set(key, { answer, release: armTimer(KEPT_MS, () => { this.#kept.delete(key) }) })
  }

  #forget (key: string): void {
    this.#kept.get(key)?.release()
    this.#kept.delete(key)
  }
}
