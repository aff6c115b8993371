// The report as JUnit's XML: a suite for each scenario, a case for each exchange.
import { tierTitle } from '../library.js'
import type { Report } from '../suite.js'
import { figuresOf, type Judged, type ScenarioResult } from '../verdict.js'

export function junitReport ({ tiers, profile }: Report): string {
  const suites = tiers.flatMap(({ scenarios }) => scenarios)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escaped(`conformance with ${profile}`)}">`,
    ...suites.flatMap(suiteLines),
    '</testsuites>', ''
  ].join('\n')
}

function suiteLines (scenario: ScenarioResult): string[] {
  const { total, different, notOffered, notPlayed } = figuresOf(scenario.exchanges)
  const name = escaped(`${tierTitle(scenario.tier)}: ${scenario.name}`)
  const counts = `tests="${total}" failures="${different}" skipped="${notOffered + notPlayed}"`
  return [
    `  <testsuite name="${name}" ${counts} errors="0">`,
    ...scenario.exchanges.flatMap((exchange) => caseLines(exchange, name)),
    '  </testsuite>'
  ]
}

function caseLines ({ id, verdict, wanted, got, reasons }: Judged, suite: string): string[] {
  const head = `    <testcase classname="${suite}" name="${escaped(id)}"`
  if (verdict === 'same') return [`${head}/>`]
  if (verdict !== 'different') {
    return [`${head}>`, `      <skipped message="${escaped([verdict, ...reasons].join(': '))}"/>`, '    </testcase>']
  }
  const both = JSON.stringify({ wanted, got }, null, 2)
  return [
    `${head}>`,
    `      <failure message="${escaped(reasons[0] ?? '')}">${escaped([...reasons, both].join('\n'))}</failure>`,
    '    </testcase>'
  ]
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** XML 1.0 cannot hold most control characters, not even escaped. */
function escaped (text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, '\ufffd').replace(/[&<>"]/g, (mark) => ENTITIES[mark] ?? mark)
}
