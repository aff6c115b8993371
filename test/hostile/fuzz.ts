// Hostile requests of every kind at a server in a process of its own: `npm run fuzz -- --minutes N --seed S`
//
// First every entry of the corpus, then rounds of made-up cases until time is up. Case i of an attack is the same for
// the same seed, whatever came before; a failing one is shrunk and printed so that `--replay` plays it again.
import { parseArgs } from 'node:util'
import { bundle } from '../../scripts/build.js'
import { playCorpus } from './corpus.js'
import { replay } from './replay.js'
import { Report } from './report.js'
import { ATTACKS, playRounds } from './rounds.js'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    /** one attack, or `corpus` */
    only: { type: 'string' },
    /** a case as it was printed */
    replay: { type: 'string' },
    /** CPU time that a request may take while all others wait */
    'held-ms': { type: 'string', default: '4000' }
  }
})

await bundle()
const report = new Report()
const heldMs = Number(values['held-ms'])
if (values.replay !== undefined) {
  await replay(values.replay, heldMs, report)
} else {
  console.log(`fuzz: seed ${values.seed}, ${values.minutes} minutes`)
  const { only } = values
  const isAttack = only !== undefined && only in ATTACKS
  if (!isAttack) await playCorpus(report, heldMs, only?.replace(/^corpus\/?/, ''))
  if (isAttack || only === undefined) {
    const until = performance.now() + Number(values.minutes) * 60_000
    await playRounds({ seed: Number(values.seed), until, heldMs, only }, report)
  }
}
process.exitCode = report.end()
