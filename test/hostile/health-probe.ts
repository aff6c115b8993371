// Asks the same small thing over and over on a connection of its own: whoever holds the process up makes it wait.
//
// A wait is judged by what the server's main thread computed meanwhile: on a busy machine, or while the fuzzer itself
// is at work, an answer may be late and nobody held it up. Who waits for ever without computing is found by the limit.
import { Connection } from './wire.js'

const EVERY_MS = 150
const GIVES_UP_AFTER_MS = 60_000
/** the fuzzer itself may have been busy: an answer that is there by then has come in time */
const LOOKS_AGAIN_MS = 5_000
const ASKED = Buffer.from('GET /_mock/nodes/probe-health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')

export class HealthProbe {
  readonly #port: number
  readonly #limitMs: number
  readonly #cpuMs: () => number
  #slowestCpuMs = 0
  #unanswered = false
  #askedAtMs: number | undefined
  #stopped = false

  /**
   * @param limitMs of CPU time; more than that for an answer is reported
   * @param cpuMs what the server's main thread has used so far
   */
  constructor (port: number, limitMs: number, cpuMs: () => number) {
    this.#port = port
    this.#limitMs = limitMs
    this.#cpuMs = cpuMs
    this.#askOn().catch(() => {})
  }

  /** whether an answer is late already */
  get isWaiting (): boolean {
    return this.#askedAtMs !== undefined && performance.now() - this.#askedAtMs > this.#limitMs / 4
  }

  /** until the answer that is waited for has come, or never will */
  async settled (): Promise<void> {
    const askedAtMs = this.#askedAtMs
    const isStill = (): boolean => askedAtMs !== undefined && this.#askedAtMs === askedAtMs
    while (isStill()) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  /** What was too slow since the last call. */
  takeSlowest (): string | undefined {
    const slowestCpuMs = this.#slowestCpuMs
    const unanswered = this.#unanswered
    this.#slowestCpuMs = 0
    this.#unanswered = false
    if (unanswered) return `another client got no answer within ${GIVES_UP_AFTER_MS} ms`
    return slowestCpuMs > this.#limitMs ? `another client waited for ${slowestCpuMs} ms of computing` : undefined
  }

  stop (): void {
    this.#stopped = true
  }

  async #askOn (): Promise<void> {
    let connection = new Connection(this.#port, [])
    while (!this.#stopped) {
      const before = connection.answers.length
      const answered = (): boolean => connection.answers.length > before || this.#stopped
      this.#askedAtMs = performance.now()
      const cpuMs = this.#cpuMs()
      connection.send(ASKED)
      let came = await connection.until(answered, GIVES_UP_AFTER_MS)
      if (!came) came = await connection.until(answered, LOOKS_AGAIN_MS)
      if (!this.#stopped) {
        this.#slowestCpuMs = Math.max(this.#slowestCpuMs, this.#cpuMs() - cpuMs)
        this.#unanswered ||= !came && !connection.closed
      }
      this.#askedAtMs = undefined
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
      if (connection.closed || connection.answers.length > 1_000) {
        connection.leave()
        connection = new Connection(this.#port, [])
      }
    }
    connection.leave()
  }
}
