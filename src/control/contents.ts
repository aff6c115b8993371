// What a cluster holds, to be looked through: mounts and the paths below them, policies, tokens.
import type { Storage } from '../cluster/storage.js'
import { printJson, type JsonValue } from '../json/index.js'
import { apiPath, mountPrefix, mountsOf, type MountEntry, type MountTable } from '../vault/mounts/mounts.js'
import { innermost } from '../vault/namespaces/entering.js'
import { allStorages, namespaceIn, ROOT } from '../vault/namespaces/namespaces.js'
import { listPolicies, readPolicy } from '../vault/policies/policies.js'
import { Turns } from '../sim/wall-clock.js'
import { stored } from '../vault/stored.js'
import type { World } from '../world/world.js'
import { MASK } from './masking.js'
import { clusterNamed } from './names.js'
import { ControlProblem } from './problem.js'

/** What is listed of one mount, of tokens, and of policies at most. */
const MOST_LISTED = 1000

export interface MountContents {
  /** as requests have it, from the root namespace on: `secret/`, `auth/token/`, `team/kv/` */
  readonly path: string
  readonly type: string
  readonly description: string
  readonly accessor: string
  /** of its secrets, as requests have them: `a/b`; the first thousand. Names in other engines may be secrets */
  readonly paths: readonly string[]
  /** how many entries there are beyond those listed */
  readonly more: number
}

export interface TokenContents {
  readonly accessor: string
  readonly displayName: string
  readonly type: string
  readonly policies: readonly string[]
  readonly path: string
  /** null: never */
  readonly expiresAtMs: number | null
}

export interface Contents {
  readonly cluster: string
  readonly mounts: readonly MountContents[]
  readonly policies: readonly string[]
  readonly tokens: readonly TokenContents[]
}

/** One thing that a cluster holds. */
export interface Content {
  readonly path: string
  /** of a secret with versions */
  readonly version: number | null
  readonly value: unknown
}

/**
 * Names only, nothing secret: of one instant, and counted in turns, as there may be many.
 *
 * @param label by default the first initialised cluster
 * @throws {ControlProblem} for an unknown cluster
 */
export async function contentsOf (world: World, label?: string): Promise<Contents> {
  const cluster = clusterNamed(world, label)
  const storage = cluster.storage.clone()
  const turns = new Turns()
  const mounts = []
  for (const place of placesIn(storage)) mounts.push(await mountContents(place, turns))
  return {
    cluster: cluster.label,
    mounts,
    policies: allStorages(storage).flatMap(policiesIn).slice(0, MOST_LISTED),
    tokens: tokensOf(storage)
  }
}

function policiesIn (storage: Storage): string[] {
  const { path } = namespaceIn(storage)
  return listPolicies(storage).map((name) => path + name)
}

/** A mount in its namespace; the path from the root on. */
interface Place { readonly storage: Storage, readonly mount: MountEntry, readonly at: string }

function placesIn (storage: Storage): Place[] {
  const tables: MountTable[] = ['mounts', 'auth']
  return allStorages(storage).flatMap((each) => tables.flatMap((table) => mountsOf(each, table).map((mount) => {
    return { storage: each, mount, at: namespaceIn(each).path + apiPath(mount) }
  })))
}

async function mountContents ({ storage, mount, at }: Place, turns: Turns): Promise<MountContents> {
  const { type, description, accessor } = mount
  const paths: string[] = []
  let more = 0
  const prefix = folderOf(mount)
  for (const path of storage.paths(prefix)) {
    if (type === 'kv' && paths.length < MOST_LISTED) paths.push(path.slice(prefix.length))
    else more++
    if (turns.isOver) await turns.next()
  }
  return { path: at, type, description, accessor, paths, more }
}

/** Where the entries lie that a client would name: KV v2's metadata, the secrets of KV v1; all that others keep. */
function folderOf (mount: MountEntry): string {
  const prefix = mountPrefix(mount)
  if (mount.type !== 'kv') return prefix
  return `${prefix}${isVersioned(mount) ? 'm' : 'd'}/`
}

function isVersioned ({ options }: MountEntry): boolean {
  return String(options?.version) === '2'
}

function tokensOf (storage: Storage): TokenContents[] {
  const tokens: TokenContents[] = []
  for (const [, token] of stored.tokens(storage).entries()) {
    if (tokens.length === MOST_LISTED) break
    const { accessor, displayName, type, policies, path, expiresAtMs } = token
    tokens.push({ accessor, displayName, type, policies, path, expiresAtMs: expiresAtMs === 0 ? null : expiresAtMs })
  }
  return tokens
}

interface Reading {
  readonly cluster?: string
  readonly reveal?: boolean
}

/**
 * A secret's latest version, or a policy's text.
 *
 * @param path as `contentsOf` has it: a mount's path with that of an entry behind it, or `sys/policies/acl/NAME`
 * @param options `reveal`: the values of secrets, too
 * @throws {ControlProblem} where there is nothing
 */
export function contentAt (world: World, path: string, { cluster: label, reveal = false }: Reading = {}): Content {
  const { storage: whole } = clusterNamed(world, label)
  const policy = /^sys\/policies\/acl\/(.+)$/.exec(path)?.[1]
  if (policy !== undefined) {
    const { id, path: outer } = innermost(whole, ROOT, policy)
    const text = readPolicy(whole.namespace(id), policy.slice(outer.length))?.text
    if (text === undefined) throw nothingAt(path)
    return { path, version: null, value: text }
  }
  const place = placesIn(whole).find(({ mount, at }) => mount.type === 'kv' && path.startsWith(at))
  if (place === undefined) throw nothingAt(path)
  const { storage, mount } = place
  const name = path.slice(place.at.length)
  const entry = storage.get(folderOf(mount) + name)
  if (entry === undefined) throw nothingAt(path)
  if (!isVersioned(mount)) return { path, version: null, value: reveal ? plain(entry) : masked(entry) }
  const version = currentVersion(entry)
  const latest = storage.get(`${mountPrefix(mount)}v/${name}/${version}`)
  return { path, version, value: reveal ? plain(latest ?? null) : masked(latest ?? null) }
}

function currentVersion (metadata: JsonValue): number {
  return typeof metadata === 'object' && metadata !== null && 'currentVersion' in metadata ? Number(metadata.currentVersion) : 0
}

function nothingAt (path: string): ControlProblem {
  return new ControlProblem('unknown', `there is nothing at "${path}"`)
}

/** Names stay, values go. */
function masked (value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked)
  if (typeof value !== 'object' || value === null) return MASK
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, masked(member)]))
}

/** Numbers as any reader of JSON has them. */
function plain (value: JsonValue): unknown {
  return JSON.parse(printJson(value))
}
