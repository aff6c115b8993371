// The command as a process: pipes that break, folders that it leaves, signals.
import { spawn, type ChildProcess } from 'node:child_process'
import { request as httpRequest, type ClientRequest } from 'node:http'
import { connect } from 'node:net'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { readOptions } from '../../src/command/options/index.js'
import { start } from '../../src/command/start.js'

const COMMAND = fileURLToPath(new URL('../../src/command/cli.ts', import.meta.url))
const FLAGS = ['--listen', '127.0.0.1:0', '--no-nomad', '--log-level', 'error']
const BODY = '{"data":{}}'

interface Running {
  readonly child: ChildProcess
  /** resolves with the first node's URL once it is ready */
  readonly url: Promise<string>
  /** resolves with the exit code, or the signal, and what was complained of */
  readonly ended: Promise<{ readonly code: number | string | null, readonly errors: string }>
}

function command (t: Test, { flags = [], folder }: { flags?: string[], folder?: string } = {}): Running {
  const child = spawn(process.execPath, ['--import=tsx', COMMAND, ...FLAGS, ...flags], {
    env: { ...process.env, ...folder === undefined ? {} : { TMPDIR: folder } },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  t.teardown(() => { child.kill('SIGKILL') })
  let out = ''
  let errors = ''
  child.stderr.on('data', (bytes: Buffer) => { errors += bytes.toString() })
  const url = new Promise<string>((resolve) => {
    child.stdout.on('data', (bytes: Buffer) => {
      out += bytes.toString()
      const found = /"url":"([^"]+)"/.exec(out)?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  const ended = new Promise<Awaited<Running['ended']>>((resolve) => {
    child.once('close', (code, signal) => { resolve({ code: code ?? signal, errors }) })
  })
  return { child, url, ended }
}

function temporaryFolder (t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'vault-mock-test-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  return folder
}

/** A request whose head has arrived and whose body is still to be sent; resolves with the status of its answer. */
async function halfARequest (url: string): Promise<{ request: ClientRequest, status: Promise<number> }> {
  const request = httpRequest(`${url}/v1/secret/data/x`, {
    method: 'PUT', headers: { 'X-Vault-Token': 'root', Expect: '100-continue', 'Content-Length': BODY.length }
  })
  const status = new Promise<number>((resolve) => {
    request.once('response', (answer) => { resolve(answer.resume().statusCode ?? 0) })
    request.once('error', () => { resolve(0) })
  })
  request.flushHeaders()
  await new Promise((resolve) => request.once('continue', resolve))
  return { request, status }
}

/** Resolves once no connection is taken there any more. */
async function refusing (url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  for (;;) {
    const socket = connect(Number(port), hostname)
    const taken = await new Promise((resolve) => {
      socket.once('connect', () => { resolve(true) }).once('error', () => { resolve(false) })
    })
    socket.destroy()
    if (taken === false) return
  }
}

t.test('a standard output that goes away ends nothing', async (t) => {
  const { child, url, ended } = command(t)
  const address = await url
  child.stdout?.destroy()
  const headers = { 'X-Vault-Token': 'root' }
  const device = JSON.stringify({ type: 'file', options: { file_path: 'stdout' } })
  t.equal((await fetch(`${address}/v1/sys/audit/x`, { method: 'PUT', headers, body: device })).status, 204)
  for (let i = 0; i < 3; i++) {
    await (await fetch(`${address}/v1/sys/mounts`, { headers })).text()
    t.equal((await fetch(`${address}/v1/sys/health`)).status, 200)
  }
  child.kill('SIGTERM')
  t.same(await ended, { code: 0, errors: '' })
})

t.test('what a certificate needed is gone after SIGTERM', async (t) => {
  const folder = temporaryFolder(t)
  const { child, url, ended } = command(t, { flags: ['--tls'], folder })
  t.match(await url, /^https:/)
  child.kill('SIGTERM')
  t.same(await ended, { code: 0, errors: '' })
  t.same(readdirSync(folder).filter((name) => name.startsWith('vault-mock-')), [])
})

t.test('a temporary folder that is not there is named', async (t) => {
  const before = process.env.TMPDIR
  t.teardown(() => { if (before === undefined) delete process.env.TMPDIR; else process.env.TMPDIR = before })
  process.env.TMPDIR = join(temporaryFolder(t), 'missing')
  const options = readOptions([...FLAGS, '--tls'], {})
  if ('problem' in options) throw new Error(options.problem)
  const starting = start(options, () => {}, () => {})
  await t.rejects(starting, { exitCode: 1, message: /^[^\n]*TMPDIR[^\n]*ENOENT[^\n]*$/ })
})

t.test('SIGTERM lets a request in flight have its answer', async (t) => {
  const { child, url, ended } = command(t)
  const address = await url
  const { request, status } = await halfARequest(address)
  child.kill('SIGTERM')
  await refusing(address)
  request.end(BODY)
  t.equal(await status, 200)
  t.same(await ended, { code: 0, errors: '' })
})

t.test('a second signal ends at once', async (t) => {
  const { child, url, ended } = command(t)
  const address = await url
  const { status } = await halfARequest(address)
  child.kill('SIGTERM')
  await refusing(address)
  child.kill('SIGINT')
  t.same(await ended, { code: 1, errors: 'vault-mock: second SIGINT, exiting\n' })
  t.equal(await status, 0)
})
