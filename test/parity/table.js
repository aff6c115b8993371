// The table of the README's section "Conformance": what the last run came to, tier by tier, profile by profile.
import { readFile, writeFile } from 'node:fs/promises'
import { TIERS, tierTitle } from '../../src/conformance/index.ts'

const README = new URL('../../README.md', import.meta.url)
const TABLE = /(<!-- conformance -->\n)([\s\S]*?)(<!-- end of conformance -->)/
const DATED = /^As of \d{4}-\d\d-\d\d/m
const NOTHING = '–'

/**
 * @param outcomes what came of each scenario with each profile
 * @param sources profile → the server that its recordings were made of
 */
export function tableOf (outcomes, sources, date) {
  const profiles = [...sources.keys()]
  const of = (tier, profile) => outcomes.filter((each) => each.tier === tier && each.profile === profile)
  const rows = TIERS.map((tier) => [tierTitle(tier), ...profiles.map((profile) => cell(tier, of(tier, profile)))])
  return [
    `As of ${date}:`, '',
    `| | ${profiles.map((profile) => `\`${profile}\`: ${sources.get(profile)}`).join(' | ')} |`,
    `|---|${profiles.map(() => '---|').join('')}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`), ''
  ].join('\n')
}

function cell (tier, outcomes) {
  if (tier === 'replication') return 'no recording yet'
  const compared = outcomes.filter(({ state }) => state === 'compared')
  const parts = [
    [compared, `${sum(compared, 'same')} of ${sum(compared, 'total')} the same`],
    ...['not yet', 'not simulated'].map((state) => {
      const those = outcomes.filter((each) => each.state === state)
      return [those, `${sum(those, 'total')} ${state}`]
    })
  ]
  return parts.flatMap(([those, words]) => those.length > 0 ? [words] : []).join('; ') || NOTHING
}

function sum (outcomes, figure) {
  return outcomes.reduce((total, outcome) => total + outcome.figures[figure], 0)
}

/** Whether the README says the same, whatever its date. */
export async function isInReadme (table) {
  const [, , shown = ''] = TABLE.exec(await readFile(README, 'utf8')) ?? []
  return shown.replace(DATED, '').trim() === table.replace(DATED, '').trim()
}

export async function writeIntoReadme (table) {
  const readme = await readFile(README, 'utf8')
  await writeFile(README, readme.replace(TABLE, (_all, start, _old, end) => start + table + end))
}
