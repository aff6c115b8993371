// Raw connections to a listener: what is sent, packet by packet, and what comes back.
import { connect, type Socket } from 'node:net'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import type { Test } from 'tap'
import { makeCertificates } from '../../src/http/certificates.js'
import { openListener, type Listener, type ListenerOptions } from '../../src/http/listeners.js'
import { verbOf } from '../../src/http/verbs.js'

export interface Serving { readonly listener: Listener, readonly caPem: string }

/** Answers with the verb, the target and the length of the body: `<LIST /x 0>`. */
export function echo (request: IncomingMessage, response: ServerResponse): void {
  let length = 0
  request.on('data', (chunk: Buffer) => { length += chunk.length })
  request.on('end', () => { response.end(`<${verbOf(request)} ${request.url} ${length}>`) })
}

/** Opens a listener that closes with the test. */
type ServeOptions = Partial<ListenerOptions> & { secure?: boolean }

export async function serve (t: Test, { secure = false, ...options }: ServeOptions = {}): Promise<Serving> {
  const { caPem, certPem, keyPem } = makeCertificates({ host: 'localhost', nowMs: Date.now() })
  const tls = secure ? { cert: certPem, key: keyPem } : undefined
  const listener = await openListener({ host: '127.0.0.1', port: 0, handle: echo, tls, ...options })
  t.teardown(() => listener.close())
  return { listener, caPem }
}

/** One raw connection. */
export class Wire {
  received = ''
  ended = false
  #sent = 0

  constructor (readonly socket: Socket) {
    socket.setNoDelay()
    socket.on('data', (data) => { this.received += data.toString('latin1') })
    socket.on('error', () => {})
    socket.on('close', () => { this.ended = true })
  }

  static async to (t: Test, { port }: { readonly port: number }): Promise<Wire> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    t.teardown(() => { socket.destroy() })
    await new Promise((resolve) => socket.once('connect', resolve))
    return new Wire(socket)
  }

  send (text: string): void {
    this.#sent += text.length
    this.socket.write(text, 'latin1')
  }

  /** Sends each text as a packet of its own: waits until the other end has read it. */
  async sendPackets (packets: readonly string[], other: Socket): Promise<void> {
    for (const packet of packets) {
      this.send(packet)
      while (other.bytesRead < this.#sent) await setImmediate()
    }
  }

  /** Resolves with the echoes, once there are so many, or with fewer when the connection ends. */
  async echoes (count: number): Promise<string[]> {
    for (;;) {
      const found = this.received.match(/<[A-Z]+ \S+ \d+>/g) ?? []
      if (found.length >= count || this.ended) return [...found]
      await new Promise((resolve) => { this.socket.once('data', resolve).once('close', resolve) })
    }
  }

  /** Resolves with all that came, once the other end has closed. */
  async answer (): Promise<string> {
    if (!this.ended) await new Promise((resolve) => { this.socket.once('end', resolve).once('close', resolve) })
    return this.received
  }
}
