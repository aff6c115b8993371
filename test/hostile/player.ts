// Plays cases at a server and says what is wrong: the one judge of the fuzzer, its corpus and its replays.
import { buildArchive, damaged } from './archive.js'
import { asksForTrouble, bytesOf, type Body, type Case, type RawStep, type RequestStep, type Target } from './cases.js'
import { HealthProbe } from './health-probe.js'
import { ServerProcess, type StartOptions } from './server-process.js'
import { changedState } from './state-changes.js'
import { Connection, type Answer } from './wire.js'

export type FailureKind =
  | 'dead' | 'fault' | 'malformed answer' | 'wrong answer' | 'no answer' | 'held' | 'grew' | 'unlike the real server' | 'stays broken'

export interface Failure {
  readonly kind: FailureKind
  readonly what: string
}

/** The same failure, whatever the numbers, names and ids in its words; a stack can overflow anywhere. */
export function signatureOf ({ kind, what }: Failure): string {
  const words = what
    .replace(/\((\S+ \/.*|\S+ )\)?$/, '')
    .replace(/(call stack size exceeded).*/, '$1')
    .replace(/"[^"]*"/g, '"…"')
    .replace(/[\da-f]{8,}|\d+/gi, '#')
  return `${kind}: ${words.slice(0, 160)}`
}

/** How long an answer may take: noise on a busy machine is no failure. */
const ANSWERS_WITHIN_MS = 60_000
/** what may never come (half a request) is not waited for longer */
const SILENCE_MS = 120
const LOG_SETTLES_MS = 30
/** `GET /_mock/nodes/NAME` repeats the name: a tag that comes back */
const TAGGED = '/_mock/nodes/probe-'
const NOMAD_PROBES = [['/v1/regions', '["global"]'], ['/v1/agent/members', '"Members"']] as const
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

export class Player {
  readonly server: ServerProcess
  readonly health: HealthProbe
  readonly #staying: Connection[] = []
  #tag = 0

  private constructor (server: ServerProcess, heldMs: number) {
    this.server = server
    this.health = new HealthProbe(server.port('main'), heldMs, () => server.cpuMs())
  }

  /** @throws StartRefused */
  static async start (options: StartOptions, heldMs: number): Promise<Player> {
    return new Player(await ServerProcess.start(options), heldMs)
  }

  async stop (): Promise<void> {
    this.#leaveAll()
    this.health.stop()
    await this.server.stop()
  }

  async play (played: Case): Promise<Failure[]> {
    const failures: Failure[] = []
    const lenient = asksForTrouble(played)
    for (const step of played.steps) {
      if (this.server.ended !== undefined) break
      const times = step.times ?? 1
      const body = step.kind === 'request' && step.body !== undefined ? await this.#body(step.body) : undefined
      for (let time = 0; time < times && this.server.ended === undefined; time++) {
        const found = step.kind === 'raw' ? await this.#raw(step) : await this.#request(step, body, lenient)
        failures.push(...found.filter(({ kind }) => !lenient || (kind !== 'no answer' && kind !== 'malformed answer')))
        if (found.length > 0) break
      }
    }
    this.#leaveAll()
    const found = await this.verdict()
    // whatever else was seen, that is why
    return found.some(({ kind }) => kind === 'dead') ? found : [...found, ...failures]
  }

  /** What can be seen at any time: it ended, it logged faults, it was held up. */
  async verdict (): Promise<Failure[]> {
    if (this.health.isWaiting) await this.health.settled()
    if (this.server.hasNews) await new Promise((resolve) => setTimeout(resolve, LOG_SETTLES_MS))
    const faults = this.server.takeFaults()
    const ended = this.server.ended
    if (ended !== undefined) return [{ kind: 'dead', what: [ended, faults.find((line) => /Error|FATAL/.test(line)) ?? faults[0]].join(' ') }]
    const held = this.health.takeSlowest()
    return [
      ...faults.map((what) => ({ kind: 'fault' as const, what })),
      ...held === undefined ? [] : [{ kind: 'held' as const, what: held }]
    ]
  }

  /** Back to how the world began. */
  async reset (): Promise<Failure[]> {
    const where = await this.#reachable()
    const calls = [
      ['DELETE', '/_mock/faults'], ['DELETE', '/_mock/worlds'], ['POST', '/_mock/reset'], ['PUT', '/_mock/time', '{"mode":"live","scale":1}'], ['DELETE', '/_mock/journal']
    ] as const
    for (const [method, path, body] of calls) await this.ask(method, path, body, [], where)
    const checkpoints = JSON.parse((await this.ask('GET', '/_mock/checkpoints'))?.body.toString() ?? 'null')?.checkpoints ?? []
    for (const { name } of checkpoints) await this.ask('DELETE', `/_mock/checkpoints/${encodeURIComponent(name)}`)
    const health = await this.ask('GET', '/v1/sys/health')
    const found = await this.verdict()
    if (health?.status === 200 || found.some(({ kind }) => kind === 'dead')) return found
    return [...found, { kind: 'stays broken', what: `after a reset, sys/health answers ${health?.status ?? 'nothing'}` }]
  }

  /** A node whose listener is open: a killed one refuses connections. */
  async #reachable (): Promise<Target> {
    return await this.ask('GET', '/_mock/time') === undefined ? 'other' : 'main'
  }

  /** One request of an ordinary client. */
  async ask (method: string, path: string, body?: string, headers: ReadonlyArray<readonly [string, string]> = [['X-Vault-Token', 'root']], to: Target = 'main'): Promise<Answer | undefined> {
    if (this.server.ended !== undefined) return undefined
    const connection = new Connection(this.server.port(to), [method])
    const step = { kind: 'request', to, method, path, headers } as const
    connection.send(rendered(step, body === undefined ? undefined : Buffer.from(body)))
    await connection.until(() => connection.answers.length > 0, ANSWERS_WITHIN_MS)
    connection.leave()
    return connection.answers[0]
  }

  async #body (body: Body): Promise<Buffer> {
    if (!('length' in body)) {
      if ('archive' in body) return buildArchive(body.archive)
      if ('snapshot' in body) return damaged((await this.ask('GET', '/v1/sys/storage/raft/snapshot'))?.body ?? Buffer.alloc(0), body.snapshot)
      return Buffer.from(changedState((await this.ask('GET', '/_mock/state'))?.body.toString() || 'null', body.state))
    }
    return bytesOf(body)
  }

  async #request (step: RequestStep, body: Buffer | undefined, lenient: boolean): Promise<Failure[]> {
    const probes = this.#probes(step.to)
    const connection = new Connection(this.server.port(step.to), [step.method])
    connection.send(Buffer.concat([rendered(step, body), ...probes.map(({ bytes }) => bytes)]))
    if (step.leaveAfterMs !== undefined) {
      await connection.until(() => false, step.leaveAfterMs)
      connection.leave()
      return connection.problem === undefined ? [] : [{ kind: 'malformed answer', what: `${connection.problem} (${step.method} ${step.path})` }]
    }
    const { answers } = connection
    const finished = await connection.until(() => answers.length > probes.length, lenient ? 1_000 : ANSWERS_WITHIN_MS)
    connection.leave()
    const where = `(${step.method} ${step.path})`
    if (connection.problem !== undefined) return [{ kind: 'malformed answer', what: `${connection.problem} ${where}` }]
    if (!isWellFormed(step)) return misplaced(answers, probes)
    const [answer, ...later] = answers
    if (answer === undefined) return [{ kind: 'no answer', what: `${connection.closed ? 'the connection was closed' : 'nothing came'} ${where}` }]
    const closes = answer.headers.get('connection') === 'close'
    if (!finished && !closes) return [{ kind: 'no answer', what: `the next request got none after ${answer.status} ${where}` }]
    return [
      ...later.every((given, index) => probes[index]!.isRight(given)) ? [] : [{ kind: 'wrong answer' as const, what: `the next request was answered ${later.map(inShort).join(', ')} ${where}` }],
      ...unexpected(step, answer)
    ]
  }

  async #raw (step: RawStep): Promise<Failure[]> {
    const connection = new Connection(this.server.port(step.to), [])
    for (const piece of step.pieces) {
      connection.send(bytesOf([piece]))
      if (step.pauseMs !== undefined) await connection.until(() => false, step.pauseMs)
    }
    if (step.ending === 'stay') {
      this.#staying.push(connection)
      return []
    }
    const probes = step.ending === 'probe' ? this.#probes(step.to) : []
    for (const { bytes } of probes) connection.send(bytes)
    const last = probes.at(-1)
    await connection.until(() => last !== undefined && connection.answers.some((answer) => last.isRight(answer)), step.ending === 'probe' ? SILENCE_MS : 1)
    connection.leave()
    // without its method the answer to HEAD cannot be told from one that is cut off
    if (step.pieces.some((piece) => typeof piece === 'string' && piece.includes('HEAD'))) return []
    const cutOff = step.ending === 'leave' || !connection.closed
    if (connection.problem !== undefined && !(cutOff && connection.problem.startsWith('the connection ended'))) {
      return [{ kind: 'malformed answer', what: connection.problem }]
    }
    return misplaced(connection.answers, probes)
  }

  #probes (to: Target): Probe[] {
    return [0, 1].map((index) => {
      const [path, said] = to === 'nomad' ? NOMAD_PROBES[index]! : [`${TAGGED}${++this.#tag}-`, `probe-${this.#tag}-`]
      return {
        bytes: Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`),
        isRight: ({ body }) => body.includes(said)
      }
    })
  }

  #leaveAll (): void {
    for (const connection of this.#staying.splice(0)) connection.leave()
  }
}

interface Probe {
  readonly bytes: Buffer
  readonly isRight: (answer: Answer) => boolean
}

/** Behind what is hardly HTTP, probes may be swallowed or refused, but not come back in another order or apart. */
function misplaced (answers: readonly Answer[], [first, second]: readonly Probe[]): Failure[] {
  if (first === undefined || second === undefined) return []
  const firstAt = answers.findLastIndex((answer) => first.isRight(answer))
  const secondAt = answers.findLastIndex((answer) => second.isRight(answer))
  if (secondAt < 0 || (firstAt >= 0 && secondAt === firstAt + 1) || (firstAt < 0 && secondAt >= 0)) return []
  return [{ kind: 'wrong answer', what: `probes at ${firstAt} and ${secondAt} of ${answers.map(inShort).join(', ')}` }]
}

function unexpected ({ expect, method, path }: RequestStep, answer: Answer): Failure[] {
  const { status = answer.status, contains = '' } = expect ?? {}
  if (answer.status === status && answer.body.includes(contains)) return []
  return [{ kind: 'unlike the real server', what: `${method} ${path.slice(0, 80)}: ${inShort(answer)}, not ${status} ${contains}` }]
}

function inShort ({ status, body }: Answer): string {
  return `${status} ${body.toString('utf8', 0, 90).trim()}`
}

function isWellFormed ({ method, path, headers }: RequestStep): boolean {
  return TOKEN.test(method) && /^[\x21-\x7e]+$/.test(path) && path.startsWith('/') && method !== 'CONNECT' &&
    headers.every(([name, value]) => TOKEN.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value) && !/^(connection|upgrade|transfer-encoding|content-length|expect|host)$/i.test(name))
}

function rendered ({ method, path, headers }: RequestStep, body: Buffer | undefined): Buffer {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...headers.some(([name]) => name.toLowerCase() === 'host') ? [] : ['Host: 127.0.0.1'],
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...body === undefined ? [] : [`Content-Length: ${body.length}`]
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body ?? Buffer.alloc(0)])
}
