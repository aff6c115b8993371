// Compares every recorded answer of the real servers with ours: fresh nodes for each scenario, time live.
// `npm run parity [-- SCENARIO …]`
import { execFile } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bundle } from '../../scripts/build.js'
import { startServer } from '../clients/server.js'

const run = promisify(execFile)
const PARITY = fileURLToPath(new URL('../../../shared/parity/', import.meta.url))
const PROFILES = ['vault-1.14', 'openbao-2.5']
const SAME_AT_LEAST = 0.98
// the scenarios mostly wait for elections and promotions, as the real servers made them wait
const AT_ONCE = 4

/** Differences that are understood and intended: profile → scenario → exchange → why. */
const explained = JSON.parse(readFileSync(new URL('expected-differences.json', import.meta.url), 'utf8'))

if (!existsSync(PARITY)) {
  console.log(`parity: skipped, the recordings are not at hand (${PARITY})`)
  console.log('parity: 0 passed, 0 failed')
} else {
  await bundle()
  await compareAll()
}

async function compareAll () {
  const wanted = process.argv.slice(2)
  const scenarios = readdirSync(join(PARITY, 'scenarios')).map((file) => basename(file, '.mjs'))
    .filter((name) => name !== 'steps' && (wanted.length === 0 || wanted.includes(name)))
  // the slow ones first, so that nothing waits for them at the end
  scenarios.sort((a) => a === 'raft-cluster' ? -1 : 1)
  const jobs = scenarios.flatMap((scenario) => PROFILES.map((profile) => ({ profile, scenario })))
  const results = await inTurns(jobs)
  let failed = 0
  let passed = 0
  for (const result of results) {
    const unexplained = report(result)
    failed += unexplained
    passed += result.total - unexplained
  }
  for (const profile of PROFILES) {
    if (enoughAreSame(profile, results.filter((result) => result.profile === profile))) passed++
    else failed++
  }
  console.log(`parity: ${passed} passed, ${failed} failed`)
  process.exitCode = failed > 0 ? 1 : 0
}

async function inTurns (jobs) {
  const results = []
  const worker = async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) results.push(await compare(job))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return results.sort(byProfileAndScenario)
}

function byProfileAndScenario (a, b) {
  if (a.profile === b.profile) return a.scenario.localeCompare(b.scenario)
  return PROFILES.indexOf(a.profile) - PROFILES.indexOf(b.profile)
}

/** One scenario at fresh nodes. */
async function compare ({ profile, scenario }) {
  const recording = join(PARITY, 'recorded', profile, `${scenario}.json`)
  const server = await freshNodes(profile, scenario === 'raft-cluster')
  try {
    const { stdout } = await run(process.execPath, [
      join(PARITY, 'parity.mjs'), 'check', join(PARITY, 'scenarios', `${scenario}.mjs`), recording,
      '--nodes', server.nodes.map((node) => node.url).join(','), '--json'
    ], { maxBuffer: 64e6 }).catch((error) => {
      // it exits 1 where answers differ, and says how; without that it did not work at all
      if (!error.stdout?.includes('{')) throw error
      return error
    })
    return { profile, scenario, faults: server.faults(), ...JSON.parse(stdout.slice(stdout.indexOf('{'))) }
  } catch (error) {
    const total = JSON.parse(readFileSync(recording, 'utf8')).exchanges.filter((exchange) => !exchange.fault).length
    const failures = [[`the player: ${error.message}`, []]]
    return { profile, scenario, faults: server.faults(), total, status: 0, exact: 0, failures, broken: true }
  } finally {
    await server.stop()
  }
}

/** @param inOrder whether their addresses must sort as the nodes do: `sys/ha-status` shows it, and the recorded did */
async function freshNodes (profile, inOrder) {
  for (;;) {
    const server = await startServer([
      '--uninitialized', '--nodes', '3', '--profile', profile, '--edition', 'ce', '--time', 'live', '--no-nomad'
    ])
    const ports = server.nodes.map((node) => Number(new URL(node.url).port))
    // a node's cluster address is its port plus one: it must not read like another node's API address
    const sorted = ports.every((port, i) => i === 0 || String(ports[i - 1]) < String(port))
    if (!ports.some((port) => ports.includes(port + 1)) && (sorted || !inOrder)) return server
    await server.stop()
  }
}

/** Prints what differs and returns how many exchanges count as failed. */
function report ({ profile, scenario, total, exact, failures, faults, broken }) {
  const reasons = explained[profile]?.[scenario] ?? {}
  const unexplained = failures.filter(([id]) => reasons[id] === undefined)
  const where = `${profile} ${scenario}`
  for (const [id, differences] of unexplained) {
    console.log(`not ok ${where}: ${id}`)
    for (const line of differences.slice(0, 4)) console.log(`    ${line}`)
  }
  for (const [id] of failures) if (reasons[id] !== undefined) console.log(`explained ${where}: ${id}: ${reasons[id]}`)
  const solved = Object.keys(reasons).filter((id) => !failures.some(([failed]) => failed === id))
  for (const id of solved) console.log(`# ${where}: ${id}: no difference any more`)
  for (const line of faults) console.log(`not ok ${where}: the server logged ${line}`)
  const explainedCount = failures.length - unexplained.length
  const differences = `${explainedCount} differences explained, ${unexplained.length} not`
  console.log(`${where}: ${total} exchanges, ${exact} the same, ${differences}`)
  return broken ? total : unexplained.length + (faults.length > 0 ? 1 : 0)
}

function enoughAreSame (profile, results) {
  const total = results.reduce((sum, result) => sum + result.total, 0)
  const exact = results.reduce((sum, result) => sum + result.exact, 0)
  const share = total === 0 ? 1 : exact / total
  const isEnough = share >= SAME_AT_LEAST
  const figures = `${exact} of ${total} exchanges the same, ${(100 * share).toFixed(1)} %`
  console.log(`${isEnough ? 'ok' : 'not ok'} ${profile}: ${figures}; at least ${100 * SAME_AT_LEAST} % wanted`)
  return isEnough
}
