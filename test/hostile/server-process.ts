// A server in a process of its own, started as a user would, and everything that can be seen of it from outside.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const COMMAND = fileURLToPath(new URL('../../dist/command/cli.js', import.meta.url))
const MEASURE = new URL('measure.js', import.meta.url).href
/** generous: other work may keep the machine busy */
const START_WITHIN_MS = 60_000
const STOP_WITHIN_MS = 15_000
/** what `..` may climb before it leaves the temporary folder */
const DEEP = 'a/b/c/d/e/f/g/h'

export interface StartOptions {
  readonly flags?: readonly string[]
  /** text of the file of `--data` */
  readonly data?: string
  /** what the process may take of heap, MiB */
  readonly heapMiB?: number
  /** it is killed then, so that a case ends whatever it waits for */
  readonly livesForMs?: number
}

/** The line that the command prints for scripts. */
interface Ready {
  readonly nodes: ReadonlyArray<{ readonly id: string, readonly url: string, readonly clusterName: string }>
  readonly nomad?: ReadonlyArray<{ readonly url: string }>
  readonly rootToken?: string
  readonly unsealKeys: readonly string[]
}

/** The process ended before it was ready. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused'
}

export class ServerProcess {
  readonly ready: Ready
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #log: string[]
  #taken = 0

  private constructor (child: ChildProcess, folder: string, log: string[], ready: Ready) {
    this.#child = child
    this.#folder = folder
    this.#log = log
    this.ready = ready
  }

  /** @throws StartRefused with what it logged */
  static async start ({ flags = [], data, heapMiB = 640, livesForMs }: StartOptions): Promise<ServerProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'vault-mock-hostile-'))
    mkdirSync(join(folder, DEEP), { recursive: true })
    const dataFlags = data === undefined ? [] : ['--data', join(folder, 'data.json')]
    if (data !== undefined) writeFileSync(join(folder, 'data.json'), data, 'latin1')
    const child = spawn(process.execPath, [
      '--expose-gc', `--max-old-space-size=${heapMiB}`, '--import', MEASURE, COMMAND,
      '--listen', '127.0.0.1:0', '--nomad-listen', '127.0.0.1:0', '--log-level', 'error', ...dataFlags, ...flags
    ], {
      cwd: join(folder, DEEP),
      env: { PATH: process.env.PATH, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc']
    })
    endLater(child, livesForMs)
    const log: string[] = []
    createInterface({ input: child.stderr! }).on('line', (line) => { log.push(line) })
    try {
      return new ServerProcess(child, folder, log, await readyLine(child, log))
    } catch (error) {
      rmSync(folder, { recursive: true, force: true })
      throw error
    }
  }

  get pid (): number { return this.#child.pid! }

  /** How it ended, if it did. */
  get ended (): string | undefined {
    const { exitCode, signalCode } = this.#child
    return exitCode === null && signalCode === null ? undefined : `exit ${exitCode ?? signalCode}`
  }

  port (to: 'main' | 'other' | 'nomad'): number {
    const { nodes, nomad = [] } = this.ready
    const url = to === 'nomad' ? nomad[0]?.url : (to === 'other' ? nodes.at(-1) : nodes[0])?.url
    if (url === undefined) throw new Error(`there is no ${to}`)
    return Number(new URL(url).port)
  }

  /** Faults logged since the last call, in short. What is no log line (a stack, a warning of Node's) is one, too. */
  takeFaults (): string[] {
    const fresh = this.#log.slice(this.#taken)
    this.#taken = this.#log.length
    return fresh.filter((line) => line.trim() !== '').map(inShort)
  }

  get hasNews (): boolean { return this.#log.length > this.#taken }

  descriptors (): number {
    return readdirSync(`/proc/${this.pid}/fd`).length
  }

  /** CPU time that the main thread has used so far; it answers all requests */
  cpuMs (): number {
    try {
      return cpuMsIn(readFileSync(`/proc/${this.pid}/task/${this.pid}/stat`, 'utf8'))
    } catch {
      // it has ended
      return 0
    }
  }

  /** heap and external memory after a collection */
  async collectedBytes (): Promise<number> {
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => { reject(new Error('the server does not say how much memory it takes')) }, 60_000)
      this.#child.once('message', (said: { bytes: number }) => { clearTimeout(timer); resolve(said.bytes) })
      this.#child.send('measure')
    })
  }

  async stop (): Promise<void> {
    if (this.ended === undefined) {
      const gone = new Promise((resolve) => this.#child.once('close', resolve))
      const patience = setTimeout(() => this.#child.kill('SIGKILL'), STOP_WITHIN_MS)
      this.#child.kill('SIGTERM')
      await gone
      clearTimeout(patience)
    }
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** in hundredths of a second, user and system, behind the name in parentheses */
function cpuMsIn (stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function endLater (child: ChildProcess, livesForMs: number | undefined): void {
  if (livesForMs === undefined) return
  const timer = setTimeout(() => child.kill('SIGKILL'), livesForMs)
  child.once('close', () => { clearTimeout(timer) })
}

async function readyLine (child: ChildProcess, log: readonly string[]): Promise<Ready> {
  const patience = setTimeout(() => child.kill('SIGKILL'), START_WITHIN_MS)
  const gone = new Promise<void>((resolve) => child.once('close', () => { resolve() }))
  try {
    for await (const line of createInterface({ input: child.stdout! })) {
      if (line.startsWith('{"event":"ready"')) return JSON.parse(line)
    }
  } finally {
    clearTimeout(patience)
    // what comes later must not fill the pipe
    child.stdout!.resume()
  }
  await gone
  throw new StartRefused(log.join('\n'))
}

/** The words and the first place of a fault, without the rest of its line. */
function inShort (line: string): string {
  try {
    const { msg, method, path, err } = JSON.parse(line)
    const [what, where] = String(err?.stack ?? err?.message ?? '').split('\n')
    const place = /at (?:async )?([\w.#<> ]+) \(/.exec(where ?? '')?.[1]
    return [what ?? msg, place && `in ${place}`, method && `(${method} ${path})`].filter(Boolean).join(' ')
  } catch {
    return line
  }
}
