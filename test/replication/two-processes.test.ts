// The operator's procedures between two separately started processes, over their sockets alone.
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { decodeToken } from './replicated.js'

const COMMAND = fileURLToPath(new URL('../../src/command/cli.ts', import.meta.url))
const PERFORMANCE = 'sys/replication/performance'
const DR = 'sys/replication/dr'

interface Running { readonly url: string, readonly key: string, readonly child: ChildProcess }

interface Answer { readonly status: number, readonly json: any }

/** A server of its own, killed after the test. */
async function startServer (t: Test, port = 0): Promise<Running> {
  const child = spawn(process.execPath, ['--import', 'tsx', COMMAND, '--listen', `127.0.0.1:${port}`, '--log-level', 'off'], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => { child.kill('SIGKILL') })
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{"event":"ready"')) continue
    const ready = JSON.parse(line)
    child.stdout.resume()
    return { url: ready.nodes[0].url, key: ready.unsealKeys[0], child }
  }
  throw new Error('the server did not start')
}

async function call ({ url }: Running, method: string, path: string, payload?: object): Promise<Answer> {
  const body = payload === undefined ? {} : { body: JSON.stringify(payload) }
  const answer = await fetch(`${url}/v1/${path}`, { method, headers: { 'x-vault-token': 'root' }, ...body })
  const text = await answer.text()
  return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) }
}

async function statusOf (server: Running, kind: 'performance' | 'dr'): Promise<any> {
  return (await call(server, 'GET', `sys/replication/${kind}/status`)).json.data
}

async function write (server: Running, name: string): Promise<number> {
  return (await call(server, 'POST', `secret/data/${name}`, { data: { name } })).status
}

async function reads (server: Running, name: string): Promise<boolean> {
  return (await call(server, 'GET', `secret/data/${name}`)).json.data?.data?.name === name
}

/** Asks again, a round trip later, until it is so. */
async function until (condition: () => Promise<boolean>): Promise<boolean> {
  const endAtMs = Date.now() + 10_000
  while (Date.now() < endAtMs) if (await condition()) return true
  return false
}

async function inSync (primary: Running, secondary: Running, kind: 'performance' | 'dr'): Promise<boolean> {
  const [ours, theirs] = [await statusOf(primary, kind), await statusOf(secondary, kind)]
  return ours.merkle_root === theirs.merkle_root && theirs.state === 'stream-wals'
}

async function activationToken (primary: Running, base: string, id: string): Promise<string> {
  return (await call(primary, 'POST', `${base}/primary/secondary-token`, { id })).json.wrap_info.token
}

async function drOperationToken (secondary: Running, key: string): Promise<string> {
  const base = `${DR}/secondary/generate-operation-token`
  const { json: { nonce, otp } } = await call(secondary, 'PUT', `${base}/attempt`, {})
  const { json } = await call(secondary, 'PUT', `${base}/update`, { key, nonce })
  return decodeToken(json.encoded_token, otp)
}

t.test('performance replication between processes', async (t) => {
  const [east, west] = await Promise.all([startServer(t), startServer(t)])
  await write(east, 'before')
  await call(east, 'POST', `${PERFORMANCE}/primary/enable`, {})
  const token = await activationToken(east, PERFORMANCE, 'west')
  t.equal((await call(west, 'POST', `${PERFORMANCE}/secondary/enable`, { token })).status, 200)
  t.ok(await reads(west, 'before'))
  await write(east, 'after')
  t.ok(await until(async () => await reads(west, 'after')), 'what is written there arrives here')
  t.equal(await write(west, 'here'), 200)
  t.ok(await reads(west, 'here'), 'read your own writes')
  t.ok(await reads(east, 'here'), 'the primary wrote it')
  t.ok(await until(async () => await inSync(east, west, 'performance')))
  t.match((await statusOf(east, 'performance')).secondaries, [{ node_id: 'west', connection_status: 'connected', api_address: west.url }])
  t.match((await statusOf(west, 'performance')).primaries, [{ connection_status: 'connected', api_address: east.url }])
  t.equal((await call(east, 'POST', `${PERFORMANCE}/primary/revoke-secondary`, { id: 'west' })).status, 204)
  t.ok(await until(async () => (await statusOf(west, 'performance')).state === 'idle'), 'revoked')
  t.ok(await reads(west, 'after'))
})

t.test('disaster recovery between processes: planned failover, failback, the primary killed', async (t) => {
  const [east, west] = await Promise.all([startServer(t), startServer(t)])
  await call(east, 'POST', `${DR}/primary/enable`, {})
  const token = await activationToken(east, DR, 'west')
  t.equal((await call(west, 'POST', `${DR}/secondary/enable`, { token })).status, 200)
  t.equal((await call(west, 'GET', 'sys/health')).status, 472)
  await write(east, 'one')
  t.ok(await until(async () => await inSync(east, west, 'dr')), 'set up')

  await failOver({ from: east, to: west, key: east.key, t })
  t.ok(await reads(west, 'one'))
  await write(west, 'two')
  t.ok(await until(async () => await inSync(west, east, 'dr')), 'the old primary follows')

  await failOver({ from: west, to: east, key: east.key, t })
  t.ok(await reads(east, 'two'), 'and back')
  await write(east, 'three')
  t.ok(await until(async () => await inSync(east, west, 'dr')))

  east.child.kill('SIGKILL')
  t.equal((await call(west, 'POST', `${DR}/secondary/promote`, { dr_operation_token: await drOperationToken(west, east.key) })).status, 200)
  for (const name of ['one', 'two', 'three']) t.ok(await reads(west, name), `${name} survives the primary`)
})

interface Failover { readonly from: Running, readonly to: Running, readonly key: string, readonly t: Test }

/** Demote, promote, re-attach without a wipe. */
async function failOver ({ from, to, key, t }: Failover): Promise<void> {
  t.equal((await call(from, 'POST', `${DR}/primary/demote`)).status, 200, 'demoted')
  t.equal((await call(to, 'POST', `${DR}/secondary/promote`, { dr_operation_token: await drOperationToken(to, key) })).status, 200, 'promoted')
  const token = await activationToken(to, DR, 'the other')
  const attached = await call(from, 'POST', `${DR}/secondary/update-primary`, { token, dr_operation_token: await drOperationToken(from, key) })
  t.equal(attached.status, 200, 'attached again')
}
