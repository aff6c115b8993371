// Asks the same small thing over and over on a connection of its own: whoever holds the process up makes it wait.
import { Connection } from './wire.js'

const EVERY_MS = 150
const GIVES_UP_AFTER_MS = 60_000
const ASKED = Buffer.from('GET /_mock/nodes/probe-health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')

export class HealthProbe {
  readonly #port: number
  readonly #limitMs: number
  #slowestMs = 0
  #askedAtMs: number | undefined
  #stopped = false

  /** @param limitMs slower is reported */
  constructor (port: number, limitMs: number) {
    this.#port = port
    this.#limitMs = limitMs
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
    const slowestMs = this.#slowestMs
    this.#slowestMs = 0
    return slowestMs > this.#limitMs ? `another client waited ${Math.round(slowestMs)} ms` : undefined
  }

  stop (): void {
    this.#stopped = true
  }

  async #askOn (): Promise<void> {
    let connection = new Connection(this.#port, [])
    while (!this.#stopped) {
      const before = connection.answers.length
      const askedAtMs = this.#askedAtMs = performance.now()
      connection.send(ASKED)
      await connection.until(() => connection.answers.length > before || this.#stopped, GIVES_UP_AFTER_MS)
      if (!this.#stopped) this.#slowestMs = Math.max(this.#slowestMs, performance.now() - askedAtMs)
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
