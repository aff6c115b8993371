#!/usr/bin/env node
// Stands in for npm, npx, docker and the installed command where a snippet calls them: what is ours is really run, on
// free ports; a server is started, waited for and stopped.
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const PASSING = ['ctl', 'conformance', 'healthcheck', 'vault', '--help', '--version']
const FREE = { VAULT_MOCK_LISTEN: '127.0.0.1:0', VAULT_MOCK_NOMAD_LISTEN: '127.0.0.1:0' }
const { name: own, scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))

const [, called, ...args] = process.argv
const CLI = `${process.env.DOCS_PACKAGE}/dist/command/cli.js`
await { npm, npx, docker, vault, 'vault-mock': ours }[basename(called)](args)

function fail (why) {
  process.stderr.write(`${basename(called)} ${args.join(' ')}: ${why}\n`)
  process.exit(1)
}

/** Of the project's scripts only those are run that start the server; the others have to be there. */
async function npm ([verb, ...rest]) {
  if (verb === 'start') await ours(rest.filter((each) => each !== '--'))
  else if (verb === 'install' && rest.at(-1) !== own) fail('that is another package')
  else if (verb === 'run' && scripts[rest[0]] === undefined) fail('there is no such script')
  else if (!['ci', 'test', 'install', 'run'].includes(verb)) fail('nobody knows how to run this')
}

async function npx ([program, ...rest]) {
  if (program !== own) fail('that is another package')
  await ours(rest)
}

async function docker ([verb, ...rest]) {
  if (verb === 'build') return rest.join(' ') === `-t ${own} .` ? undefined : fail('that is another image')
  const image = rest.indexOf(own)
  if (verb !== 'run' || image < 0) fail('nobody knows how to run this')
  const given = rest.slice(0, image).flatMap((each, i, all) => all[i - 1] === '-e' ? [each.split(/=(.*)/)] : [])
  const volume = `${process.env.TMPDIR}/volume`
  mkdirSync(volume, { recursive: true })
  // without words the image runs its own
  const words = rest.slice(image + 1).map((each) => each.replace(/^\/state\//, `${volume}/`))
  await ours(words.length === 0 ? ['server', '-dev'] : words, Object.fromEntries(given))
}

/** The image's own client, at VAULT_ADDR. */
function vault (words) {
  const { status } = spawnSync(process.execPath, [`${process.env.DOCS_PACKAGE}/dist/command/vault.js`, ...words], { stdio: 'inherit' })
  process.exit(status ?? 1)
}

async function ours (words, environment = {}) {
  const options = { cwd: root, env: { ...process.env, ...FREE, ...environment } }
  if (PASSING.includes(words[0])) {
    process.exit(spawnSync(process.execPath, [CLI, ...words], { ...options, stdio: 'inherit' }).status ?? 1)
  }
  const server = spawn(process.execPath, [CLI, ...words], { ...options, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => server.once('close', resolve))
  let isReady = false
  for await (const line of createInterface({ input: server.stdout })) {
    if (isReady || !line.startsWith('{"event":"ready"')) continue
    isReady = true
    server.kill('SIGTERM')
  }
  const code = await ended
  if (!isReady || code !== 0) fail(`it ended with ${code}, ${isReady ? 'having been' : 'before it was'} ready`)
}
