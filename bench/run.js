// Start-up, requests and worlds. Absolute times differ from machine to machine and are noisy; the ratios to a bare
// Fastify script, taken in the same run, hold. `npm run bench`
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { bundle } from '../scripts/build.js'
import { cpuPerRequestMicros } from './load.js'
import { ROWS } from './rows.js'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const COMMAND = here('../dist/command/cli.js')
const QUIET = ['--listen', '127.0.0.1:0', '--no-nomad', '--log-level', 'off']
const BARE = here('bare.js')

await bundle()
await startUp()
for (const row of ROWS) await requests(row)
await clusters()
await servers()

/** From starting the process to its first line that says it is ready. */
async function startUp () {
  const [ours, bare] = await sideBySide(7, () => untilReady(COMMAND, QUIET), () => untilReady(BARE, []))
  print('start of the command, ms', ours, 'bare Fastify script, ms', bare)
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
async function requests (row) {
  let body = ''
  const measureOurs = async () => {
    const [micros, answered] = await cpuPerRequestMicros(COMMAND, QUIET, row)
    body = answered
    return micros
  }
  const measureBare = async () => (await cpuPerRequestMicros(BARE, [], row, body))[0]
  const [ours, bare] = await sideBySide(3, measureOurs, measureBare)
  print(`${row.name}, µs of CPU`, ours, 'bare Fastify, same bytes', bare)
}

/** Worlds made in this process: the first one compiles the app. */
async function clusters () {
  const { createCluster } = await import('../dist/index.js')
  const times = []
  for (let round = 0; round < 6; round++) {
    const startedAtMs = performance.now()
    const cluster = await createCluster({ nodes: 3 })
    times.push(performance.now() - startedAtMs)
    await cluster.close()
  }
  const [first, ...next] = times
  console.log(`createCluster({ nodes: 3 }): the first ${first.toFixed(1)} ms, the next ${median(next).toFixed(1)} ms`)
}

async function servers () {
  const { createServer } = await import('../dist/index.js')
  const startedAtMs = performance.now()
  for (let i = 0; i < 100; i++) await createServer().close()
  console.log(`createServer(): ${((performance.now() - startedAtMs) / 100).toFixed(2)} ms each of a hundred`)
}

/** Measures both in turns, so that a busy moment hits both. @returns the medians, without the first round */
async function sideBySide (rounds, measureOurs, measureBare) {
  const ours = []
  const bare = []
  for (let round = 0; round <= rounds; round++) {
    const figures = [await measureOurs(), await measureBare()]
    if (round === 0) continue
    ours.push(figures[0])
    bare.push(figures[1])
  }
  return [median(ours), median(bare)]
}

function median (numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
}

function print (ourName, ours, otherName, other) {
  const ratio = (other / ours).toFixed(2)
  console.log(`${ourName}: ${ours.toFixed(1)}; ${otherName}: ${other.toFixed(1)}; speed ratio ${ratio}`)
}
