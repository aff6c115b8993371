// What happens around the process: pipes that break, files that block, folders that stay.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { atServer, check } from './player-for.js'
import type { Entry } from './entry.js'
import { COMMAND } from '../server-process.js'

const FLAGS = ['--listen', '127.0.0.1:0', '--no-nomad', '--log-level', 'error']
const SNAPSHOTS = JSON.stringify({
  interval: '1h', retain: 1, storage_type: 'local', path_prefix: '/proc/x', local_max_space: 100_000_000
})

/** The command with everything visible; ends with the entry. */
async function withCommand (
  flags: readonly string[],
  env: Record<string, string>,
  act: (running: Running) => Promise<void>
): Promise<void> {
  const child = spawn(process.execPath, [COMMAND, ...FLAGS, ...flags], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const running: Running = { child, out: '', errors: '' }
  child.stdout.on('data', (bytes: Buffer) => { running.out += bytes.toString() })
  child.stderr.on('data', (bytes: Buffer) => { running.errors += bytes.toString() })
  const gone = new Promise((resolve) => child.once('close', resolve))
  try {
    await act(running)
  } finally {
    child.kill('SIGKILL')
    await gone
  }
}

interface Running {
  readonly child: ReturnType<typeof spawn>
  out: string
  errors: string
}

async function until (done: () => boolean, patienceMs = 60_000): Promise<boolean> {
  for (const endsAtMs = performance.now() + patienceMs; performance.now() < endsAtMs && !done();) await sleep(20)
  return done()
}

function readyUrl ({ out }: Running): string | undefined {
  return /"url":"([^"]+)"/.exec(out)?.[1]
}

async function call (url: string, method: string, path: string, body?: object): Promise<number> {
  const answer = await fetch(url + path, {
    method,
    headers: { 'X-Vault-Token': 'root' },
    signal: AbortSignal.timeout(30_000),
    ...body === undefined ? {} : { body: JSON.stringify(body) }
  })
  await answer.arrayBuffer()
  return answer.status
}

/** Resolves once a request has arrived, answered or not. */
async function arrived (url: string, path: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/_mock/journal?path=${encodeURIComponent(path)}`)
    const { entries } = await answer.json() as { readonly entries: readonly unknown[] }
    if (entries.length > 0) return
    await sleep(10)
  }
}

function hasStack ({ errors }: Running): boolean {
  return /^\s+at /m.test(errors)
}

async function inFolder (act: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'vault-mock-hostile-'))
  try {
    await act(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const processes: readonly Entry[] = [
  {
    name: 'vault-mock | true',
    real: 'no stack trace',
    act: async () => {
      await withCommand([], {}, async (running) => {
        running.child.stdout!.destroy()
        await sleep(1_500)
        check(!hasStack(running), running.errors.slice(0, 300))
      })
    }
  },
  {
    name: 'an audit device on a stdout that is gone',
    real: 'the process lives',
    act: async () => {
      await withCommand([], {}, async (running) => {
        await until(() => readyUrl(running) !== undefined)
        const url = readyUrl(running)!
        running.child.stdout!.destroy()
        await call(url, 'PUT', '/v1/sys/audit/x', { type: 'file', options: { file_path: 'stdout' } })
        for (let index = 0; index < 5; index++) await call(url, 'GET', '/v1/secret/data/x').catch(() => 0)
        await sleep(200)
        const { exitCode } = running.child
        check(exitCode === null && !hasStack(running), `exit ${exitCode}: ${running.errors.slice(0, 300)}`)
        check(await call(url, 'GET', '/v1/sys/health') === 200, 'health')
      })
    }
  },
  {
    name: 'an audit device on a FIFO that nobody reads',
    real: 'other requests are answered',
    act: async () => {
      await inFolder(async (folder) => {
        const fifo = join(folder, 'fifo')
        execFileSync('mkfifo', [fifo])
        await withCommand(['--files', '/'], {}, async (running) => {
          await until(() => readyUrl(running) !== undefined)
          const url = readyUrl(running)!
          await call(url, 'PUT', '/v1/sys/audit/x', { type: 'file', options: { file_path: fifo } }).catch(() => 0)
          check(await call(url, 'GET', '/v1/sys/health').catch(() => 0) === 200, 'health is not answered within 30 s')
        })
      })
    }
  },
  {
    name: 'automated snapshots below /proc',
    real: 'they fail and say so',
    act: async () => {
      await atServer(async (player) => {
        await player.ask('PUT', '/v1/sys/storage/raft/snapshot-auto/config/x', SNAPSHOTS)
        await player.ask('POST', '/_mock/time/advance', '{"ms":4000000}')
        const cpuMs = player.server.cpuMs()
        await sleep(2_000)
        const usedMs = player.server.cpuMs() - cpuMs
        const status = (await player.ask('GET', '/v1/sys/storage/raft/snapshot-auto/status/x'))?.body.toString() ?? ''
        check(usedMs < 1_000, `${usedMs} ms of CPU in 2 s of doing nothing`)
        check(/"last_snapshot_error":"[^"]/.test(status), `it reports success: ${status.slice(0, 300)}`)
      }, ['--profile', 'documented', '--files', '/'])
    }
  },
  {
    name: 'a batch token with !!!! behind it',
    real: '500 error performing token check: illegal base64 data at input byte 132',
    act: async () => {
      await atServer(async (player) => {
        const made = await player.ask('POST', '/v1/auth/token/create', '{"type":"batch","policies":["default"]}')
        const token: string = JSON.parse(made!.body.toString()).auth.client_token
        for (const spoilt of [`${token}!!!!`, token.slice(0, -3)]) {
          const headers = [['X-Vault-Token', spoilt]] as const
          const answer = await player.ask('GET', '/v1/auth/token/lookup-self', undefined, headers)
          const said = `${answer?.status} ${answer?.body.toString().slice(0, 100)}`
          check(/^500 .*error performing token check: illegal base64 data at input byte/.test(said), said)
        }
      })
    }
  },
  {
    name: '--tls, then SIGTERM',
    real: 'the folder of the CA is gone',
    act: async () => {
      await inFolder(async (folder) => {
        // compiled code stays for the next start, wherever that is wanted
        const environment = { TMPDIR: folder, NODE_DISABLE_COMPILE_CACHE: '1' }
        await withCommand(['--tls'], environment, async (running) => {
          await until(() => readyUrl(running) !== undefined)
          running.child.kill('SIGTERM')
          await until(() => running.child.exitCode !== null || running.child.signalCode !== null)
          check(readdirSync(folder).length === 0, `left behind: ${readdirSync(folder).join(', ')}`)
        })
      })
    }
  },
  {
    name: '--tls with a TMPDIR that is not there',
    real: 'a line that names it',
    act: async () => {
      await inFolder(async (folder) => {
        const missing = join(folder, 'missing')
        await withCommand(['--tls'], { TMPDIR: missing }, async (running) => {
          await until(() => running.child.exitCode !== null || readyUrl(running) !== undefined)
          if (running.child.exitCode === null) return
          check(!hasStack(running) && running.errors.includes('TMPDIR'), running.errors.slice(0, 300))
        })
      })
    }
  },
  {
    name: 'a second SIGTERM while a request is in flight',
    real: 'the first lets it finish for up to 2 s, the second ends at once',
    act: async () => {
      await withCommand([], {}, async (running) => {
        await until(() => readyUrl(running) !== undefined)
        const url = readyUrl(running)!
        await call(url, 'POST', '/_mock/faults', { match: { path: 'secret/**' }, effect: { latency: 600 } })
        const inFlight = call(url, 'GET', '/v1/secret/data/x').catch(() => 0)
        await arrived(url, 'secret/**')
        running.child.kill('SIGTERM')
        check(await inFlight === 404, `the request in flight was answered ${await inFlight}`)
        check(await until(() => running.child.exitCode !== null), 'it does not end')
      })
    }
  }
]
