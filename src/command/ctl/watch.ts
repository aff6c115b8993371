// `ctl watch`: what happens as it happens; `ctl top`: how the nodes stand, again and again.
import type { Overview } from '../../control/overview.js'
import { sleepWallMs } from '../../sim/wall-clock.js'
import { refusalIn } from './description.js'
import type { Link } from './link.js'
import { columns } from './tables.js'
import { queryOf, type Request } from './words.js'

type Print = (text: string) => void

/**
 * Prints events and requests until the server ends.
 *
 * @returns the exit code
 */
export async function watch (link: Link, { fields, json }: Request, print: Print): Promise<number> {
  const asked = fields.some(({ name }) => name === 'requests') ? fields : [...fields, { name: 'requests', text: 'true' }]
  const answer = await link.open('GET', `/_mock/events/stream${queryOf(asked)}`)
  let rest = ''
  for await (const chunk of answer.setEncoding('utf8')) {
    const blocks = (rest + String(chunk)).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) print(json ? jsonLine(block) : lineOf(block))
  }
  if (answer.statusCode === 200) return 0
  print(`${refusalIn(rest) ?? `the controls answered ${answer.statusCode}`}\n`)
  return 1
}

interface Told {
  readonly name: string
  readonly data: Readonly<Record<string, unknown>>
}

function told (block: string): Told | undefined {
  const name = /^event: (.*)$/m.exec(block)?.[1]
  const data = /^data: (.*)$/m.exec(block)?.[1]
  return name === undefined || data === undefined ? undefined : { name, data: JSON.parse(data) }
}

function jsonLine (block: string): string {
  const found = told(block)
  return found === undefined || found.name === 'hello' ? '' : `${JSON.stringify({ type: found.name, ...found.data })}\n`
}

function lineOf (block: string): string {
  const found = told(block)
  if (found === undefined) return ''
  const { name, data } = found
  const text = (member: string): string => data[member] == null ? '' : String(data[member])
  if (name === 'dropped') return `… ${text('count')} more, too fast to be told\n`
  if (name === 'event') {
    const at = new Date(Number(data.atMs)).toISOString()
    return `${at}  ${text('kind').padEnd(18)} ${[text('cluster'), text('node')].filter((part) => part !== '').join('/')} ${text('detail')}`.trimEnd() + '\n'
  }
  if (name !== 'request') return ''
  return `${text('at').slice(0, 23)}Z  ${text('method').padEnd(18)} ${text('url')} ${text('status')} ${text('durationMs')} ms at ${text('node')}\n`
}

const LOOK_EVERY_MS = 1000
const CLEAR = '\u001b[H\u001b[2J'

/**
 * Prints how the nodes stand: once into a pipe, on a terminal every second.
 *
 * @returns the exit code
 */
export async function top (link: Link, { json }: Request, print: Print, isTerminal: boolean): Promise<number> {
  for (;;) {
    const { status, text } = await link.send('GET', '/_mock/overview')
    if (status !== 200) {
      print(`${refusalIn(text) ?? `the controls answered ${status}`}\n`)
      return 1
    }
    print(`${isTerminal && !json ? CLEAR : ''}${json ? text : standOf(JSON.parse(text))}`)
    if (json && !text.endsWith('\n')) print('\n')
    if (!isTerminal || json) return 0
    await sleepWallMs(LOOK_EVERY_MS)
  }
}

type Seen = Overview & { readonly time: { readonly nowMs: number, readonly mode: string } }

function standOf ({ time, clusters, replication }: Seen): string {
  const nodes = clusters.flatMap((cluster) => cluster.nodes.map((node) => [
    node.cluster,
    node.id,
    node.process !== 'running' ? node.process : !node.initialized ? 'uninitialized' : node.sealed ? 'sealed' : node.active ? 'leader' : 'standby',
    node.suffrage,
    String(node.term),
    String(node.appliedIndex),
    String(node.commitIndex),
    String(Math.max(0, cluster.lastIndex - node.appliedIndex)),
    node.lastContactMs === null ? '-' : `${node.lastContactMs} ms`
  ]))
  const head = ['CLUSTER', 'NODE', 'ROLE', 'SUFFRAGE', 'TERM', 'APPLIED', 'COMMITTED', 'LAG', 'LAST CONTACT']
  const arrows = replication.map(({ kind, from, to, state = '-', connected, lag }) => [
    kind, from, to, connected ? state : `${state}, not connected`, lag === null ? '-' : String(lag)
  ])
  const links = arrows.length === 0 ? '' : `\n${columns([['REPLICATION', 'PRIMARY', 'SECONDARY', 'STATE', 'LAG'], ...arrows])}`
  return `${new Date(time.nowMs).toISOString()}  time is ${time.mode}\n\n${columns([head, ...nodes])}${links}`
}
