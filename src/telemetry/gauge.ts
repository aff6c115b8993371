// A gauge: what is told when somebody asks.
import type { Labels, MetricName } from './catalogue.js'

export interface Gauge {
  readonly name: MetricName
  readonly value: number
  readonly labels: Labels
}

export function gauge (name: MetricName, value: number | boolean, labels: Labels = {}): Gauge {
  return { name, value: Number(value), labels }
}
