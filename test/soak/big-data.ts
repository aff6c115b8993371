// How long requests wait while much is saved, restored or replicated: `node --import=tsx test/soak/big-data.ts [MB]`;
// needs a build. One server keeps its state in a file; another becomes its secondary.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, openAsBlob, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

const MEGABYTES = Number(process.argv[2] ?? 100)
const COMMAND = new URL('../../dist/command/cli.js', import.meta.url).pathname
const VALUE = 'x'.repeat(10_000)
const HEADERS = { 'X-Vault-Token': 'root' }

interface Server { readonly child: ChildProcess, readonly url: string }

async function start (...flags: string[]): Promise<Server> {
  const args = [COMMAND, '--listen', '127.0.0.1:0', '--no-nomad', '--log-level', 'off', ...flags]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{"event":"ready"')) return { child, url: JSON.parse(line).nodes[0].url }
  }
  throw new Error('the server did not start')
}

async function call (server: Server, path: string, body?: object): Promise<any> {
  const method = body === undefined ? 'GET' : 'POST'
  const answer = await fetch(`${server.url}/v1/${path}`, { method, headers: HEADERS, body: JSON.stringify(body) })
  const text = await answer.text()
  return text === '' ? undefined : JSON.parse(text)
}

async function download ({ url }: Server, path: string, file: string): Promise<void> {
  const { body } = await fetch(`${url}/${path}`, { headers: HEADERS })
  if (body !== null) await writeFile(file, Readable.fromWeb(body))
}

async function upload ({ url }: Server, method: string, path: string, file: string): Promise<void> {
  const { status } = await fetch(`${url}/${path}`, { method, headers: HEADERS, body: await openAsBlob(file) })
  if (status !== 204) throw new Error(`status ${status}`)
}

/** Asks for health all the time, on a thread of its own: this one is busy with the data itself. */
const PROBER = `
  const { parentPort, workerData } = require('node:worker_threads')
  let [isOver, count, longestMs] = [false, 0, 0]
  parentPort.once('message', () => { isOver = true })
  const probe = async () => {
    while (!isOver) {
      const began = performance.now()
      await (await fetch(workerData + '/v1/sys/health')).text()
      count++
      // the first one connects
      if (count > 1) longestMs = Math.max(longestMs, performance.now() - began)
      if (count === 2) parentPort.postMessage({ begins: true })
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    parentPort.postMessage({ count, longestMs })
  }
  probe()`

/** The longest that a request for health waited while something went on, in ms; and how long that took. */
async function meanwhile (servers: readonly Server[], action: () => Promise<unknown>): Promise<string> {
  const probers = servers.map(({ url }) => new Worker(PROBER, { eval: true, workerData: url }))
  await Promise.all(probers.map((prober) => once(prober, 'message')))
  const began = performance.now()
  await action()
  const tookMs = performance.now() - began
  const found = await Promise.all(probers.map(async (prober) => {
    const [answer] = await Promise.all([once(prober, 'message'), prober.postMessage('over')])
    return answer[0] as { readonly count: number, readonly longestMs: number }
  }))
  const waits = found.map(({ longestMs }) => longestMs.toFixed(0)).join(' and ')
  const counts = found.map(({ count }) => count).join(' and ')
  return `${tookMs.toFixed(0)} ms; the longest wait ${waits} ms of ${counts} requests; memory ${servers.map(memory).join(' and ')} MB`
}

/** Of a process, now and at its most, in MB. */
function memory ({ child }: Server): string {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  const kilobytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1])
  const megabytes = (name: string): number => Math.round(kilobytes(name) / 1024)
  return `${megabytes('VmRSS')} (at most ${megabytes('VmHWM')})`
}

const folder = mkdtempSync(join(tmpdir(), 'vault-mock-big-'))
const children: ChildProcess[] = []
try {
  const data = join(folder, 'data.json')
  const names = Array.from({ length: MEGABYTES * 100 }, (_, i) => `secret/s${i}`)
  const secrets = Object.fromEntries(names.map((name) => [name, { value: VALUE }]))
  writeFileSync(data, JSON.stringify({ secrets }))
  const east = await start('--data', data, '--state', join(folder, 'state.json'))
  children.push(east.child)
  const pause = async (): Promise<void> => { await new Promise((resolve) => setTimeout(resolve, 6000)) }
  console.log(`nothing: ${await meanwhile([east], pause)}`)
  console.log(`saving ${MEGABYTES} MB: ${await meanwhile([east], async () => {
    await call(east, 'secret/data/new', { data: { a: 1 } })
    await pause()
  })}`)
  const archive = join(folder, 'snapshot')
  console.log(`snapshot: ${await meanwhile([east], async () => { await download(east, 'v1/sys/storage/raft/snapshot', archive) })}`)
  console.log(`restore: ${await meanwhile([east], async () => { await upload(east, 'POST', 'v1/sys/storage/raft/snapshot', archive) })}`)
  console.log(`state: ${await meanwhile([east], async () => { await download(east, '_mock/state', join(folder, 'downloaded')) })}`)
  console.log(`putting it back: ${await meanwhile([east], async () => { await upload(east, 'PUT', '_mock/state', join(folder, 'downloaded')) })}`)
  const west = await start()
  children.push(west.child)
  await call(east, 'sys/replication/dr/primary/enable', {})
  const { wrap_info: { token } } = await call(east, 'sys/replication/dr/primary/secondary-token', { id: 'west' })
  console.log(`bootstrap of ${MEGABYTES} MB: ${await meanwhile([east, west], async () => {
    await call(west, 'sys/replication/dr/secondary/enable', { token })
  })}`)
} finally {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}
