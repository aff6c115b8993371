// Packs the package, installs the tarball somewhere else and uses it: as a module of every kind, as a command, in test
// frameworks.
// `npm run test:package`
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { equal, ok, run } from '../clients/checks.js'
import { command, execute, installed, root } from './consumer.js'
import { fromGit, licences, links, packAndInstall } from './contents.js'
import { containerSteps } from './container.js'
import { exampleSteps } from './examples.js'
import { frameworks } from './frameworks.js'
import { linters, modules, types } from './modules.js'

let tarball

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
  equal((await fetch(`${ready.nomad[0].url}/v1/status/leader`)).status, 200, 'and a Nomad server beside it')
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

async function install () {
  tarball = await packAndInstall()
}

async function packageLinters () {
  await linters(tarball)
}

await run(
  install, links, licences, modules, types, packageLinters, commandLine, server, judge, ...containerSteps(installed),
  ...exampleSteps(installed), frameworks, fromGit
)
