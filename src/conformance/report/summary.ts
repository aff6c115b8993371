// The report on a terminal: what differs, then a line for each tier.
import { tierTitle } from '../library.js'
import { totalOf, type Report, type TierResult } from '../suite.js'
import { figuresOf, type Judged, type ScenarioResult } from '../verdict.js'

const MOST_REASONS = 3

/** One scenario, when it is there; nothing where nothing of it was played: the summary says why. */
export function scenarioLines ({ name, tier, exchanges }: ScenarioResult): string {
  if (exchanges.every(({ verdict }) => verdict === 'not played')) return ''
  const title = `${tierTitle(tier)}: ${name}`
  const { total, same, different, notOffered, notPlayed: left } = figuresOf(exchanges)
  const rest = [[different, 'different'], [notOffered, 'not offered'], [left, 'not played']] as const
  const more = rest.flatMap(([count, words]) => count > 0 ? [`, ${count} ${words}`] : []).join('')
  const differing = exchanges.filter(({ verdict }) => verdict === 'different').map(differingLines)
  return [...differing, `${different > 0 ? '✗' : '✓'} ${title}: ${same} of ${total} the same${more}`, ''].join('\n')
}

function differingLines ({ id, reasons }: Judged): string {
  const more = reasons.length > MOST_REASONS ? [`    … and ${reasons.length - MOST_REASONS} more`] : []
  return [`  ✗ ${id}`, ...reasons.slice(0, MOST_REASONS).map((reason) => `    ${reason}`), ...more].join('\n')
}

/** The figures of every tier. */
export function summaryOf (report: Report): string {
  const { servers, version, profile, tiers } = report
  const rows = [...tiers.map(rowOf), ['together', ...figureCells(totalOf(tiers))]]
  const table = aligned([['', 'answers', 'the same', 'different', 'not offered', 'not played'], ...rows])
  const notes = tiers.flatMap(({ tier, note }) => note === undefined ? [] : [`${tierTitle(tier)}: ${note}`])
  const title = `${servers.join(', ')} (${version}), compared with ${profile}`
  return ['', title, '', ...table, ...section('Not played:', notPlayedLines(tiers)), ...section('Note:', notes), ''].join('\n')
}

function section (title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]
}

/** Reason by reason, the scenarios that it keeps from being played, wholly or in part. */
function notPlayedLines (tiers: readonly TierResult[]): string[] {
  const names = new Map<string, Set<string>>()
  for (const { name, notPlayed, exchanges } of tiers.flatMap(({ scenarios }) => scenarios)) {
    const left = exchanges.filter(({ verdict }) => verdict === 'not played').flatMap(({ reasons }) => reasons)
    for (const reason of [...left, ...(notPlayed === undefined ? [] : [notPlayed])]) {
      names.set(reason, (names.get(reason) ?? new Set<string>()).add(name))
    }
  }
  return [...names].map(([reason, those]) => `${reason}: ${[...those].join(', ')}`)
}

function rowOf ({ tier, figures }: TierResult): string[] {
  return [tierTitle(tier), ...figureCells(figures)]
}

function figureCells ({ total, same, different, notOffered, notPlayed }: TierResult['figures']): string[] {
  return [total, same, different, notOffered, notPlayed].map(String)
}

/** Names to the left, figures to the right. */
function aligned (rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => row.map((cell, column) => {
    const width = widths[column] ?? 0
    return column === 0 ? cell.padEnd(width) : cell.padStart(width)
  }).join('  ').trimEnd())
}
