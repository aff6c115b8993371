// Processes that are killed and come back with their state: the operator's procedures after a crash.
import { existsSync, readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import {
  attach, call, end, inSync, promote, PROCESSES_TAKE_MS, reads, replicate, startServer, statusOf, until, write,
  type Running
} from './processes.js'

t.setTimeout(PROCESSES_TAKE_MS)

function stateFile (t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'vault-mock-test-'))
  t.teardown(() => { rmSync(folder, { recursive: true, force: true }) })
  return join(folder, 'state.json')
}

/** Until the file has what was written; a request each time, so that its writer has its turn. */
async function saved (server: Running, file: string, name: string): Promise<boolean> {
  return await until(async () => {
    await call(server, 'GET', 'sys/health')
    return existsSync(file) && readFileSync(file, 'utf8').includes(`/${name}"`)
  })
}

async function comesBack (t: Test, before: Running, file: string): Promise<Running> {
  const port = Number(new URL(before.url).port)
  const back = await startServer(t, { port, flags: ['--state', file] })
  t.equal((await call(back, 'GET', 'sys/health')).status, 503, 'sealed')
  t.equal((await call(back, 'PUT', 'sys/unseal', { key: before.key })).json.sealed, false)
  t.ok(await until(async () => [200, 472].includes((await call(back, 'GET', 'sys/health')).status)), 'active')
  return back
}

t.test('a primary that was killed is the same cluster again, and its secondary goes on', async (t) => {
  const file = stateFile(t)
  const [east, west] = await Promise.all([startServer(t, { flags: ['--state', file] }), startServer(t)])
  t.equal((await replicate(east, west, 'performance')).status, 200)
  await write(east, 'before')
  t.ok(await saved(east, file, 'before'))
  const { json: { cluster_id: id } } = await call(east, 'GET', 'sys/health')
  const { cluster_id: setId } = await statusOf(east, 'performance')
  await end(east, 'SIGKILL')
  const back = await comesBack(t, east, file)
  t.equal((await call(back, 'GET', 'sys/health')).json.cluster_id, id)
  t.match(await statusOf(back, 'performance'), { mode: 'primary', cluster_id: setId, known_secondaries: ['west'] })
  t.ok(await reads(back, 'before'))
  await write(back, 'after')
  t.ok(await until(async () => await reads(west, 'after')), 'the secondary follows without a new token')
  t.ok(await until(async () => await inSync(back, west, 'performance')))
})

t.test('a secondary that was killed goes on following', async (t) => {
  const file = stateFile(t)
  const [east, west] = await Promise.all([startServer(t), startServer(t, { flags: ['--state', file] })])
  await replicate(east, west, 'dr')
  await write(east, 'before')
  t.ok(await saved(west, file, 'before'))
  await end(west, 'SIGKILL')
  await write(east, 'meanwhile')
  const port = Number(new URL(west.url).port)
  const back = await startServer(t, { port, flags: ['--state', file] })
  t.equal((await call(back, 'PUT', 'sys/unseal', { key: east.key })).json.sealed, false, 'by the primary\'s key')
  t.ok(await until(async () => await inSync(east, back, 'dr')))
})

t.test('a primary that returns after an unplanned failover still is one, until it is demoted and attached', async (t) => {
  const file = stateFile(t)
  const [east, west] = await Promise.all([startServer(t, { flags: ['--state', file] }), startServer(t)])
  await replicate(east, west, 'dr')
  await write(east, 'one')
  t.ok(await until(async () => await inSync(east, west, 'dr')))
  t.ok(await saved(east, file, 'one'))
  await end(east, 'SIGKILL')
  await promote(west, east.key, t)
  await write(west, 'two')
  const back = await comesBack(t, east, file)
  t.match(await statusOf(back, 'dr'), { mode: 'primary', state: 'running' })
  t.notOk(await reads(back, 'two'))
  t.equal((await call(back, 'POST', 'sys/replication/dr/primary/demote')).status, 200)
  await attach({ from: back, to: west, key: east.key, t })
  t.ok(await until(async () => await inSync(west, back, 'dr')))
})

t.test('what was written just before SIGTERM is there', async (t) => {
  const file = stateFile(t)
  const server = await startServer(t, { flags: ['--state', file, '--nodes', '3'] })
  await write(server, 'last')
  await end(server, 'SIGTERM')
  t.match(readFileSync(file, 'utf8'), '/last"')
  const back = await startServer(t, { flags: ['--state', file] })
  t.equal((await call(back, 'PUT', 'sys/unseal', { key: server.key })).json.sealed, false)
  t.equal((await call(back, 'GET', 'sys/health')).status, 429, 'its peers are sealed still')
})

t.test('a file that is no saved world ends the start with one line', async (t) => {
  const { start } = await import('../../src/command/start.js')
  const { readOptions } = await import('../../src/command/options/index.js')
  const file = stateFile(t)
  const message = async (text: string): Promise<string> => {
    writeFileSync(file, text)
    const options = readOptions(['--listen', '127.0.0.1:0', '--no-nomad', '--state', file], {})
    if ('problem' in options) throw new Error(options.problem)
    return await start(options, () => {}, () => {}).then(() => 'it started', (error: Error) => error.message)
  }
  t.match(await message('{"version":'), /^--state: \S+ is not JSON: unexpected EOF$/)
  t.match(await message('{}'), /^--state: \S+ is no saved world: [^\n]*version[^\n]*$/)
  t.equal(readFileSync(file, 'utf8'), '{}', 'left as it was')
  rmSync(join(file, '..'), { recursive: true })
  const options = readOptions(['--listen', '127.0.0.1:0', '--no-nomad', '--state', file], {})
  if ('problem' in options) throw new Error(options.problem)
  await t.rejects(start(options, () => {}, () => {}), { message: /^--state: ENOENT[^\n]*$/, exitCode: 2 })
})
