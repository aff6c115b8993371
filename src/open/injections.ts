// Requests without a socket: what a client would meet of a process that is stopped or paused, they meet, too.
import { Readable } from 'node:stream'
import inject, { type InjectOptions, type Response } from 'light-my-request'
import type { ProcessState } from '../cluster/node.js'
import type { Handle } from './listen.js'

/** A process that requests are sent to. */
export interface Target {
  readonly id: string
  readonly process: ProcessState
}

export interface Injection {
  readonly handle: Handle
  readonly request: InjectOptions
  readonly target: Target
  /** the handle looks itself whether the process runs, as some of its paths are answered all the same */
  readonly handleLooks?: boolean
}

/** Those of one server. */
export class Injections {
  readonly #unanswered = new Set<(error: Error) => void>()
  readonly #held = new Set<() => void>()

  /**
   * Sends a request; while the process is paused it waits.
   *
   * @throws an error with the code `ECONNREFUSED` where the process is stopped, and `ECONNRESET` where `end` came first
   */
  async send (injection: Injection): Promise<Response> {
    let giveUp = (_error: Error): void => {}
    const ended = new Promise<never>((_resolve, reject) => { giveUp = reject })
    this.#unanswered.add(giveUp)
    try {
      return await Promise.race([this.#answered(injection), ended])
    } finally {
      this.#unanswered.delete(giveUp)
    }
  }

  /** To be called when a process stops, pauses or goes on. */
  look (): void {
    for (const goOn of [...this.#held]) goOn()
  }

  /** There will be no answers any more. */
  end (): void {
    for (const giveUp of this.#unanswered) giveUp(connectionError('ECONNRESET', 'read', 'it was closed without an answer'))
  }

  async #answered ({ handle, request, target, handleLooks = false }: Injection): Promise<Response> {
    if (!handleLooks) await this.#runs(target)
    try {
      const response = await inject(handle, request)
      return request.method?.toUpperCase() === 'HEAD' ? withoutBody(response) : response
    } catch (error) {
      throw target.process === 'stopped' ? refused(target) : error
    }
  }

  async #runs (target: Target): Promise<void> {
    while (target.process === 'paused') await this.#change()
    if (target.process === 'stopped') throw refused(target)
  }

  async #change (): Promise<void> {
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        this.#held.delete(goOn)
        resolve()
      }
      this.#held.add(goOn)
    })
  }
}

function refused ({ id }: Target): Error {
  return connectionError('ECONNREFUSED', 'connect', `${id} is stopped`)
}

/** As Node's client has them: `connect ECONNREFUSED: raft_0 is stopped`. */
function connectionError (code: string, syscall: string, why: string): Error {
  return Object.assign(new Error(`${syscall} ${code}: ${why}`), { code, syscall })
}

/** The answer to HEAD: no socket is there to leave its body out. */
function withoutBody (response: Response): Response {
  return Object.assign(response, { rawPayload: Buffer.alloc(0), payload: '', body: '', stream: () => Readable.from([]) })
}
