// Compares every recorded answer, and what the documents state, with ours: fresh nodes for each scenario, time live.
// `npm run parity [-- SCENARIO …]`; `--write-table` puts the figures into the README.
import { readFile } from 'node:fs/promises'
import { bundle } from '../../scripts/build.js'
import {
  figuresOf, loadRecordings, loadScenarios, playScenario, statementsIn, today
} from '../../src/conformance/index.ts'
import { compareWithOriginals } from './copies.js'
import { existing, serversFor } from './servers.js'
import { isInReadme, tableOf, writeIntoReadme } from './table.js'

const DOCUMENTED = 'documented'
// the scenarios mostly wait for elections and promotions, as the real servers made them wait
const AT_ONCE = 4
const MOST_REASONS = 4
/** What is meant, what is not answered yet, and which engines are not there: see conformance/README.md. */
const expectations = JSON.parse(await readFile(new URL('../../conformance/expectations.json', import.meta.url), 'utf8'))

const flags = process.argv.slice(2).filter((word) => word.startsWith('--'))
const names = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const count = { passed: 0, failed: 0 }

function check (good, what) {
  if (good) count.passed++
  else count.failed++
  if (!good) console.log(`not ok ${what}`)
}

const recordings = await loadRecordings()
const scenarios = await loadScenarios()
const unknown = names.filter((name) => !scenarios.some((scenario) => scenario.name === name))
if (unknown.length > 0) {
  console.log(`there is no scenario ${unknown.join(', ')}`)
  process.exitCode = 2
} else {
  await bundle()
  const outcomes = await inTurns(jobs())
  for (const outcome of outcomes) report(outcome)
  // a narrowed run has neither the figures of all nor a reason to look at what it leaves out
  if (names.length === 0) await checkTheWhole(outcomes)
  console.log(`parity: ${count.passed} passed, ${count.failed} failed`)
  process.exitCode = count.failed > 0 ? 1 : 0
}

/** Each recording with its profile, each document with the profile that follows it; the slow ones first. */
function jobs () {
  const wanted = scenarios.filter(({ name }) => names.length === 0 || names.includes(name))
  const recorded = [...recordings].flatMap(([profile, those]) => wanted.flatMap((scenario) => {
    const recording = those.get(scenario.name)
    return recording === undefined ? [] : [{ profile, scenario, recording, state: stateOf(profile, scenario.name) }]
  }))
  const stated = wanted.filter((scenario) => statementsIn(scenario).length > 0)
    .map((scenario) => ({ profile: DOCUMENTED, scenario, state: 'compared' }))
  return [...recorded, ...stated].sort((a, b) => (b.scenario.nodes ?? 1) - (a.scenario.nodes ?? 1))
}

function stateOf (profile, name) {
  if (expectations.notSimulated[name] !== undefined) return 'not simulated'
  return expectations.notYet[profile]?.includes(name) ? 'not yet' : 'compared'
}

async function inTurns (all) {
  const waiting = [...all]
  const outcomes = []
  const worker = async () => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) outcomes.push(await outcomeOf(job))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  const order = ({ profile, tier, name }) => `${profile} ${tier} ${name}`
  return outcomes.sort((a, b) => order(a) < order(b) ? -1 : 1)
}

async function outcomeOf ({ profile, scenario, recording, state }) {
  const outcome = { profile, tier: scenario.tier, name: scenario.name, state, faults: [] }
  if (state === 'not simulated') {
    return { ...outcome, exchanges: [], figures: { total: recording.exchanges.length, same: 0 } }
  }
  const servers = await serversFor(scenario, profile)
  try {
    const { exchanges } = await playScenario(scenario, recording, servers.stage)
    return { ...outcome, exchanges, figures: figuresOf(exchanges), faults: servers.faults() }
  } finally {
    await servers.stop()
  }
}

function report (outcome) {
  const { profile, name, state, figures, exchanges, faults } = outcome
  const title = `${profile} ${name}`
  if (state === 'not simulated') {
    return console.log(`not simulated: ${title}: ${figures.total} exchanges are not compared`)
  }
  for (const line of faults) check(false, `${title}: the server logged ${line}`)
  if (state === 'not yet') return reportNotYet(title, figures)
  const explained = expectations.differences[profile]?.[name] ?? {}
  for (const exchange of exchanges) reportExchange(title, exchange, explained[exchange.id])
  console.log(`${title}: ${figures.same} of ${figures.total} the same`)
}

/** Once all is the same it is expected no more. */
function reportNotYet (title, { same, total }) {
  console.log(`not yet: ${title}: ${same} of ${total} the same`)
  check(same < total, `${title} is answered now: take it off "notYet" in conformance/expectations.json`)
}

function reportExchange (title, { id, verdict, reasons }, explanation) {
  const same = verdict === 'same'
  if (explanation !== undefined) {
    if (!same) console.log(`explained: ${title}: ${id}: ${explanation}`)
    return check(!same, `${title}: ${id}: there is no difference any more: take it off conformance/expectations.json`)
  }
  check(same, [`${title}: ${id}`, ...reasons.slice(0, MOST_REASONS).map((reason) => `    ${reason}`)].join('\n'))
}

/** What no single scenario can say: that nothing was forgotten, and that README and copies are true. */
async function checkTheWhole (outcomes) {
  checkExpectations()
  for (const profile of recordings.keys()) {
    const paths = await existing(Object.values(expectations.notSimulated).flat(), profile)
    const found = `${profile}: ${paths.join(', ')} can be used now`
    check(paths.length === 0, `${found}: take it off "notSimulated" in conformance/expectations.json`)
  }
  const originals = await compareWithOriginals()
  console.log(`originals beside the project: ${originals === undefined ? 'none' : `${originals.compared} compared`}`)
  for (const name of originals?.different ?? []) check(false, `conformance/ differs from the original of ${name}`)
  await checkTable(outcomes)
}

function checkExpectations () {
  for (const [profile, those] of recordings) {
    for (const name of those.keys()) {
      check(scenarios.some((scenario) => scenario.name === name), `${profile}/${name}.json: no such scenario`)
    }
  }
  const { differences, notYet, notSimulated } = expectations
  const named = Object.entries(differences).map(([profile, those]) => [profile, Object.keys(those)])
  const everywhere = [...recordings.keys()].map((profile) => [profile, Object.keys(notSimulated)])
  const expected = [...named, ...Object.entries(notYet), ...everywhere]
    .flatMap(([profile, those]) => those.map((name) => [profile, name]))
  for (const [profile, name] of expected) {
    const there = recordings.get(profile)?.has(name)
    check(there, `conformance/expectations.json names ${profile} ${name}: there is no such recording`)
  }
}

async function checkTable (outcomes) {
  const sources = new Map([[DOCUMENTED, 'the documents'], ...[...recordings].map(([profile, those]) =>
    [profile, [...those.values()][0].source.server])])
  const table = tableOf(outcomes, sources, today())
  if (flags.includes('--write-table')) await writeIntoReadme(table)
  check(await isInReadme(table), 'the README has other figures: npm run conformance-table')
}
