// What happened, and what was asked: events and requests as they come.
import { useSignal } from '@preact/signals'
import type { ShownExchange } from '../control/journal-export.js'
import type { WorldEvent } from '../control/event-log.js'
import { ask, events, requests, type SeenRequest } from './live.js'
import { Plain } from './plain.js'
import { selected } from './selection.js'
import { clock, spaced } from './words.js'

const TONES: Readonly<Record<string, string>> = {
  'leader-elected': 'good',
  unsealed: 'good',
  started: 'good',
  resumed: 'good',
  'link-healed': 'good',
  'server-added': 'good',
  'server-promoted': 'good',
  'leader-lost': 'bad',
  killed: 'bad',
  'link-cut': 'bad',
  sealed: 'bad',
  wiped: 'bad',
  'server-removed': 'bad',
  paused: 'bad'
}

export function Events () {
  const filter = useSignal('')
  const wanted = filter.value.toLowerCase()
  const shown = events.value.filter((event) => textOf(event).includes(wanted)).toReversed()
  return (
    <>
      <div class='filters'>
        <input
          type='search' placeholder='Filter' aria-label='Filter events' value={filter.value}
          onInput={(event) => { filter.value = event.currentTarget.value }}
        />
      </div>
      <div class='scroll'>
        <ol class='log' aria-label='Events, latest first'>
          {shown.map(({ number, atMs, kind, cluster, node, detail }) => (
            <li key={number}>
              <time>{clock(atMs)}</time>
              <span class={`tone ${TONES[kind] ?? ''}`}>{spaced(kind)}</span>
              {node !== undefined && <Plain onClick={() => { choose(`${cluster}/${node}`) }}>{node}</Plain>}
              <span class='detail'>{node === undefined ? cluster : ''} {detail}</span>
            </li>
          ))}
        </ol>
        {shown.length === 0 && <p class='empty'>Nothing has happened yet.</p>}
      </div>
    </>
  )
}

function textOf ({ kind, node = '', cluster = '', detail = '' }: WorldEvent): string {
  return `${spaced(kind)} ${node} ${cluster} ${detail}`.toLowerCase()
}

function choose (name: string): void {
  selected.value = { kind: 'node', name }
}

interface NearMiss { readonly differs: readonly string[], readonly entry: ShownExchange }

export function Requests () {
  const filter = { method: useSignal(''), path: useSignal(''), status: useSignal(''), node: useSignal('') }
  const near = useSignal<readonly NearMiss[] | undefined>(undefined)
  const open = useSignal<ShownExchange | undefined>(undefined)
  const entered = Object.entries(filter).map(([name, { value }]) => [name, value.trim()] as const)
  const wanted = Object.fromEntries(entered.filter(([, value]) => value !== ''))
  const shown = requests.value.filter((request) => fits(request, wanted)).toReversed()
  const enter = (name: keyof typeof filter, value: string): void => {
    filter[name].value = value
    near.value = undefined
  }
  const lookForNearMisses = async (): Promise<void> => {
    const answer = await ask<{ nearMisses?: readonly NearMiss[] }>('GET', `/journal?${new URLSearchParams(wanted)}`)
    near.value = answer.nearMisses ?? []
  }
  const look = async ({ number, node, method }: SeenRequest): Promise<void> => {
    const query = new URLSearchParams({ after: String(number - 1), node, method })
    const { entries } = await ask<{ entries: readonly ShownExchange[] }>('GET', `/journal?${query}`)
    open.value = entries.find((entry) => entry.number === number)
  }
  return (
    <>
      <div class='filters'>
        {(['method', 'path', 'status', 'node'] as const).map((name) => (
          <input
            key={name} type='search' class={name} placeholder={name === 'path' ? 'path, e.g. secret/**' : name}
            aria-label={`Filter requests by ${name}`} value={filter[name].value}
            onInput={(event) => { enter(name, event.currentTarget.value) }}
          />
        ))}
      </div>
      <div class='scroll'>
        {open.value !== undefined && <Exchange exchange={open.value} close={() => { open.value = undefined }} />}
        <table class='requests'>
          <RequestsHead />
          <tbody>{shown.map((request) => <Row key={request.number} request={request} look={look} />)}</tbody>
        </table>
        {shown.length === 0 && (
          <NoRequest isFiltered={Object.keys(wanted).length > 0} lookForNearMisses={lookForNearMisses} />
        )}
        {near.value?.length === 0 && <p class='empty'>None came near.</p>}
        {near.value?.map(({ differs, entry }) => (
          <p class='near' key={entry.number}>
            <code>{entry.method} {entry.url}</code> {entry.status}: {differs.join(', ')}
          </p>
        ))}
      </div>
    </>
  )
}

function RequestsHead () {
  return (
    <thead>
      <tr>
        <th>time</th>
        <th>method</th>
        <th>path</th>
        <th class='n'>status</th>
        <th>node</th>
        <th>token</th>
        <th class='n'>ms</th>
      </tr>
    </thead>
  )
}

interface NoRequestProps {
  readonly isFiltered: boolean
  readonly lookForNearMisses: () => Promise<void>
}

function NoRequest ({ isFiltered, lookForNearMisses }: NoRequestProps) {
  if (!isFiltered) return <p class='empty'>No request yet.</p>
  return (
    <p class='empty'>
      No request is like this.{' '}
      <button type='button' class='link' onClick={() => { lookForNearMisses() }}>What came near?</button>
    </p>
  )
}

interface RowProps {
  readonly request: SeenRequest
  readonly look: (request: SeenRequest) => Promise<void>
}

function Row ({ request, look }: RowProps) {
  const { at, method, url, status, node, token, durationMs, fault, notes } = request
  return (
    <tr class={fault === null ? '' : 'faulted'}>
      <td><time>{at.slice(11, 23).replace('Z', '')}</time></td>
      <td>{method}</td>
      <td class='path'>
        <Plain onClick={() => { look(request) }}>{url}</Plain>
        {notes.length > 0 && <small>{notes.join(', ')}</small>}
      </td>
      <td class={`n s${String(status ?? 0).slice(0, 1)}`}>{status ?? '–'}</td>
      <td>{node}</td>
      <td class='token'>{token ?? '–'}</td>
      <td class='n'>{durationMs ?? '–'}</td>
    </tr>
  )
}

function Exchange ({ exchange, close }: { readonly exchange: ShownExchange, readonly close: () => void }) {
  const { method, url, status, request, response } = exchange
  return (
    <div class='exchange'>
      <header>
        <strong>{method} {url}</strong>{' '}
        <span>{status}</span>{' '}
        <button type='button' class='copy' aria-label='Close' onClick={close}>✕</button>
      </header>
      <pre>{printed(request)}</pre>
      <pre>{printed(response)}</pre>
    </div>
  )
}

function printed ({ headers, body }: ShownExchange['request']): string {
  return `${Object.entries(headers).map(([name, value]) => `${name}: ${value}`).join('\n')}\n\n${pretty(body)}`
}

function pretty (body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch { return body }
}

function fits ({ method, url, status, node }: SeenRequest, wanted: Readonly<Record<string, string>>): boolean {
  if (wanted.method !== undefined && method !== wanted.method.toUpperCase()) return false
  if (wanted.status !== undefined && String(status) !== wanted.status) return false
  if (wanted.node !== undefined && node !== wanted.node) return false
  return wanted.path === undefined || globbed(wanted.path).test((url.split('?')[0] ?? '').replace(/^\/(v1\/)?/, ''))
}

/** `*` within a segment, `**` across. */
function globbed (glob: string): RegExp {
  const parts = glob.replace(/^\/(v1\/)?/, '').split(/(\*\*|\*)/)
  return new RegExp(`^${parts.map(sourceOf).join('')}$`)
}

function sourceOf (part: string): string {
  if (part === '**') return '.*'
  if (part === '*') return '[^/]*'
  return part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
}
