// Short ways to write a table of metrics.
import type { Metric } from '../catalogue.js'

type Rest = Pick<Metric, 'labels' | 'enterprise'>

export function gauge (unit: string, meaning: string, rest: Rest = {}): Metric {
  return { kind: 'gauge', unit, meaning, ...rest }
}

export function counter (unit: string, meaning: string, rest: Rest = {}): Metric {
  return { kind: 'counter', unit, meaning, ...rest }
}

export function summary (unit: string, meaning: string, rest: Rest = {}): Metric {
  return { kind: 'summary', unit, meaning, ...rest }
}
