// The client conformance set: real clients, each script against servers of its own. `npm run clients [-- o1 o5 …]`
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { bundle } from '../../scripts/build.js'
import { startServer } from './server.js'
import {
  prepareAnsible, prepareConsulTemplate, prepareGo, prepareHvacSuite, preparePython, prepareSpring, prepareVault
} from './toolchains.js'

const here = fileURLToPath(new URL('.', import.meta.url))
const node = (file, ...args) => () => ({ command: process.execPath, args: [file, ...args] })
const QUICK = ['--no-nomad', '--time', 'auto']
// a server that was removed comes back within a minute; the scripts must see it missing before that
const NOMAD = { main: ['--time-scale', '20'], acl: ['--nomad-acl'] }
// the helpers count nodes that seal themselves, and that takes time
const REPLICA = ['--no-nomad', '--nodes', '3', '--performance-standbys']
// what renews leases does so in seconds of its own
const LIVE = ['--no-nomad', '--outside', 'anything']
const FRESH = [...QUICK, '--uninitialized']

/** What each script needs; `servers` are started for it, by name, and stopped after it. */
const SCRIPTS = [
  {
    id: 'o1-raft',
    prepare: node('o1-raft.js'),
    servers: {
      main: [...FRESH, '--nodes', '3', '--node-ids', 'raft_node_0,raft_node_1,raft_node_2'],
      sample: [...QUICK, '--fixture', 'documented'],
      highAvailability: [...FRESH, '--raft', 'ha_storage']
    }
  },
  { id: 'o1-story', prepare: node('o1-story.js'), servers: { main: [...FRESH, '--nodes', '3'] } },
  { id: 'o1-replication', prepare: node('o1-replication.js'), servers: { main: QUICK, secondary: QUICK } },
  { id: 'o1-nomad', prepare: node('o1-nomad.js'), servers: { main: ['--fixture', 'nomad-documented'] } },
  { id: 'o2', prepare: node('o2-sockets.js'), servers: { main: [...QUICK, '--nodes', '2'] } },
  { id: 'o3', prepare: node('o3-node-vault.js'), servers: { main: FRESH } },
  { id: 'o3-core', prepare: node('o3-node-vault-core.js'), servers: { main: QUICK } },
  { id: 'o4', prepare: node('o4-javascript.js'), servers: { main: QUICK, fresh: FRESH } },
  { id: 'o4-core', prepare: node('o4-javascript-core.js'), servers: { main: QUICK } },
  { id: 'o5', prepare: () => preparePython('o5_hvac.py'), servers: { main: [...FRESH, '--nodes', '2'] } },
  { id: 'o5-core', prepare: () => preparePython('o5_hvac_core.py'), servers: { main: QUICK } },
  { id: 'o5-outside', prepare: () => preparePython('o5_hvac_outside.py'), servers: { main: QUICK } },
  { id: 'o5-identity', prepare: () => preparePython('o5_hvac_identity.py'), servers: { main: QUICK } },
  { id: 'o5-pki', prepare: () => preparePython('o5_hvac_pki.py'), servers: { main: QUICK } },
  { id: 'o5-story', prepare: () => preparePython('o5_hvac_story.py'), servers: { main: [...FRESH, '--nodes', '3'] } },
  { id: 'o5-credentials', prepare: () => preparePython('o5_hvac_credentials.py'), servers: { main: [...QUICK, '--outside', 'anything'] } },
  { id: 'o6', prepare: () => preparePython('o6_vaultx.py'), servers: { main: [...FRESH, '--nodes', '3'] } },
  { id: 'o7', prepare: () => prepareGo('./o7'), servers: { main: [...FRESH, '--nodes', '2'] } },
  {
    id: 'o7-replication',
    prepare: () => prepareGo('./o7-replication'),
    servers: { main: REPLICA, mainDr: REPLICA, secondary: REPLICA, secondaryDr: REPLICA }
  },
  {
    id: 'o7-debug',
    prepare: () => prepareGo('./o7-debug'),
    servers: {
      main: [...QUICK, '--nodes', '3'],
      reading: [...QUICK, '--nodes', '3', '--performance-standbys'],
      secondary: [...QUICK, '--fixture', 'performance-secondary'],
      drSecondary: [...QUICK, '--fixture', 'dr-secondary'],
      sealed: [...QUICK, '--fixture', 'sealed'],
      openDr: [...QUICK, '--fixture', 'dr-secondary', '--unauthenticated-metrics-access'],
      openSealed: [...QUICK, '--fixture', 'sealed', '--unauthenticated-metrics-access']
    }
  },
  { id: 'o7-core', prepare: () => prepareGo('./o7-core'), servers: { main: QUICK } },
  { id: 'o7-story', prepare: () => prepareGo('./o7-story'), servers: { main: [...FRESH, '--nodes', '3'] } },
  { id: 'o8-go', prepare: () => prepareGo('./o8'), servers: NOMAD },
  { id: 'o8-python', prepare: () => preparePython('o8_nomad.py'), servers: NOMAD },
  { id: 'o9', prepare: () => prepareGo('./o9'), servers: { main: QUICK, fresh: FRESH } },
  { id: 'o10', prepare: () => prepareConsulTemplate('o10-consul-template.js'), servers: { main: ['--no-nomad'] } },
  { id: 'o11', prepare: () => prepareAnsible('o11_ansible.py'), servers: { main: ['--no-nomad', '--profile', 'vault-1.21'] } },
  { id: 'o12', prepare: () => prepareSpring('o12/Story.java'), servers: { main: ['--no-nomad', '--profile', 'vault-1.21'] } },
  { id: 'o13-hvac', prepare: () => preparePython('o13_transit_hvac.py'), servers: { main: QUICK } },
  { id: 'o13-node-vault', prepare: node('o13-transit-node-vault.js'), servers: { main: QUICK } },
  { id: 'o14-hvac', prepare: () => preparePython('o14_namespaces_hvac.py'), servers: { main: QUICK, bao: [...QUICK, '--profile', 'openbao-2.5'] } },
  { id: 'o14-node-vault', prepare: node('o14-namespaces-node-vault.js'), servers: { main: QUICK } },
  { id: 'o14-go', prepare: () => prepareGo('./o14'), servers: { main: QUICK } },
  { id: 'o15-leases', prepare: () => prepareConsulTemplate('o15-leases.js'), servers: { main: LIVE } },
  { id: 'o15-agent', prepare: () => prepareVault('o15-agent.js'), servers: { main: LIVE, secure: ['--no-nomad', '--tls'] } },
  { id: 'o16', prepare: () => prepareHvacSuite('o16_hvac_suite.py', 'api/secrets_engines', 'api/auth_methods'), servers: {} },
  // these start servers again and again, and wait for them by the half second
  { id: 'o16-system', byName: true, prepare: () => prepareHvacSuite('o16_hvac_suite.py', 'api/system_backend', 'v1'), servers: {} }
]

const wanted = process.argv.slice(2)
const isWanted = ({ id }) => wanted.some((name) => id === name || id.startsWith(`${name}-`))
const chosen = wanted.length === 0 ? SCRIPTS.filter(({ byName }) => byName !== true) : SCRIPTS.filter(isWanted)
const total = { passed: 0, failed: 0, skipped: 0 }

await bundle()
for (const script of chosen) await runScript(script)
console.log(`clients: ${total.passed} passed, ${total.failed} failed, ${total.skipped} scripts skipped`)
process.exitCode = total.failed > 0 ? 1 : 0

async function runScript ({ id, prepare, servers }) {
  console.log(`\n== ${id}`)
  const program = await prepare()
  if (program.missing !== undefined) {
    total.skipped++
    console.log(`skipped: ${program.missing}`)
    return
  }
  const started = {}
  try {
    for (const [name, flags] of Object.entries(servers)) started[name] = await startServer(flags)
    await runProgram(program, started)
    for (const [name, server] of Object.entries(started)) judgeLog(name, server)
  } catch (error) {
    count(false, `${id} runs: ${error.message}`)
  } finally {
    for (const [name, server] of Object.entries(started)) {
      count(await server.stop() === 0, `server ${name} stops with exit code 0`)
    }
  }
}

/** Runs one client program; its `ok` and `not ok` lines count, and so does a missing end. */
async function runProgram ({ command, args, env }, started) {
  const environment = { ...cleanEnvironment(), ...env, VAULT_MOCK_SERVERS: JSON.stringify(started) }
  const child = spawn(command, args, { cwd: here, stdio: ['ignore', 'pipe', 'inherit'], env: environment })
  const exit = new Promise((resolve, reject) => child.on('close', resolve).on('error', reject))
  let finished = false
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line)
    if (line.startsWith('ok ')) total.passed++
    if (line.startsWith('not ok ')) total.failed++
    if (/^# \d+ passed, \d+ failed$/.test(line)) finished = true
  }
  await exit
  if (!finished) count(false, 'the script comes to its end')
}

function judgeLog (name, server) {
  const faults = server.faults()
  const shown = faults.length > 0 ? `: ${faults.slice(0, 5).join(' ⏎ ')}` : ''
  count(faults.length === 0, `server ${name} logged no fault${shown}`)
}

function count (good, what) {
  if (good) total.passed++
  else total.failed++
  console.log(`${good ? 'ok' : 'not ok'} ${what}`)
}

/** Settings of the caller's own Vault must not leak into the clients. */
function cleanEnvironment () {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VAULT|BAO|NOMAD)_/.test(name)))
}
