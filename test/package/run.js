// Packs the package, installs the tarball somewhere else and uses it: as a library, as a command, with its types.
// `npm run test:package`
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { equal, ok, run } from '../clients/checks.js'

const execute = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'vault-mock-package-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const command = join(folder, 'node_modules/.bin/vault-mock')

const LIBRARY = `
import { createServer, createCluster } from 'vault-mock'

const server = createServer()
const health = await server.inject({ url: '/v1/sys/health' })
const headers = { 'x-vault-token': server.rootToken }
const list = await server.inject({ method: 'LIST', url: '/v1/sys/policies/acl', headers })
await server.close()

const cluster = await createCluster({ nodes: 3 })
const answers = await Promise.all(cluster.nodes.map((node) => fetch(node.url + '/v1/sys/health')))
const leader = cluster.leader?.url
await cluster.close()
const statuses = answers.map((answer) => answer.status).sort()
console.log(JSON.stringify({
  health: health.statusCode, list: list.statusCode, cluster: statuses, leader: typeof leader
}))
`
const TYPED = `
import { createCluster, createServer } from 'vault-mock'

export async function use (): Promise<string | undefined> {
  const server = createServer({ profile: 'vault-1.14', edition: 'ce' })
  const { statusCode } = await server.inject({ method: 'LIST', url: '/v1/sys/mounts' })
  const cluster = await createCluster({ nodes: 3 })
  return statusCode === 200 ? server.url : cluster.leader?.url
}
`
const TYPE_SETTINGS = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    module: 'NodeNext',
    target: 'ES2023',
    typeRoots: [join(root, 'node_modules/@types')],
    types: ['node']
  },
  files: ['typed.ts']
}
const SHIPPED = ['dist/page/page.js.gz', 'dist/command/cli.js', 'dist/index.js', 'dist/types/index.d.ts', 'LICENSE', 'README.md']
const MAY_BE_SHIPPED = /^(dist|fixtures|conformance)\/|^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/

async function packAndInstall () {
  const { stdout } = await execute('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root, maxBuffer: 64e6 })
  const [{ filename, files, size }] = JSON.parse(stdout.slice(stdout.indexOf('[\n')))
  const names = files.map((file) => file.path)
  const hasAll = SHIPPED.every((name) => names.includes(name))
  ok(hasAll, 'the tarball has command, library, types, licence, README', names)
  ok(names.every((name) => MAY_BE_SHIPPED.test(name)), 'and nothing that does not belong there', names)
  ok(size < 2e6, 'it is smaller than 2 MB', size)
  writeFileSync(join(folder, 'package.json'), '{"name":"consumer","private":true,"type":"module"}')
  const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', join(folder, filename)]
  await execute('npm', install, { cwd: folder })
  ok(true, 'it installs')
}

async function library () {
  writeFileSync(join(folder, 'library.js'), LIBRARY)
  const { stdout, stderr } = await execute(process.execPath, ['library.js'], { cwd: folder })
  equal(JSON.parse(stdout), { health: 200, list: 200, cluster: [200, 429, 429], leader: 'string' }, 'createServer and createCluster work')
  equal([stdout.trim().split('\n').length, stderr], [1, ''], 'and are silent')
}

async function types () {
  writeFileSync(join(folder, 'typed.ts'), TYPED)
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TYPE_SETTINGS))
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const problem = await execute(process.execPath, [compiler, '-p', folder], { cwd: folder })
    .then(() => undefined, (error) => error.stdout)
  equal(problem, undefined, 'its types compile in a strict project, dependencies included')
}

async function commandLine () {
  const { version } = JSON.parse((await execute('npm', ['pkg', 'get', 'version', 'name', '--json'], { cwd: root })).stdout)
  equal((await execute(command, ['--version'])).stdout, `vault-mock ${version}\n`, '--version')
  ok((await execute(command, ['--help'])).stdout.includes('--listen HOST:PORT'), '--help')
  const wrong = await execute(command, ['--nodes', 'many']).then(() => undefined, (error) => error)
  equal([wrong?.code, wrong?.stdout, wrong?.stderr.trim().split('\n').length], [2, '', 1], 'a wrong value: one line, exit 2')
}

async function server () {
  const flags = ['server', '-dev', '-dev-root-token-id=smoke', '-dev-listen-address=127.0.0.1:0']
  const child = spawn(command, flags, { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = new Promise((resolve) => child.on('close', resolve).on('error', resolve))
  const ready = await readyLine(child)
  const { host } = new URL(ready.nodes[0].url)
  const answer = await fetch(`${ready.nodes[0].url}/v1/auth/token/lookup-self`, { headers: { 'X-Vault-Token': 'smoke' } })
  equal([answer.status, ready.rootToken], [200, 'smoke'], 'server -dev starts, its root token works')
  equal((await execute(command, ['healthcheck', '--listen', host])).stderr, '', 'healthcheck of a running server: exit 0')
  const taken = await execute(command, ['--listen', host]).then(() => undefined, (error) => error)
  equal([taken?.code, taken?.stderr.trim()], [1, `vault-mock: ${host} is already in use`], 'a port in use: one line, exit 1')
  const stoppedAt = Date.now()
  child.kill('SIGTERM')
  equal(await gone, 0, 'SIGTERM: exit 0')
  ok(Date.now() - stoppedAt < 1000, 'within a second', Date.now() - stoppedAt)
  const down = await execute(command, ['healthcheck', '--listen', host]).then(() => undefined, (error) => error)
  equal(down?.code, 1, 'healthcheck without a server: exit 1')
}

async function judge () {
  const listed = await execute(command, ['conformance', '--list'])
  ok(listed.stdout.includes('raft-cluster'), 'conformance finds its scenarios', listed.stdout)
  const nowhere = await execute(command, ['conformance', '--url', 'http://127.0.0.1:1']).then(() => undefined, (error) => error)
  equal([nowhere?.code, nowhere?.stdout.trim().split('\n').length], [2, 1], 'a server that is not there: one line, exit 2')
}

async function readyLine (child) {
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{"event":"ready"')) return JSON.parse(line)
  }
  throw new Error('the server did not start')
}

await run(packAndInstall, library, types, commandLine, server, judge)
