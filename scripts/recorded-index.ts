// Which operations the recordings in conformance/ have answers to, profile by profile.
import expectations from '../conformance/expectations.json' with { type: 'json' }
import { backends } from '../src/backends/index.js'
import { loadRecordings, loadScenarios } from '../src/conformance/library.js'
import { isPause, type Answer, type Recording, type RequestStep, type Scenario } from '../src/conformance/scenario.js'
import { makeApps } from '../src/http/app.js'
import { keyOf, methodOf, nodeOperations, placeOf, type Places } from '../src/http/provenance/operations.js'
import type { Evidence, RecordedIndex } from '../src/http/provenance/origins.js'
import { matchPath } from '../src/vault/path-matcher.js'
import type { Operation } from '../src/vault/paths.js'

/** The answers that say that there is no such path or verb. */
const ABSENT = /unsupported path|unsupported operation|no handler for route|enterprise-only/
const ALWAYS_MOUNTED = { 'sys/': 'system', 'identity/': 'identity', 'cubbyhole/': 'cubbyhole', 'auth/token/': 'auth/token' }

/** The index as its file has it: a line for each operation, so that a change is read as one. */
export async function indexText (): Promise<string> {
  const perProfile = Object.entries(await indexRecordings()).map(([profile, found]) => {
    const lines = Object.entries(found).map((entry) => `    ${entry.map((part) => JSON.stringify(part)).join(': ')}`)
    return `  ${JSON.stringify(profile)}: {\n${lines.join(',\n')}\n  }`
  })
  return `{\n${perProfile.join(',\n')}\n}\n`
}

async function indexRecordings (): Promise<RecordedIndex> {
  // what a node answers by itself stands before all mounts
  const app = await makeApps().vault()
  const local = new Set(nodeOperations(app.localOperations).map(keyOf))
  const places = await backends.all()
  const scenarios = await loadScenarios()
  const index: Record<string, Record<string, Evidence>> = {}
  for (const [profile, recordings] of await loadRecordings()) {
    const found = new Map<string, Evidence>()
    for (const scenario of scenarios) {
      const recording = recordings.get(scenario.name)
      if (recording === undefined || !isCompared(scenario.name, profile)) continue
      readScenario(scenario, recording, { found, local, places })
    }
    index[profile] = Object.fromEntries([...found].sort(([a], [b]) => a < b ? -1 : 1))
  }
  return index
}

/** What the parity check plays and does not yet compare proves nothing of our answers. */
function isCompared (scenario: string, profile: string): boolean {
  const notYet: Readonly<Record<string, readonly string[]>> = expectations.notYet
  return !(scenario in expectations.notSimulated) && !(notYet[profile]?.includes(scenario) ?? false)
}

interface Reading {
  readonly found: Map<string, Evidence>
  readonly local: ReadonlySet<string>
  readonly places: Places
}

function readScenario (scenario: Scenario, recording: Recording, { found, local, places }: Reading): void {
  const mounts = new Map<string, string>(Object.entries(ALWAYS_MOUNTED))
  const answers = new Map(recording.exchanges.map(({ id, response }) => [id, response]))
  for (const step of scenario.steps) {
    if (isPause(step)) continue
    const answer = step.id === undefined ? undefined : answers.get(step.id)
    const asked = requestOf(step)
    if (asked === undefined) continue
    const own = keyOf({ place: `node ${asked.path}`, method: asked.method })
    const key = local.has(own) ? own : keyBelow(places, mounts, asked)
    if (answer !== undefined && key !== undefined) note(found, key, answer, `${scenario.name}: ${step.id}`)
    if (answer === undefined || answer.status < 300) followMounts(mounts, asked, step.body)
  }
}

interface Asked {
  /** without `/v1/` and query; what earlier answers gave has a name in its place */
  readonly path: string
  readonly method: string
}

/** @returns undefined for what no path table answers: help, other namespaces, paths outside */
function requestOf ({ path: target, method = 'GET', headers = {} }: RequestStep): Asked | undefined {
  const url = new URL(target.replace(/\{\{([\w.]+)\}\}/g, 'x'), 'http://node')
  const isElsewhere = Object.keys(headers).some((name) => name.toLowerCase() === 'x-vault-namespace')
  if (isElsewhere || !url.pathname.startsWith('/v1/') || url.searchParams.has('help')) return undefined
  const path = decodeURIComponent(url.pathname.slice('/v1/'.length))
  return { path, method: methodAsked(method, url.searchParams) }
}

function methodAsked (method: string, query: URLSearchParams): string {
  if (method === 'PUT') return 'POST'
  if (method === 'GET' && query.get('list') === 'true') return 'LIST'
  return method === 'GET' && query.get('scan') === 'true' ? 'SCAN' : method
}

function keyBelow (
  places: Places, mounts: ReadonlyMap<string, string>, { path, method }: Asked
): string | undefined {
  const above = [...mounts.keys()].filter((mount) => `${path}/`.startsWith(mount))
  const prefix = above.sort((a, b) => b.length - a.length)[0]
  const type = prefix === undefined ? undefined : mounts.get(prefix)
  const backend = type === undefined ? undefined : places.get(type)
  if (prefix === undefined || type === undefined || backend === undefined) return undefined
  const definition = matchPath(backend, path.slice(prefix.length))?.definition
  const operations = Object.keys(definition?.operations ?? {}) as Operation[]
  if (definition === undefined || !operations.some((operation) => methodOf(operation) === method)) return undefined
  return keyOf({ place: placeOf(places, backend, definition), method })
}

function note (found: Map<string, Evidence>, key: string, { status, body }: Answer, example: string): void {
  if (status >= 300 && status < 400) return
  const old = found.get(key) ?? { answers: 0, refusals: 0, absences: 0, example }
  const first = old.answers === 0 ? example : old.example
  if (status < 300) found.set(key, { ...old, answers: old.answers + 1, example: first })
  else if (status === 405 || ABSENT.test(JSON.stringify(body))) found.set(key, { ...old, absences: old.absences + 1 })
  else found.set(key, { ...old, refusals: old.refusals + 1 })
}

/** What is mounted, tuned, moved and unmounted changes what later paths are. */
function followMounts (mounts: Map<string, string>, { path, method }: Asked, body: unknown): void {
  const { type, options, from, to } = (body ?? {}) as Record<string, unknown>
  const [, table, name = ''] = /^sys\/(mounts|auth)\/(.+?)\/?$/.exec(path) ?? []
  const place = (table === 'auth' ? `auth/${name}/` : `${name}/`)
  if (table !== undefined && method === 'DELETE') mounts.delete(place)
  else if (table !== undefined && method === 'POST' && typeof type === 'string') mounts.set(place, table === 'auth' ? `auth/${type}` : typeOf(type, options))
  else if (table !== undefined && method === 'POST' && /\/tune$/.test(name) && isVersionTwo(options)) mounts.set(place.replace(/tune\/$/, ''), 'kv/2')
  else if (path === 'sys/remount' && typeof from === 'string' && typeof to === 'string') move(mounts, from, to)
}

function typeOf (type: string, options: unknown): string {
  if (type === 'kv-v2' || (type === 'kv' && isVersionTwo(options))) return 'kv/2'
  return type === 'kv-v1' ? 'kv' : type
}

function isVersionTwo (options: unknown): boolean {
  return String((options as { version?: unknown } | undefined | null)?.version) === '2' || options === 'version=2'
}

function move (mounts: Map<string, string>, from: string, to: string): void {
  const type = mounts.get(`${from.replace(/\/$/, '')}/`)
  if (type === undefined) return
  mounts.delete(`${from.replace(/\/$/, '')}/`)
  mounts.set(`${to.replace(/\/$/, '')}/`, type)
}
