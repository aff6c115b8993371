// Worlds, clusters, connections, processes, and replication between two of them.
import { connect } from 'node:net'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { load, measured, median, requestText } from './load.js'
import { ServerProcess } from './servers.js'

const WORLDS = 1000
const CONNECTIONS = 10_000
const ACTIVE = 500
const REQUESTS = 20_000
const WRITES = 5000

export async function worlds (table) {
  const server = await ServerProcess.ours()
  try {
    const beganAtMs = performance.now()
    await load(server, WORLDS, (i) => ({ method: 'POST', path: '/_mock/worlds', body: `{"name":"w${i}"}` }))
    table.add('worlds', '1,000 in one server', { ms: performance.now() - beganAtMs, 'memory, MiB': server.memory })
  } finally {
    await server.stop()
  }
}

/** In a process of its own, whose memory is looked at. */
export async function clusters (table) {
  const { fork } = await import('node:child_process')
  const child = fork(new URL('clusters-worker.js', import.meta.url))
  for await (const [figures] of onMessage(child)) {
    if (figures.name === undefined) break
    const { name, ...rest } = figures
    table.add('worlds', name, rest)
  }
}

async function * onMessage (child) {
  for (;;) yield await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [{}])])
}

export async function connections (table) {
  const ours = await costOfConnections(() => ServerProcess.ours())
  // what many at once cost more than a few is Node's own, for the most part
  const http = await costOfConnections(() => ServerProcess.http('{}'))
  table.add('connections', '10,000 kept, 5 % active, µs of CPU per request', {
    figure: ours.many,
    'with 10': ours.few,
    growth: ours.many / ours.few,
    'growth of node:http': http.many / http.few,
    'memory, MiB': ours.memory
  })
}

/** Of a request to one that has ten connections, and to one that has all of them. */
async function costOfConnections (start) {
  const [few, many] = [await start(), await start()]
  const sockets = []
  try {
    const request = { path: '/v1/sys/health' }
    for (let i = 0; i < CONNECTIONS - ACTIVE; i++) sockets.push(await idle(many))
    for (const server of [few, many]) await load(server, REQUESTS / 4, () => request)
    const [cost, costOfMany] = [[], []]
    for (let round = 0; round < 3; round++) {
      cost.push((await measured(few, REQUESTS, () => request, 10)).cpuMicros)
      costOfMany.push((await measured(many, REQUESTS, () => request, ACTIVE)).cpuMicros)
    }
    return { few: median(cost), many: median(costOfMany), memory: many.memory }
  } finally {
    for (const socket of sockets) socket.destroy()
    for (const server of [few, many]) await server.stop()
  }
}

/** A connection that has asked once. */
async function idle ({ url }) {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' })
  socket.write(requestText({ path: '/v1/sys/health' }))
  await once(socket, 'data')
  return socket.on('error', () => {})
}

export async function processes (table) {
  for (const count of [1, 2, 4, 8]) {
    const servers = await Promise.all(Array.from({ length: count }, () => ServerProcess.ours()))
    try {
      const request = { path: '/v1/auth/token/lookup-self' }
      for (const server of servers) await load(server, 2000, () => request)
      const beganAtMs = performance.now()
      await Promise.all(servers.map((server) => load(server, REQUESTS / count, () => request)))
      const seconds = (performance.now() - beganAtMs) / 1000
      table.add('processes', String(count), { 'requests per second': REQUESTS / seconds })
    } finally {
      for (const server of servers) await server.stop()
    }
  }
}

/** A DR secondary in another process: how fast it takes over what is there, and how far behind it is. */
export async function replication (table) {
  const [east, west] = [await ServerProcess.ours(), await ServerProcess.ours()]
  try {
    const write = (i) => ({ method: 'POST', path: `/v1/secret/data/s${i}`, body: `{"data":{"i":${i}}}` })
    await load(east, WRITES, write)
    await east.call('POST', '/v1/sys/replication/dr/primary/enable', {})
    const { wrap_info: { token } } = await east.json('POST', '/v1/sys/replication/dr/primary/secondary-token', { id: 'west' })
    const beganAtMs = performance.now()
    await west.call('POST', '/v1/sys/replication/dr/secondary/enable', { token })
    await caughtUp(east, west)
    table.add('replication', `bootstrap of ${WRITES.toLocaleString('en')} secrets, ms`, { figure: performance.now() - beganAtMs })
    const writtenAtMs = performance.now()
    await load(east, WRITES, write)
    const tookMs = performance.now() - writtenAtMs
    const lagMs = await caughtUp(east, west)
    table.add('replication', 'writes per second, all shipped', { figure: WRITES * 1000 / (tookMs + lagMs) })
    table.add('replication', 'behind after the last of them, ms', { figure: lagMs })
    const lags = []
    for (let i = 0; i < 20; i++) {
      await load(east, 1, write)
      lags.push(await caughtUp(east, west))
    }
    table.add('replication', 'behind after a single write, ms', { figure: median(lags) })
  } finally {
    for (const server of [east, west]) await server.stop()
  }
}

/** @returns how long it took until the secondary had what the primary has, in ms */
async function caughtUp (east, west) {
  const beganAtMs = performance.now()
  const { data: { last_dr_wal: wanted } } = await east.json('GET', '/v1/sys/replication/dr/status')
  for (let attempt = 0; attempt < 5000; attempt++) {
    const { data } = await west.json('GET', '/v1/sys/replication/dr/status').catch(() => ({ data: {} }))
    if (data.last_remote_wal >= wanted) return performance.now() - beganAtMs
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  throw new Error('the secondary did not catch up')
}
