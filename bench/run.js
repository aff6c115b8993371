// Start-up, requests and clusters, as ratios taken in one run: machines differ and are noisy, ratios hold. `npm run bench`
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { bundle } from '../scripts/build.js'
import { cpuPerRequestMicros } from './load.js'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const COMMAND = here('../dist/command/cli.js')
const ROUNDS = 7

await bundle()
await startUp()
await requests()
await clusters()

/** From starting the process to its first line that says it is ready. */
async function startUp () {
  const ours = []
  const bare = []
  for (let round = 0; round <= ROUNDS; round++) {
    const times = [await untilReady(COMMAND, ['--listen', '127.0.0.1:0', '--no-nomad', '--log-level', 'off']), await untilReady(here('bare.js'), [])]
    if (round > 0) { ours.push(times[0]); bare.push(times[1]) }
  }
  print('start of the command, ms', median(ours), 'bare Fastify script, ms', median(bare))
}

async function untilReady (script, args) {
  const startedAtMs = performance.now()
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  for await (const chunk of child.stdout) {
    text += chunk
    if (text.includes('"event":"ready"')) break
  }
  const tookMs = performance.now() - startedAtMs
  child.kill('SIGKILL')
  await once(child, 'exit')
  return tookMs
}

/** CPU time of the server process per request, beside bare Fastify sending the same bytes. */
async function requests () {
  for (const path of ['/v1/sys/health', '/v1/sys/storage/raft/configuration']) {
    const ours = []
    const bare = []
    for (let round = 0; round <= 3; round++) {
      const [mine, body] = await cpuPerRequestMicros(COMMAND, ['--listen', '127.0.0.1:0', '--no-nomad', '--log-level', 'off'], path)
      const [plain] = await cpuPerRequestMicros(here('bare.js'), [body], path)
      if (round > 0) { ours.push(mine); bare.push(plain) }
    }
    print(`GET ${path}, µs of CPU`, median(ours), 'bare Fastify, same bytes', median(bare))
  }
}

/** Worlds made in this process. */
async function clusters () {
  const { createCluster, createServer } = await import('../dist/index.js')
  const times = []
  for (let round = 0; round < 6; round++) {
    const startedAtMs = performance.now()
    const cluster = await createCluster({ nodes: 3 })
    times.push(performance.now() - startedAtMs)
    await cluster.close()
  }
  console.log(`createCluster({ nodes: 3 }): the first ${times[0].toFixed(1)} ms, the next ${median(times.slice(1)).toFixed(1)} ms`)
  const startedAtMs = performance.now()
  for (let i = 0; i < 100; i++) await createServer().close()
  console.log(`createServer(): ${((performance.now() - startedAtMs) / 100).toFixed(2)} ms each of a hundred`)
}

function median (numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
}

function print (ourName, ours, otherName, other) {
  console.log(`${ourName}: ${ours.toFixed(1)}; ${otherName}: ${other.toFixed(1)}; speed ratio ${(other / ours).toFixed(2)}`)
}
