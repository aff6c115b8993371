// Requests, one kind after the other: CPU time of the server beside its yardsticks, in turns, so that a busy moment
// hits all; and start-up.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { measured, median } from './load.js'
import { ROWS } from './rows.js'
import { ServerProcess } from './servers.js'

const REQUESTS = 15_000
const WARM_UP = 5000
const ROUNDS = 3
const STARTS = 7

export async function startUp (table, { real }) {
  // the first start of a build keeps what it has compiled, for those that follow
  await (await ServerProcess.ours()).end()
  const starts = {
    ours: () => ServerProcess.ours(),
    'bare Fastify': () => ServerProcess.bare('{}'),
    'node:http': () => ServerProcess.http('{}'),
    ...real === undefined ? {} : { real: () => ServerProcess.real(real) }
  }
  const [times, cpuTimes, memory] = [0, 1, 2].map(() => new Map(Object.keys(starts).map((name) => [name, []])))
  for (let round = 0; round <= STARTS; round++) {
    for (const [name, start] of Object.entries(starts)) {
      const server = await start()
      if (round > 0) {
        times.get(name).push(server.readyMs)
        cpuTimes.get(name).push(server.readyCpuMs)
        memory.get(name).push(server.memory)
      }
      await server.stop()
    }
  }
  for (const [what, taken] of Object.entries({ 'until ready, ms': times, 'until ready, ms of CPU': cpuTimes })) {
    const figures = Object.fromEntries([...taken].map(([name, ms]) => [name, median(ms)]))
    table.add('start', what, { ...figures, ...ratios(figures) })
  }
  const memories = Object.fromEntries([...memory].map(([name, sizes]) => [name, median(sizes)]))
  table.add('start', 'memory of an idle server, MiB', { ...memories, ...ratios(memories) })
  await firstAnswers(table)
}

function ratios ({ ours, 'bare Fastify': bare, real }) {
  return { 'bare ÷ ours': bare / ours, ...real === undefined ? {} : { 'real ÷ ours': real / ours } }
}

/** What a test file pays before its first test: the package, a server, an answer, in a process of its own. */
async function firstAnswers (table) {
  const taken = new Map(['ours', 'bare Fastify'].map((name) => [name, []]))
  for (let round = 0; round <= STARTS; round++) {
    for (const [name, figures] of taken) figures.push(await cpuOfFirstAnswer(name))
  }
  const figures = Object.fromEntries([...taken].map(([name, [, ...ms]]) => [name, median(ms)]))
  table.add('start', 'import, a server and its first answer, ms of CPU', { ...figures, ...ratios(figures) })
}

async function cpuOfFirstAnswer (name) {
  const child = fork(new URL('first-answer.js', import.meta.url), [name])
  const [ms] = await once(child, 'message')
  child.kill('SIGKILL')
  return ms
}

export async function requests (table, { real }) {
  for (const row of ROWS) await requestRow(table, row, row.oursAlone === true ? undefined : real)
}

async function requestRow (table, row, real) {
  const ours = await ServerProcess.ours()
  const token = await row.prepare?.(ours)
  const request = { method: row.method, path: row.path, body: row.body, token }
  const sent = request.body === undefined ? undefined : JSON.parse(request.body)
  const body = String(await ours.call(request.method ?? 'GET', request.path, sent, token)).trimEnd()
  const servers = new Map([['ours', ours], ['bare', await ServerProcess.bare(body)], ['http', await ServerProcess.http(body)]])
  const asked = new Map([['ours', request], ['bare', request], ['http', request]])
  try {
    if (real !== undefined) {
      const server = await ServerProcess.real(real)
      servers.set('real', server)
      asked.set('real', { ...request, token: await row.prepare?.(server) })
    }
    table.add('µs of CPU per request', row.name, await inTurns(servers, asked))
  } finally {
    for (const server of servers.values()) await server.stop()
  }
}

async function inTurns (servers, asked) {
  const rounds = new Map([...servers.keys()].map((name) => [name, []]))
  for (const [name, server] of servers) await measured(server, WARM_UP, () => asked.get(name))
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, server] of servers) rounds.get(name).push(await measured(server, REQUESTS, () => asked.get(name)))
  }
  const of = (name, field) => median(rounds.get(name).map((each) => each[field]))
  const [ours, bare, http] = ['ours', 'bare', 'http'].map((name) => of(name, 'cpuMicros'))
  const real = rounds.has('real') ? of('real', 'cpuMicros') : undefined
  return {
    ours,
    'bare Fastify': bare,
    'node:http': http,
    'bare ÷ ours': bare / ours,
    ...real === undefined ? {} : { real, 'real ÷ ours': real / ours },
    'p50, ms': of('ours', 'p50Ms'),
    'p99, ms': of('ours', 'p99Ms')
  }
}
