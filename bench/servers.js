// Server processes: ours, the yardsticks, a real one; what they take of the machine.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const COMMAND = here('../dist/command/cli.js')
const QUIET = ['--listen', '127.0.0.1:0', '--no-nomad', '--log-level', 'off']
const KIBIBYTES = 1024

/** A process that says where it listens. */
export class ServerProcess {
  #child
  readyMs = 0

  static async ours (...flags) {
    return await new ServerProcess(process.execPath, [COMMAND, ...QUIET, ...flags]).ready()
  }

  static async bare (body) { return await new ServerProcess(process.execPath, [here('bare.js'), body]).ready() }
  static async http (body) { return await new ServerProcess(process.execPath, [here('node-http.js'), body]).ready() }

  /** @param path of `vault` or `bao` */
  static async real (path) {
    const port = await freePort()
    const args = ['server', '-dev', '-dev-root-token-id=root', `-dev-listen-address=127.0.0.1:${port}`]
    const server = new ServerProcess(path, args)
    await server.answers(`http://127.0.0.1:${port}`)
    return server
  }

  constructor (program, args) {
    this.startedAtMs = performance.now()
    this.#child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, SKIP_SETCAP: '1' } })
  }

  async ready () {
    let text = ''
    for await (const chunk of this.#child.stdout.iterator({ destroyOnReturn: false })) {
      text += chunk
      const line = text.split('\n').find((each) => each.startsWith('{') && each.includes('"event":"ready"'))
      if (line === undefined) continue
      this.readyMs = performance.now() - this.startedAtMs
      this.readyCpuMs = this.cpuMicros / 1000
      this.#child.stdout.resume()
      this.url = JSON.parse(line).nodes[0].url
      return this
    }
    throw new Error('the server did not start')
  }

  async answers (url) {
    this.#child.stdout.resume()
    for (let attempt = 0; attempt < 2000; attempt++) {
      const answer = await fetch(`${url}/v1/sys/health`).catch(() => undefined)
      this.readyMs = performance.now() - this.startedAtMs
      this.readyCpuMs = this.cpuMicros / 1000
      this.url = url
      if (answer?.status === 200) return
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    throw new Error('the real server did not start')
  }

  /** Microseconds that the system charged it for so far; it counts in ticks of 10 ms. */
  get cpuMicros () {
    const fields = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10_000
  }

  /** MiB in memory. */
  get memory () {
    const [, size = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.#child.pid}/status`, 'utf8')) ?? []
    return Number(size) / KIBIBYTES
  }

  async call (method, path, body, token = 'root') {
    const isBytes = body instanceof Uint8Array
    const answer = await fetch(this.url + path, {
      method, headers: { 'X-Vault-Token': token }, body: isBytes ? body : JSON.stringify(body)
    })
    const bytes = Buffer.from(await answer.arrayBuffer())
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${bytes.subarray(0, 200)}`)
    return bytes
  }

  async json (...call) { return JSON.parse(await this.call(...call)) }

  /** At once. */
  async stop () { await this.end('SIGKILL') }

  /** As a user would. */
  async end (signal = 'SIGINT') {
    this.#child.kill(signal)
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit')
  }
}

async function freePort () {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
