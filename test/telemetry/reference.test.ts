// docs/telemetry.md lists just what is there: the same as the catalogue, and each of it can be seen on some node.
import t from 'tap'
import { readFileSync } from 'node:fs'
import { metricsAnswer } from '../../src/backends/system/metrics/answer.js'
import type { Node } from '../../src/cluster/node.js'
import { catalogue, pages, type Metric } from '../../src/telemetry/catalogue.js'
import { fourClustersAtWork } from './four-clusters-at-work.js'

const ROW = /^\| `([^`]+)` \| (\w+) \| ([^|]+) \| ([^|]*) \| (\w*) ?\| (.+) \|$/
const HEADING = /^### \[([\w-]+)\]\(https:\/\/developer\.hashicorp\.com\/vault\/docs\/internals\/telemetry\/metrics\/([\w-]+)\)$/

t.test('the reference has every metric below its page, and no other', async (t) => {
  const text = readFileSync(new URL('../../docs/telemetry.md', import.meta.url), 'utf8')
  const listed: Record<string, Record<string, Metric>> = {}
  let page = ''
  for (const line of text.slice(text.indexOf('<!-- metrics -->')).split('\n')) {
    const heading = HEADING.exec(line)
    if (heading !== null) {
      page = heading[1] ?? ''
      t.equal(heading[2], page, 'the heading leads there')
    }
    const [, name = '', kind, unit, labels = '', edition, meaning = ''] = ROW.exec(line) ?? []
    if (name === '') continue
    listed[page] = {
      ...listed[page],
      [name]: {
        kind: kind as Metric['kind'],
        unit: unit ?? '',
        meaning,
        ...(labels.trim() === '' ? {} : { labels: labels.trim().split(', ') }),
        ...(edition === 'ent' ? { enterprise: true } : {})
      }
    }
  }
  t.same(listed, pages)
})

t.test('every metric is there where what it tells has happened, and no other is', async (t) => {
  const { nodes, look } = await fourClustersAtWork(t)
  const seen = new Map<string, string[]>()
  await look(() => {
    for (const node of nodes()) for (const [name, labels] of shownBy(node)) seen.set(name, labels)
  })
  const names = Object.keys(catalogue)
  const isSeen = (name: string): boolean => [...seen.keys()].some((shown) => patternOf(name).test(shown))
  t.same(names.filter((name) => !isSeen(name)), [], 'listed, but never seen')
  for (const [shown, labels] of seen) {
    const [, metric] = Object.entries(catalogue).find(([name]) => patternOf(name).test(shown)) ?? []
    t.ok(metric, `${shown} is listed`)
    t.same(labels, [...metric?.labels ?? []].sort(), `labels of ${shown}`)
  }
})

function answerOf (node: Node): string {
  return String(metricsAnswer(node, 'prometheus').body)
}

/** Names with their labels, as the first line of each has them. */
function shownBy (node: Node): [string, string[]][] {
  return [...answerOf(node).matchAll(/^# TYPE (\S+) .*\n\w+(?:\{(.*)\})? /gm)].map(([, name = '', pairs = '']) => {
    const labels = [...pairs.matchAll(/(\w+)="/g)].map(([, label = '']) => label)
    return [name, labels.filter((label) => label !== 'quantile')]
  })
}

/** A metric's name as Prometheus shows it; a placeholder stands for anything. */
function patternOf (name: string): RegExp {
  return new RegExp(`^${name.split(/<\w+>/).map((part) => part.replace(/[^\w:]/g, '_')).join('\\w+')}$`)
}
