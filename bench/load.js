// Requests over connections that are kept, each sent once the answer to the one before is there.
import { connect } from 'node:net'
import { performance } from 'node:perf_hooks'

/**
 * @param make the request of a number: method, path, body, token
 * @returns how long each waited, in ms, shortest first
 * @throws where any answer is no success
 */
export async function load (server, count, make, connections = 10) {
  const { port } = new URL(server.url)
  const state = { next: 0, count, make, waits: [] }
  await Promise.all(Array.from({ length: Math.min(connections, count) }, () => oneConnection(Number(port), state)))
  return state.waits.sort((a, b) => a - b)
}

function oneConnection (port, state) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let text = ''
    let sentAtMs = 0
    const send = () => {
      if (state.next === state.count) return socket.end(resolve)
      sentAtMs = performance.now()
      socket.write(requestText(state.make(state.next++)))
    }
    socket.on('connect', send).on('error', reject)
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1')
      if (!isWhole(text)) return
      state.waits.push(performance.now() - sentAtMs)
      if (!text.startsWith('HTTP/1.1 2')) return reject(new Error(text))
      text = ''
      send()
    })
  })
}

export function requestText ({ method = 'GET', path, body, token = 'root' }) {
  const content = body === undefined ? '' : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`
  return `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Vault-Token: ${token}\r\n${content}\r\n${body ?? ''}`
}

function isWhole (text) {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return false
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, head)) ?? []
  if (length !== undefined) return text.length >= head + 4 + Number(length)
  return text.startsWith('HTTP/1.1 204') || text.endsWith('\r\n0\r\n\r\n')
}

/** Microseconds of CPU per request, and how long requests waited, in ms. */
export async function measured (server, count, make, connections) {
  const before = server.cpuMicros
  const waits = await load(server, count, make, connections)
  const at = (share) => waits[Math.min(waits.length - 1, Math.floor(share * waits.length))]
  return { cpuMicros: (server.cpuMicros - before) / count, p50Ms: at(0.5), p99Ms: at(0.99) }
}

/** How long something takes, and the longest that a request for health waits meanwhile, both in ms. */
export async function meanwhile (server, action) {
  const state = { isOver: false }
  let longestMs = 0
  const probe = async () => {
    while (!state.isOver) {
      const [waitMs] = await load(server, 1, () => ({ path: '/v1/sys/health' }))
      longestMs = Math.max(longestMs, waitMs)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }
  const probing = probe()
  const [before, beganAtMs] = [server.cpuMicros, performance.now()]
  const result = await action()
  const tookMs = performance.now() - beganAtMs
  state.isOver = true
  await probing
  return { result, tookMs, cpuMs: (server.cpuMicros - before) / 1000, longestMs }
}

export function median (numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
}
