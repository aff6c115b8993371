// The text form of Prometheus, as its sink in go-metrics names things (`prometheus.go`).
import type { Node } from '../../../cluster/node.js'
import type { Labels } from '../../../telemetry/catalogue.js'
import { gaugesOf } from './gauges.js'
import { shownBy, type Shown } from './shown.js'

const QUANTILES = [0.5, 0.9, 0.99]

/** Lines of one name, with the type of it. */
interface Family { readonly type: string, readonly lines: string[] }

export function renderPrometheus (node: Node): string {
  const families = new Map<string, Family>()
  const add = (name: string, type: string, ...lines: string[]): void => {
    const family = families.get(name) ?? { type, lines: [] }
    family.lines.push(...lines)
    families.set(name, family)
  }
  for (const { name, value, labels } of gaugesOf(node)) {
    add(nameOf(name), 'gauge', `${nameOf(name)}${labelsOf(labels)} ${numberText(value)}`)
  }
  for (const shown of shownBy(node)) add(nameOf(shown.name), shown.kind, ...linesOf(shown))
  const sorted = [...families].sort(([a], [b]) => a < b ? -1 : 1)
  return sorted.map(([name, { type, lines }]) => {
    return [`# HELP ${name} ${name}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n')
  }).join('')
}

function linesOf (shown: Shown): string[] {
  const { labels, count, sum } = shown
  const name = nameOf(shown.name)
  if (shown.kind === 'counter') return [`${name}${labelsOf(labels)} ${numberText(sum)}`]
  return [
    ...QUANTILES.map((quantile) => {
      return `${name}${labelsOf(labels, `quantile="${quantile}"`)} ${numberText(shown.quantile(quantile))}`
    }),
    `${name}_sum${labelsOf(labels)} ${numberText(sum)}`,
    `${name}_count${labelsOf(labels)} ${count}`
  ]
}

function nameOf (name: string): string {
  return name.replace(/[^\w:]/g, '_')
}

/** Go and Prometheus read the same numbers; only the infinite ones are written otherwise here. */
function numberText (value: number): string {
  return Number.isFinite(value) || Number.isNaN(value) ? String(value) : value > 0 ? '+Inf' : '-Inf'
}

/** @param last stands behind those that are sorted by name */
function labelsOf (labels: Labels, ...last: string[]): string {
  const names = Object.keys(labels).sort()
  const pairs = [...names.map((name) => `${nameOf(name)}="${escaped(labels[name] ?? '')}"`), ...last]
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escaped (value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
