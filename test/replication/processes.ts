// Servers in processes of their own, and an operator's calls to them.
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { decodeToken } from './replicated.js'

const COMMAND = fileURLToPath(new URL('../../src/command/cli.ts', import.meta.url))

/** A server ends with whoever started it, however that ended: a test that is killed runs no teardown. */
const ENDS_WITH_PARENT = 'data:text/javascript,' +
  encodeURIComponent("process.stdin.resume().on('close', () => process.kill(process.pid, 'SIGKILL')).unref()")

/** For a file of tests that start processes: long enough for a machine that has much else to do. */
export const PROCESSES_TAKE_MS = 600_000

export type Kind = 'performance' | 'dr'

/** @see call for the token */
export interface Server { readonly url: string, readonly key: string, readonly token?: string }

export interface Running extends Server { readonly child: ChildProcess }

export interface Answer { readonly status: number, readonly json: any }

/** A server of its own, killed after the test. */
export async function startServer (
  t: Test, { port = 0, flags = [] }: { readonly port?: number, readonly flags?: readonly string[] } = {}
): Promise<Running> {
  const imports = ['--import', 'tsx', '--import', ENDS_WITH_PARENT]
  const options = ['--listen', `127.0.0.1:${port}`, '--log-level', 'off', '--no-nomad', ...flags]
  const child = spawn(process.execPath, [...imports, COMMAND, ...options], { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => { child.kill('SIGKILL') })
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{"event":"ready"')) continue
    const ready = JSON.parse(line)
    child.stdout.resume()
    return { url: ready.nodes[0].url, key: ready.unsealKeys[0], child }
  }
  throw new Error('the server did not start')
}

/** Ends a server's process and waits until it is gone. */
export async function end ({ child }: Running, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const gone = new Promise((resolve) => { child.once('exit', resolve) })
  child.kill(signal)
  await gone
}

/** With the root token, unless the server has another. */
export async function call (
  { url, token = 'root' }: Server, method: string, path: string, payload?: object
): Promise<Answer> {
  const body = payload === undefined ? {} : { body: JSON.stringify(payload) }
  const answer = await fetch(`${url}/v1/${path}`, { method, headers: { 'x-vault-token': token }, ...body })
  const text = await answer.text()
  return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) }
}

export async function statusOf (server: Server, kind: Kind): Promise<any> {
  return (await call(server, 'GET', `sys/replication/${kind}/status`)).json.data
}

export async function write (server: Server, name: string): Promise<number> {
  return (await call(server, 'POST', `secret/data/${name}`, { data: { name } })).status
}

export async function reads (server: Server, name: string): Promise<boolean> {
  return (await call(server, 'GET', `secret/data/${name}`)).json.data?.data?.name === name
}

/** What takes longer does not happen: nothing else that a machine is busy with lasts so long. */
const PATIENCE_MS = 120_000

/** Asks again, a round trip later, until it is so. */
export async function until (condition: () => Promise<boolean>): Promise<boolean> {
  const endAtMs = performance.now() + PATIENCE_MS
  while (performance.now() < endAtMs) if (await condition()) return true
  return false
}

export async function inSync (primary: Server, secondary: Server, kind: Kind): Promise<boolean> {
  const [ours, theirs] = [await statusOf(primary, kind), await statusOf(secondary, kind)]
  return ours.merkle_root === theirs.merkle_root && theirs.state === 'stream-wals'
}

export async function activationToken (primary: Server, kind: Kind, id: string): Promise<string> {
  return (await call(primary, 'POST', `sys/replication/${kind}/primary/secondary-token`, { id })).json.wrap_info.token
}

export async function drOperationToken (secondary: Server, key: string): Promise<string> {
  const base = 'sys/replication/dr/secondary/generate-operation-token'
  const { json: { nonce, otp } } = await call(secondary, 'PUT', `${base}/attempt`, {})
  const { json } = await call(secondary, 'PUT', `${base}/update`, { key, nonce })
  return decodeToken(json.encoded_token, otp)
}

/** Makes one server the primary of another. */
export async function replicate (primary: Server, secondary: Server, kind: Kind): Promise<Answer> {
  await call(primary, 'POST', `sys/replication/${kind}/primary/enable`, {})
  const token = await activationToken(primary, kind, 'west')
  return await call(secondary, 'POST', `sys/replication/${kind}/secondary/enable`, { token })
}

interface Failover { readonly from: Server, readonly to: Server, readonly key: string, readonly t: Test }

/** Demote, promote, re-attach without a wipe. */
export async function failOver ({ from, to, key, t }: Failover): Promise<void> {
  t.equal((await call(from, 'POST', 'sys/replication/dr/primary/demote')).status, 200, 'demoted')
  await promote(to, key, t)
  await attach({ from, to, key, t })
}

export async function promote (server: Server, key: string, t: Test): Promise<void> {
  const token = await drOperationToken(server, key)
  const promoted = await call(server, 'POST', 'sys/replication/dr/secondary/promote', { dr_operation_token: token })
  t.equal(promoted.status, 200, 'promoted')
}

/** Lets a demoted primary follow the new one. */
export async function attach ({ from, to, key, t }: Failover): Promise<void> {
  const token = await activationToken(to, 'dr', 'the other')
  const body = { token, dr_operation_token: await drOperationToken(from, key) }
  t.equal((await call(from, 'POST', 'sys/replication/dr/secondary/update-primary', body)).status, 200, 'attached again')
}
