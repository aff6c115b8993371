// Starts the built command for a client script, the way a user would, and reads its ready line.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const COMMAND = fileURLToPath(new URL('../../dist/command/cli.js', import.meta.url))
const START_WITHIN_MS = 15_000

/**
 * A fresh server on free loopback ports.
 *
 * @param {readonly string[]} flags besides `--listen` and `--files`
 * @returns its ready line, plus `url` of node 0, `token`, what it logged, and how to stop it
 */
export async function startServer (flags = []) {
  // the scripts look into the files that they name
  const given = [COMMAND, '--listen', '127.0.0.1:0', '--files', '/', ...flags]
  const child = spawn(process.execPath, given, { stdio: ['ignore', 'pipe', 'pipe'] })
  const log = []
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line))
  const gone = new Promise((resolve) => child.on('close', resolve))
  const ready = await readyLine(child, log)
  return {
    ...ready,
    url: ready.nodes[0].url,
    token: ready.rootToken,
    faults: () => log.filter(isFault).map(inShort),
    stop: async () => {
      child.kill('SIGTERM')
      return await gone
    }
  }
}

async function readyLine (child, log) {
  const patience = setTimeout(() => child.kill('SIGKILL'), START_WITHIN_MS)
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.startsWith('{"event":"ready"')) return JSON.parse(line)
    }
  } finally {
    clearTimeout(patience)
    // what comes later must not fill the pipe
    child.stdout.resume()
  }
  throw new Error(`the server did not start: ${log.join('\n') || 'it said nothing'}`)
}

/** Pino's error and fatal lines, and what Node prints when something is thrown and nobody catches it. */
function isFault (line) {
  return /"level":[56]0/.test(line) || /^\s+at /.test(line) || /^\w*Error:/.test(line)
}

/** The servers that the runner started for a script, by name; `main` is always one of them. */
export function servers () {
  const given = process.env.VAULT_MOCK_SERVERS
  if (given === undefined) throw new Error('run me by `npm run clients`')
  return JSON.parse(given)
}

/** The words and the first places of a fault, without the rest of its line. */
function inShort (line) {
  try {
    const { msg, method, path, err } = JSON.parse(line)
    return [msg, method, path, err?.stack?.split('\n').slice(0, 3).join(' ')].filter(Boolean).join(' ')
  } catch {
    return line
  }
}
