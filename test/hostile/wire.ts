// One connection and a strict reading of what comes back: HTTP/1.1 framing as RFC 9112 has it, nothing more lenient.
import { connect, type Socket } from 'node:net'

export interface Answer {
  readonly status: number
  /** names in lower case */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** Bytes that are no HTTP answer. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer'
}

const STATUS_LINE = /^HTTP\/1\.1 ([1-5]\d\d) [\t\x20-\x7e]*$/
const FIELD_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/
const ONCE = new Set(['content-length', 'transfer-encoding', 'content-type', 'date'])
const HEAD_END = '\r\n\r\n'
const MAX_HEAD_BYTES = 1 << 20

/** The head of an answer that has come completely, its body still to come. */
interface Head {
  readonly status: number
  readonly headers: Map<string, string>
}

/** Cuts a stream into answers. The methods of the requests, in order, say which answers have no body. */
export class AnswerReader {
  readonly answers: Answer[] = []
  readonly #methods: string[]
  #bytes = Buffer.alloc(0)
  #later: Buffer[] = []
  #laterBytes = 0
  /** no use in looking again before so many bytes are there */
  #neededBytes = 1

  constructor (methods: readonly string[]) {
    this.#methods = [...methods]
  }

  /** @throws MalformedAnswer */
  push (bytes: Buffer): void {
    this.#later.push(bytes)
    this.#laterBytes += bytes.length
    if (this.#bytes.length + this.#laterBytes < this.#neededBytes) return
    this.#bytes = Buffer.concat([this.#bytes, ...this.#later])
    this.#later = []
    this.#laterBytes = 0
    while (this.#readOne());
  }

  /** @throws MalformedAnswer when the connection ended within an answer */
  end (): void {
    this.#bytes = Buffer.concat([this.#bytes, ...this.#later])
    if (this.#bytes.length === 0) return
    const head = this.#head()
    const ofUnknownLength = head !== undefined && lengthOf(head.read) === undefined && !isChunked(head.read)
    if (!ofUnknownLength) throw new MalformedAnswer(`the connection ended within an answer: ${shown(this.#bytes)}`)
    this.answers.push({ ...head.read, body: this.#bytes.subarray(head.bytes) })
    this.#bytes = Buffer.alloc(0)
  }

  #head (): { read: Head, bytes: number } | undefined {
    const end = this.#bytes.indexOf(HEAD_END)
    if (end >= 0) return { read: readHead(this.#bytes.toString('latin1', 0, end)), bytes: end + HEAD_END.length }
    // what is wrong from its first bytes on will not become right
    if (this.#bytes.length > MAX_HEAD_BYTES || !'HTTP/1.1 '.startsWith(this.#bytes.toString('latin1', 0, 9))) {
      throw new MalformedAnswer(`no answer: ${shown(this.#bytes)}`)
    }
    return undefined
  }

  #readOne (): boolean {
    this.#neededBytes = this.#bytes.length + 1
    if (this.#bytes.length === 0) return false
    const head = this.#head()
    if (head === undefined) return false
    if (head.read.status < 200) return this.#take(head.bytes)
    const empty = this.#methods[0] === 'HEAD' || head.read.status === 204 || head.read.status === 304
    if (head.read.status === 204 && head.read.headers.has('transfer-encoding')) {
      throw new MalformedAnswer('204 with Transfer-Encoding')
    }
    if (empty) return this.#finish(head.read, head.bytes, Buffer.alloc(0))
    if (isChunked(head.read)) return this.#readChunks(head.read, head.bytes)
    const length = lengthOf(head.read)
    if (length === undefined) return false
    this.#neededBytes = head.bytes + length
    if (this.#bytes.length < this.#neededBytes) return false
    return this.#finish(head.read, this.#neededBytes, this.#bytes.subarray(head.bytes, this.#neededBytes))
  }

  #readChunks (head: Head, start: number): boolean {
    const pieces = []
    for (let at = start; ;) {
      const lineEnd = this.#bytes.indexOf('\r\n', at)
      if (lineEnd < 0) return false
      const size = this.#bytes.toString('latin1', at, lineEnd)
      if (!/^[0-9a-f]{1,8}$/i.test(size)) throw new MalformedAnswer(`size of a chunk: ${JSON.stringify(size)}`)
      const from = lineEnd + 2
      const to = from + Number.parseInt(size, 16)
      if (this.#bytes.length < to + 2) return false
      if (this.#bytes.toString('latin1', to, to + 2) !== '\r\n') throw new MalformedAnswer('a chunk is longer than it says')
      if (to === from) return this.#finish(head, to + 2, Buffer.concat(pieces))
      pieces.push(this.#bytes.subarray(from, to))
      at = to + 2
    }
  }

  #finish (head: Head, endsAt: number, body: Buffer): boolean {
    this.#methods.shift()
    this.answers.push({ ...head, body })
    checkJson(head, body)
    return this.#take(endsAt)
  }

  #take (bytes: number): boolean {
    this.#bytes = this.#bytes.subarray(bytes)
    return true
  }
}

function readHead (text: string): Head {
  const [first = '', ...lines] = text.split('\r\n')
  const status = STATUS_LINE.exec(first)?.[1]
  if (status === undefined) throw new MalformedAnswer(`status line: ${shown(Buffer.from(first, 'latin1'))}`)
  const headers = new Map<string, string>()
  for (const line of lines) {
    const [, name = '', value = ''] = FIELD_LINE.exec(line) ?? []
    const key = name.toLowerCase()
    if (key === '') throw new MalformedAnswer(`header line: ${JSON.stringify(line.slice(0, 100))}`)
    if (ONCE.has(key) && headers.has(key)) throw new MalformedAnswer(`header twice: ${key}`)
    headers.set(key, value.trim())
  }
  if (headers.has('content-length') && headers.has('transfer-encoding')) {
    throw new MalformedAnswer('both Content-Length and Transfer-Encoding')
  }
  return { status: Number(status), headers }
}

function lengthOf ({ headers }: Head): number | undefined {
  const length = headers.get('content-length')
  if (length === undefined) return undefined
  if (!/^\d{1,12}$/.test(length)) throw new MalformedAnswer(`Content-Length: ${length}`)
  return Number(length)
}

function isChunked ({ headers }: Head): boolean {
  const coding = headers.get('transfer-encoding')
  if (coding !== undefined && coding !== 'chunked') throw new MalformedAnswer(`Transfer-Encoding: ${coding}`)
  return coding === 'chunked'
}

/** What is labelled JSON is JSON; a large or a packed body is believed. */
function checkJson ({ status, headers }: Head, body: Buffer): void {
  if (headers.has('content-encoding')) return
  if (body.length === 0 || body.length > 65_536 || !/^application\/json/.test(headers.get('content-type') ?? '')) return
  try {
    JSON.parse(body.toString('utf8'))
  } catch {
    throw new MalformedAnswer(`${status}, labelled JSON: ${shown(body)}`)
  }
}

function shown (bytes: Buffer): string {
  return JSON.stringify(bytes.toString('latin1', 0, 120))
}

/** A connection of the client's. Nothing here throws: what went wrong stands in `problem`. */
export class Connection {
  readonly #socket: Socket
  readonly #reader: AnswerReader
  #wake = (): void => {}
  problem: string | undefined
  closed = false

  constructor (port: number, methods: readonly string[]) {
    this.#reader = new AnswerReader(methods)
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#socket.on('data', (bytes: Buffer) => { this.#read(() => { this.#reader.push(bytes) }) })
    this.#socket.on('error', () => {})
    this.#socket.on('close', () => {
      this.closed = true
      this.#read(() => { this.#reader.end() })
    })
  }

  get answers (): readonly Answer[] { return this.#reader.answers }

  send (bytes: Buffer): void {
    if (bytes.length > 0) this.#socket.write(bytes)
  }

  leave (): void {
    this.#socket.destroy()
  }

  /** Waits until that is so, the connection has ended, or time is up; says whether it came about. */
  async until (done: () => boolean, patienceMs: number): Promise<boolean> {
    const endsAtMs = performance.now() + patienceMs
    while (!done() && !this.closed && this.problem === undefined) {
      const leftMs = endsAtMs - performance.now()
      if (leftMs <= 0) break
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs)
        this.#wake = () => { clearTimeout(timer); resolve() }
      })
    }
    return done()
  }

  #read (act: () => void): void {
    if (this.problem !== undefined) return
    try {
      act()
    } catch (error) {
      this.problem = error instanceof MalformedAnswer ? error.message : String(error)
    }
    this.#wake()
  }
}
