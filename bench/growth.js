// 100,000 secrets, 100,000 tokens: memory, time, and how long others wait meanwhile.
import { load, meanwhile, measured } from './load.js'
import { ServerProcess } from './servers.js'

const MANY = 100_000
const FOLDERS = 1000
const HOUR_MS = 3_600_000
const LISTS = 500

export async function secrets (table) {
  const server = await ServerProcess.ours()
  try {
    await write(server, 0, FOLDERS)
    const few = await lists(server)
    const written = await meanwhile(server, () => write(server, FOLDERS, MANY))
    table.add('100,000 secrets', 'written', { ...figures(written), 'µs of CPU each': written.cpuMs * 1000 / MANY })
    table.add('100,000 secrets', 'memory, MiB', { figure: server.memory })
    const many = await lists(server)
    table.add('100,000 secrets', 'LIST of 1,000 folders, ms of CPU', { figure: many / 1000, 'at 1,000 secrets': few / 1000, growth: many / few })
    const snapshot = await meanwhile(server, () => server.call('GET', '/v1/sys/storage/raft/snapshot'))
    table.add('100,000 secrets', 'snapshot', figures(snapshot))
    table.add('100,000 secrets', 'restore', figures(await meanwhile(server, () => {
      return server.call('POST', '/v1/sys/storage/raft/snapshot', snapshot.result)
    })))
    table.add('100,000 secrets', 'memory afterwards, MiB', { figure: server.memory })
    table.add('100,000 secrets', 'checkpoint', figures(await meanwhile(server, () => server.call('PUT', '/_mock/checkpoints/many'))))
    table.add('100,000 secrets', 'state saved', figures(await meanwhile(server, () => server.call('GET', '/_mock/state'))))
    table.add('100,000 secrets', 'mount disabled', figures(await meanwhile(server, () => server.call('DELETE', '/v1/sys/mounts/secret'))))
  } finally {
    await server.stop()
  }
}

async function write (server, from, to) {
  await load(server, to - from, (i) => {
    const number = from + i
    const path = `/v1/secret/data/folder-${number % FOLDERS}/secret-${Math.floor(number / FOLDERS)}`
    return { method: 'POST', path, body: `{"data":{"user":"app-${number}","password":"hunter2"}}` }
  })
}

async function lists (server) {
  const request = { path: '/v1/secret/metadata/?list=true' }
  await load(server, LISTS, () => request)
  return (await measured(server, LISTS, () => request)).cpuMicros
}

/** Each way to end many tokens at once, on a server of its own. */
const ENDS = {
  'parent revoked': (server, parent) => server.call('POST', '/v1/auth/token/revoke', { token: parent }),
  'prefix revoked': (server) => server.call('POST', '/v1/sys/leases/revoke-prefix/auth/token/create'),
  'all expired at one instant': async (server) => {
    await server.call('POST', '/_mock/time/advance', { ms: HOUR_MS + 1000 })
    while (await count(server) > 1) await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export async function tokens (table) {
  for (const [name, end] of Object.entries(ENDS)) {
    const server = await ServerProcess.ours('--time', name.startsWith('all') ? 'manual' : 'live')
    try {
      const { auth } = await server.json('POST', '/v1/auth/token/create', { policies: ['root'], ttl: '1h' })
      const body = '{"policies":["default"],"ttl":"1h"}'
      const create = () => ({ method: 'POST', path: '/v1/auth/token/create', body, token: auth.client_token })
      const created = await meanwhile(server, () => load(server, MANY, create))
      if (name === 'parent revoked') table.add('100,000 child tokens', 'created', { ...figures(created), 'memory, MiB': server.memory })
      table.add('100,000 child tokens', name, figures(await meanwhile(server, () => end(server, auth.client_token))))
    } finally {
      await server.stop()
    }
  }
}

/** Also the tokens whose turn is still to come; costs hardly anything. */
async function count (server) {
  const { data: { counters } } = await server.json('GET', '/v1/sys/internal/counters/tokens')
  return counters.service_tokens.total
}

function figures ({ tookMs, cpuMs, longestMs }) {
  return { ms: tookMs, 'ms of CPU': cpuMs, 'longest wait of others, ms': longestMs }
}
