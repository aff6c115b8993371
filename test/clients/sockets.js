// A raw HTTP/1.1 conversation over node:net: what is written is exactly what goes over the wire.
import { connect } from 'node:net'

const PATIENCE_MS = 5000

/** One connection; requests are bytes, answers are read in order. */
export class Conversation {
  #received = Buffer.alloc(0)
  #ended = false
  #wake = () => {}

  /** @param {string} url of the server */
  static async with (url) {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    socket.setNoDelay(true)
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    return new Conversation(socket)
  }

  constructor (socket) {
    this.socket = socket
    socket.on('data', (chunk) => { this.#received = Buffer.concat([this.#received, chunk]); this.#wake() })
    socket.on('close', () => { this.#ended = true; this.#wake() })
    socket.on('error', () => {})
  }

  /** Sends pieces, each in a packet of its own. */
  async send (...pieces) {
    for (const piece of pieces) {
      this.socket.write(piece)
      if (pieces.length > 1) await new Promise((resolve) => setTimeout(resolve, 15))
    }
  }

  /** The next answer. @param {boolean} [bodiless] as after HEAD */
  async answer (bodiless = false) {
    const head = (await this.#upTo('\r\n\r\n')).toString('latin1')
    const [statusLine, ...lines] = head.trimEnd().split('\r\n')
    const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
    const status = Number(statusLine.split(' ')[1])
    if (status === 100) return await this.answer(bodiless)
    const body = bodiless || status === 204 || status === 304 ? Buffer.alloc(0) : await this.#body(headers)
    const text = body.toString()
    return { status, headers, body, text, json: /json/.test(headers['content-type']) && text !== '' ? JSON.parse(text) : undefined }
  }

  close () {
    this.socket.destroy()
  }

  async #body (headers) {
    if (headers['transfer-encoding'] === 'chunked') return await this.#chunks()
    if (headers['content-length'] !== undefined) return await this.#bytes(Number(headers['content-length']))
    while (!this.#ended) await this.#more()
    return await this.#bytes(this.#received.length)
  }

  async #chunks () {
    const chunks = []
    for (;;) {
      const size = parseInt((await this.#upTo('\r\n')).toString(), 16)
      const chunk = await this.#bytes(size + 2)
      if (size === 0) return Buffer.concat(chunks)
      chunks.push(chunk.subarray(0, size))
    }
  }

  async #upTo (end) {
    let at
    while ((at = this.#received.indexOf(end)) < 0) await this.#more()
    return await this.#bytes(at + end.length)
  }

  async #bytes (count) {
    while (this.#received.length < count) await this.#more()
    const bytes = this.#received.subarray(0, count)
    this.#received = this.#received.subarray(count)
    return bytes
  }

  async #more () {
    if (this.#ended) throw new Error(`the connection was closed after: ${this.#received.toString('latin1').slice(0, 200)}`)
    await new Promise((resolve, reject) => {
      const tooLate = () => {
        const received = this.#received.toString('latin1').slice(0, 200)
        reject(new Error(`no answer within ${PATIENCE_MS} ms after: ${received}`))
      }
      const patience = setTimeout(tooLate, PATIENCE_MS)
      this.#wake = () => { clearTimeout(patience); resolve() }
    })
  }
}

/**
 * The bytes of a request.
 *
 * @param {{ token?: string, headers?: Record<string, string>, body?: string | Buffer, length?: boolean }} [options]
 */
export function requestBytes (method, path, { token, headers = {}, body, length = body !== undefined } = {}) {
  const fields = {
    Host: 'vault',
    ...(token && { 'X-Vault-Token': token }),
    ...headers,
    ...(length && { 'Content-Length': Buffer.byteLength(body ?? '') })
  }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
  return Buffer.concat([Buffer.from(head), Buffer.from(body ?? '')])
}
