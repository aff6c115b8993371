// Every operation there is, from the path tables: those of the backends, of a node by itself, of a Nomad server.
import type { NomadProfileName } from '../../nomad/profiles.js'
import type { Profile } from '../../profiles/index.js'
import { forProfile } from '../../vault/openapi.js'
import { CAPTURES } from '../../vault/path-matcher.js'
import { isOffered, type Backend, type Operation, type PathDefinition } from '../../vault/paths.js'
import { sourceOf, type Source } from '../../vault/source.js'
import type { LocalOperation } from '../local/local-plugin.js'
import { nomadSources, type Observed } from '../nomad/sources.js'

/** An operation as a client sees it. */
export interface KnownOperation {
  /** whose it is: `system mounts/*path`, `node sys/health`, `nomad /v1/regions` */
  readonly place: string
  /** without `/v1/`: `sys/mounts/{path}`, `auth/{approle}/login`, `{kv version 2}/data/{path}` */
  readonly path: string
  /** PUT is POST, but with Nomad POST is PUT */
  readonly method: string
  /** undefined: its table does not say */
  readonly source: Source | Observed | undefined
}

/** What recordings are found by: `system mounts/*path GET`. */
export function keyOf ({ place, method }: Pick<KnownOperation, 'place' | 'method'>): string {
  return `${place} ${method}`
}

const METHODS: Partial<Record<Operation, string>> = {
  read: 'GET',
  list: 'LIST',
  scan: 'SCAN',
  create: 'POST',
  update: 'POST',
  patch: 'PATCH',
  delete: 'DELETE'
}

export function methodOf (operation: Operation): string {
  return METHODS[operation] ?? operation.toUpperCase()
}

/** Mounts that are always there, and names for the versions of `kv`; all others lie wherever they were put. */
const MOUNTS: Readonly<Record<string, string>> = {
  system: 'sys/',
  identity: 'identity/',
  cubbyhole: 'cubbyhole/',
  'auth/token': 'auth/token/',
  kv: '{kv version 1}/',
  'kv/2': '{kv version 2}/'
}

/** All backends with their places, as `Backends.all` gives them. */
export type Places = ReadonlyMap<string, Backend>

/** What servers of a profile answer at their mounts. */
export function backendOperations (profile: Profile, places: Places): KnownOperation[] {
  return [...places].flatMap(([place, backend]) => {
    const there = backend.paths.filter((each) => isOffered(each, { profile, raftUse: 'storage', edition: 'ent' }))
    return there.flatMap((each) => operationsAt(place, each, profile))
  })
}

function operationsAt (mount: string, definition: PathDefinition, profile: Profile): KnownOperation[] {
  const place = `${mount} ${definition.path}`
  const below = (MOUNTS[mount] ?? mount.replace(/[^/]+$/, '{$&}/')) + definition.path
  const path = below.replace(CAPTURES, '{$2}')
  const given = Object.keys(forProfile(definition, profile).operations) as Operation[]
  const byMethod = new Map(given.map((operation) => [methodOf(operation), operation]))
  return [...byMethod].map(([method, operation]) => ({ place, path, method, source: sourceOf(definition, operation) }))
}

/** The place of a path that a backend has. */
export function placeOf (places: Places, backend: Backend, { path }: PathDefinition): string {
  const [mount = backend.type] = [...places].find(([, each]) => each === backend) ?? []
  return `${mount} ${path}`
}

/** What a node answers by itself. */
export function nodeOperations (local: readonly LocalOperation[]): KnownOperation[] {
  return local.filter(({ method }) => method !== 'PUT').map((operation) => ({ place: `node ${operation.path}`, ...operation }))
}

/** What a Nomad server answers. */
export function nomadOperations (): KnownOperation[] {
  return Object.entries(nomadSources).flatMap(([place, byMethod]) => {
    const path = place.replace(/^\/(?:v1\/)?/, '').replace(/\/$/, '/{name}')
    return Object.entries(byMethod).map(([method, source]) => ({ place: `nomad ${place}`, path, method, source }))
  })
}

/** Nomad has a profile `documented`, as Vault has: here it is `nomad-documented`. */
export function nomadProfileName (name: NomadProfileName): string {
  return name.startsWith('nomad-') ? name : `nomad-${name}`
}
