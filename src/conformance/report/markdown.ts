// The report as Markdown: the figures, then every difference with both answers.
import { tierTitle } from '../library.js'
import { totalOf, type Report } from '../suite.js'
import type { Figures, Judged, ScenarioResult } from '../verdict.js'

export function markdownReport (report: Report): string {
  const { servers, version, profile, date, tiers } = report
  const notes = tiers.flatMap(({ tier, note }) => note === undefined ? [] : [`${tierTitle(tier)}: ${note}`, ''])
  return [
    '# Conformance',
    '',
    `${servers.join(', ')} (${version}), compared with ${profile}, ${date}`,
    '',
    '| | answers | the same | different | not offered | not played |',
    '|---|---:|---:|---:|---:|---:|',
    ...tiers.map(({ tier, figures }) => row(tierTitle(tier), figures)),
    row('**together**', totalOf(tiers)),
    '',
    ...notes,
    ...tiers.flatMap(({ scenarios }) => scenarios.flatMap(sectionOf))
  ].join('\n').trimEnd() + '\n'
}

function row (title: string, { total, same, different, notOffered, notPlayed }: Figures): string {
  return `| ${[title, total, same, different, notOffered, notPlayed].join(' | ')} |`
}

/** Nothing where all is the same. */
function sectionOf ({ name, tier, notPlayed, exchanges }: ScenarioResult): string[] {
  const title = `## ${tierTitle(tier)}: ${name}`
  if (notPlayed !== undefined) return [title, '', `Not played: ${notPlayed}.`, '']
  const absent = exchanges.filter(({ verdict }) => verdict === 'not offered').map(({ id }) => `- ${id}`)
  const left = exchanges.filter(({ verdict }) => verdict === 'not played').map(({ id, reasons }) => `- ${id}: ${reasons.join('; ')}`)
  const differing = exchanges.filter(({ verdict }) => verdict === 'different').flatMap(differenceOf)
  const sections = [...differing, ...listOf('Not offered', absent), ...listOf('Not played', left)]
  return sections.length === 0 ? [] : [title, '', ...sections]
}

function listOf (title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`### ${title}`, '', ...lines, '']
}

function differenceOf ({ id, request, wanted, got, reasons }: Judged): string[] {
  return [
    `### ${id}`, '',
    ...(request === undefined ? [] : [`\`${request.method} ${request.path}\``, '']),
    ...reasons.map((reason) => `- ${reason.replaceAll('<', '&lt;')}`), '',
    ...block('Expected', wanted), ...block('Got', got)
  ]
}

function block (title: string, value: unknown): string[] {
  return value === undefined ? [] : [`${title}:`, '', '```json', JSON.stringify(value, null, 2), '```', '']
}
