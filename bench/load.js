// Measures a server process by the CPU time that the system charges it: steadier than requests per second.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import autocannon from 'autocannon'

const REQUESTS = 20_000

/**
 * @param row one of `ROWS`
 * @param fixedBody where the server answers all requests with it: then nothing has to be prepared
 * @returns microseconds of CPU per request, and the body that was answered
 */
export async function cpuPerRequestMicros (script, args, row, fixedBody) {
  const child = spawn(process.execPath, [script, ...args, ...fixedBody === undefined ? [] : [fixedBody]], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const url = await readyUrl(child)
  const token = fixedBody === undefined ? await row.prepare?.((...call) => ask(url, ...call)) : undefined
  const request = { method: row.method ?? 'GET', body: row.body, headers: headersOf(row, token) }
  const body = await (await fetch(url + row.path, request)).text()
  await load({ url: url + row.path, ...request }, REQUESTS / 4)
  const before = cpuMicros(child.pid)
  await load({ url: url + row.path, ...request }, REQUESTS)
  const spent = cpuMicros(child.pid) - before
  child.kill('SIGTERM')
  await once(child, 'exit')
  return [spent / REQUESTS, body.trimEnd()]
}

function headersOf ({ body }, token = 'root') {
  return { 'X-Vault-Token': token, ...body === undefined ? {} : { 'Content-Type': 'application/json' } }
}

async function ask (url, method, path, body) {
  const answer = await fetch(url + path, { method, headers: { 'X-Vault-Token': 'root' }, body: JSON.stringify(body) })
  const text = await answer.text()
  return text === '' ? undefined : JSON.parse(text)
}

async function load (request, amount) {
  const { non2xx, errors } = await autocannon({ ...request, amount, connections: 10 })
  if (non2xx + errors > 0) throw new Error(`${non2xx + errors} requests failed at ${request.url}`)
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
