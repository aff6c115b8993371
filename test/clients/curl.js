// Runs the documentation's curl lines as they stand, but for host and token, and shows what came of them.
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { equal, ok } from './checks.js'

const SEEDS = fileURLToPath(new URL('../../../shared/seeds/', import.meta.url))
const DOCUMENTED_HOST = /https?:\/\/(127\.0\.0\.1:8200|vault\.rocks|localhost:4646)/
const CURL_SETTINGS = 'silent\nshow-error\nnoproxy = "*"\ndump-header = "headers.txt"\nwrite-out = "%{stderr}%{http_code}"\n'

/** A folder to run the lines in, with its payload.json and raft.snap. */
export class Desk {
  folder = mkdtempSync(join(tmpdir(), 'vault-mock-curl-'))
  /** the lines that were run */
  used = []

  constructor () {
    // curl reads its settings from here, so that the lines themselves stay as they are
    writeFileSync(join(this.folder, '.curlrc'), CURL_SETTINGS)
    process.on('exit', () => rmSync(this.folder, { recursive: true }))
  }

  file (name) {
    return readFileSync(join(this.folder, name))
  }

  /** Runs a line at a server; `payload` becomes payload.json. */
  async run (line, { url, token, payload }) {
    this.used.push(line)
    if (payload !== undefined) writeFileSync(join(this.folder, 'payload.json'), typeof payload === 'string' ? payload : JSON.stringify(payload))
    const command = line.replace(DOCUMENTED_HOST, url).replace('X-Vault-Token: ...', `X-Vault-Token: ${token}`)
    const { stdout, stderr } = await shell(command, this.folder)
    const headers = existsSync(join(this.folder, 'headers.txt')) ? this.file('headers.txt').toString() : ''
    return { status: Number(stderr.trim().slice(-3)), headers, text: stdout, json: /^[{[]/.test(stdout) ? JSON.parse(stdout) : undefined }
  }

  /** Checks that every curl line of a seed was run; silent where the seeds are not at hand. */
  covers (seed) {
    if (!existsSync(SEEDS)) return console.log(`# ${seed} is not at hand: which lines it has cannot be compared`)
    const wanted = curlLines(readFileSync(join(SEEDS, seed), 'utf8'))
    const used = new Set(this.used.map(normal))
    equal(wanted.filter((line) => !used.has(line)), [], `every curl line of ${seed} was run (${wanted.length})`)
  }
}

function shell (command, cwd) {
  return new Promise((resolve) => {
    execFile('sh', ['-c', command], { cwd, env: { ...process.env, CURL_HOME: cwd } }, (_error, stdout, stderr) => resolve({ stdout, stderr }))
  })
}

/** The curl commands of a page, whether its line breaks are still there or not. */
function curlLines (page) {
  return [...page.matchAll(/^\$ curl[\s\S]*?(?=```)/gm)].map(([found]) => normal(found.slice(2)))
}

/** Without the ends of lines, which some of the pages have lost. */
function normal (line) {
  return line.replace(/\\/g, ' ').replace(/\s+/g, ' ').trim()
}

/** All seeds that have curl lines, so that none is forgotten. */
export function seedsWithCurl () {
  return existsSync(SEEDS) ? readdirSync(SEEDS).filter((name) => curlLines(readFileSync(join(SEEDS, name), 'utf8')).length > 0) : []
}

/** Checks for a 204, or the status given, and no body at all. */
export function empty (answer, name, status = 204) {
  equal([answer.status, answer.text], [status, ''], `${name}: ${status}, no body`)
}

/** The envelope's keys in wire order. */
export function envelope (answer, name) {
  const keys = Object.keys(answer.json ?? {}).filter((key) => ENVELOPE.includes(key))
  equal(keys, ENVELOPE, `${name}: the whole envelope, in order`)
  ok(/^content-type: application\/json\r?$/im.test(answer.headers), `${name}: Content-Type is exactly application/json`)
}

const ENVELOPE = ['request_id', 'lease_id', 'renewable', 'lease_duration', 'data', 'wrap_info', 'warnings', 'auth']
