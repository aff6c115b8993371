// Measures a server process by the CPU time that the system charges it: steadier than requests per second.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import autocannon from 'autocannon'

const REQUESTS = 20_000

/** @returns microseconds of CPU per request, and the body that was answered */
export async function cpuPerRequestMicros (script, args, path) {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await readyUrl(child)
  const headers = { 'X-Vault-Token': 'root' }
  const body = await (await fetch(url + path, { headers })).text()
  await load(url + path, headers, REQUESTS / 4)
  const before = cpuMicros(child.pid)
  await load(url + path, headers, REQUESTS)
  const spent = cpuMicros(child.pid) - before
  child.kill('SIGKILL')
  await once(child, 'exit')
  return [spent / REQUESTS, body.trimEnd()]
}

async function load (url, headers, amount) {
  const { non2xx, errors } = await autocannon({ url, headers, amount, connections: 10 })
  if (non2xx + errors > 0) throw new Error(`${non2xx + errors} requests failed at ${url}`)
}

async function readyUrl (child) {
  let text = ''
  for await (const chunk of child.stdout) {
    text += chunk
    const line = text.split('\n').find((each) => each.includes('"event":"ready"'))
    if (line !== undefined) return JSON.parse(line).nodes[0].url
  }
  throw new Error('the server did not start')
}

/** User and system time of a process so far; the system counts it in ticks of 10 ms. */
function cpuMicros (pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}
