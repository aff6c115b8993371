// What the page knows: asked of the controls, kept up to date by their stream.
import { batch, computed, effect, signal } from '@preact/signals'
import type { WorldEvent } from '../control/event-log.js'
import type { FaultRule } from '../control/faults.js'
import type { Overview } from '../control/overview.js'
import type { TimeStatus } from '../control/time-controls.js'
import type { Call, Place } from './calls.js'

/** `GET /_mock/overview` */
export interface Seen extends Overview {
  readonly profile: string
  readonly edition: string
  readonly time: TimeStatus
  readonly links: {
    readonly cuts: readonly Ends[]
    readonly delays: readonly (Ends & { readonly delayMs: number })[]
    readonly limits: readonly (Ends & { readonly entriesPerSecond?: number })[]
  }
  readonly nomad: readonly SeenServer[]
  readonly faults: readonly FaultRule[]
  readonly checkpoints: readonly string[]
  readonly worlds: readonly string[]
}

export interface SeenServer {
  readonly name: string
  readonly process: string
  readonly member: string
  readonly leader: boolean
}

export interface Ends { readonly from: string, readonly to: string }

/** A request as the stream shows it. */
export interface SeenRequest {
  readonly number: number
  readonly at: string
  readonly node: string
  readonly cluster: string
  readonly method: string
  readonly url: string
  readonly status: number | null
  readonly durationMs: number | null
  readonly fault: number | null
  readonly notes: readonly string[]
  readonly token: string | null
}

/** How the page stands with the server. */
export type Standing = 'connecting' | 'live' | 'lost' | 'locked'

const MOST_KEPT = 500
const LOOK_EVERY_MS = 1000
/** Many events at once are looked at once. */
const TOGETHER_MS = 60
const AGAIN_AFTER_MS = 1000

export const seen = signal<Seen | undefined>(undefined)
export const events = signal<readonly WorldEvent[]>([])
export const requests = signal<readonly SeenRequest[]>([])
export const standing = signal<Standing>('connecting')
export const world = signal('default')
export const token = signal(sessionStorage.getItem('vault-mock-control-token') ?? '')
/** what was last done, and what came of it */
export const lastCall = signal<{ readonly call: Call, readonly problem: string | undefined } | undefined>(undefined)
/** what screen readers are told */
export const said = signal('')

export const place = computed<Place>(() => ({ origin: location.origin, world: world.value, needsToken: token.value !== '' }))
const base = computed(() => world.value === 'default' ? '/_mock' : `/_mock/worlds/${world.value}/_mock`)

effect(() => { sessionStorage.setItem('vault-mock-control-token', token.value) })

/** What the server refused, in its words. */
export class Refusal extends Error {}

function headers (): Record<string, string> {
  return token.value === '' ? {} : { 'X-Vault-Mock-Control-Token': token.value }
}

/** Sends a request; @throws {Refusal} */
export async function ask<T> (method: string, path: string, body?: object): Promise<T> {
  const labelled: Record<string, string> = body === undefined ? {} : { 'Content-Type': 'application/json' }
  const answer = await fetch(base.value + path, {
    method, headers: { ...headers(), ...labelled }, body: body && JSON.stringify(body)
  })
  const text = await answer.text()
  const given = text === '' ? undefined : JSON.parse(text)
  if (answer.ok) return given
  const message = Array.isArray(given?.errors) ? given.errors.join('\n') : `status ${answer.status}`
  if (answer.status === 403 && /control token/.test(message)) standing.value = 'locked'
  throw new Refusal(message)
}

/** Does what a button is for; what goes wrong is shown, not thrown. */
export async function act (call: Call): Promise<boolean> {
  try {
    await ask(call.method, call.path, call.body)
    lastCall.value = { call, problem: undefined }
    said.value = `done: ${call.code}`
    await look()
    return true
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    lastCall.value = { call, problem }
    said.value = problem
    return false
  }
}

/** Asks for the world at a glance. */
export async function look (): Promise<void> {
  try {
    seen.value = await ask<Seen>('GET', '/overview')
    if (standing.value === 'locked') connect()
  } catch (error) {
    if (!(error instanceof Refusal)) standing.value = 'lost'
    else if (standing.value !== 'locked' && world.value !== 'default') world.value = 'default'
  }
}

let looking: number | undefined

function lookSoon (): void {
  if (looking !== undefined) return
  looking = window.setTimeout(() => {
    looking = undefined
    look()
  }, TOGETHER_MS)
}

let connection: AbortController | undefined

/** Follows the stream until it ends, and again after that. */
export async function connect (): Promise<void> {
  connection?.abort()
  const mine = new AbortController()
  connection = mine
  while (!mine.signal.aborted) {
    try {
      await follow(mine.signal)
    } catch (error) {
      if (mine.signal.aborted || standing.peek() === 'locked') return
      console.debug('the stream has ended', error)
    }
    if (mine.signal.aborted) return
    standing.value = 'lost'
    await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS))
  }
}

async function follow (signal: AbortSignal): Promise<void> {
  const path = `${base.peek()}/events/stream?requests=true&after=0`
  const answer = await fetch(path, { headers: headers(), signal })
  if (answer.status === 403) {
    standing.value = 'locked'
    throw new Refusal('the control token is needed')
  }
  if (!answer.ok || answer.body === null) throw new Refusal(`status ${answer.status}`)
  batch(() => {
    standing.value = 'live'
    events.value = []
  })
  lookSoon()
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const blocks = (rest + value).split('\n\n')
    rest = blocks.pop() ?? ''
    batch(() => { for (const block of blocks) take(block) })
    lookSoon()
  }
}

/** One event of the stream. */
function take (block: string): void {
  const name = /^event: (.*)$/m.exec(block)?.[1]
  const data = /^data: (.*)$/m.exec(block)?.[1]
  if (name === undefined || data === undefined) return
  if (name === 'event') events.value = [...events.value, JSON.parse(data)].slice(-MOST_KEPT)
  if (name === 'request') requests.value = [...requests.value, JSON.parse(data)].slice(-MOST_KEPT)
}

/** Begins to look on. */
export function begin (): void {
  effect(() => {
    const name = world.value
    batch(() => {
      events.value = []
      requests.value = []
    })
    document.title = name === 'default' ? 'vault-mock' : `vault-mock: ${name}`
    connect()
    look()
  })
  setInterval(() => { if (!document.hidden && standing.peek() !== 'locked') look() }, LOOK_EVERY_MS)
}
