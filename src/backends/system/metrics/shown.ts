// Counters and summaries of a node as the formats show them: what was measured, and what happens by the clock.
import type { Node } from '../../../cluster/node.js'
import { noteStorageWork } from '../../../cluster/cluster-telemetry.js'
import { catalogue, type Labels, type Metric } from '../../../telemetry/catalogue.js'
import { Aggregate, INTERVAL_MS, intervalOf } from '../../../telemetry/measure.js'
import { keyOf, type NamedMeasure } from '../../../telemetry/telemetry.js'
import { rhythmsOf, type Rhythm } from './rhythms.js'

/** One of them. */
export interface Shown {
  readonly key: string
  readonly kind: 'counter' | 'summary'
  readonly name: string
  readonly labels: Labels
  /** since the process began */
  readonly count: number
  readonly sum: number
  /** of the interval that JSON shows; undefined: nothing was seen in it */
  readonly aggregate: Aggregate | undefined
  readonly quantile: (fraction: number) => number
}

/** In the order of go-metrics: by name and labels. */
export function shownBy (node: Node): Shown[] {
  noteStorageWork(node)
  const { cluster } = node
  const measured = node.telemetry.measures.filter(({ name }) => isOfEdition(name, cluster.edition === 'ent'))
  const shown = [...measured.map((one) => ofMeasure(node, one)), ...rhythmsOf(node).map((one) => ofRhythm(node, one))]
  return shown.sort((a, b) => a.key < b.key ? -1 : 1)
}

/** A name with something put into its placeholder is in the catalogue under another, and of every edition. */
function isOfEdition (name: string, isEnterprise: boolean): boolean {
  const known: Readonly<Record<string, Metric>> = catalogue
  return isEnterprise || known[name]?.enterprise !== true
}

function ofMeasure ({ telemetry, cluster }: Node, { kind, name, labels, measure }: NamedMeasure): Shown {
  const { nowMs } = cluster.timeline
  return {
    key: keyOf(name, labels),
    kind,
    name,
    labels,
    count: measure.count,
    sum: measure.sum,
    aggregate: measure.within(telemetry.shownInterval),
    quantile: (fraction) => measure.quantile(fraction, nowMs)
  }
}

/** Beats are counted by the clock, at whole multiples of the period. */
function ofRhythm (
  { telemetry, cluster }: Node, { name, labels = {}, periodMs, sinceMs, value }: Rhythm
): Shown {
  const beginsMs = Math.max(sinceMs, telemetry.sinceMs)
  const beats = (fromMs: number, toMs: number): number => {
    return Math.max(0, Math.floor(toMs / periodMs) - Math.floor(Math.max(fromMs, beginsMs) / periodMs))
  }
  const { nowMs } = cluster.timeline
  const count = beats(beginsMs, nowMs)
  const interval = telemetry.shownInterval
  const beginMs = interval * INTERVAL_MS
  const endMs = intervalOf(nowMs) === interval ? nowMs : beginMs + INTERVAL_MS
  return {
    key: keyOf(name, labels),
    kind: 'summary',
    name,
    labels,
    count,
    sum: count * value,
    aggregate: aggregateOf(beats(beginMs, endMs), value),
    quantile: () => count === 0 ? NaN : value
  }
}

function aggregateOf (count: number, value: number): Aggregate | undefined {
  if (count === 0) return undefined
  const aggregate = new Aggregate()
  aggregate.count = count
  aggregate.sum = count * value
  aggregate.sumOfSquares = count * value * value
  aggregate.min = aggregate.max = value
  return aggregate
}
