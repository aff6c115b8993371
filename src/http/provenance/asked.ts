// Which operations a question about provenance is about.
import { backends } from '../../backends/index.js'
import { unknown } from '../../control/problem.js'
import { nomadProfiles } from '../../nomad/profiles.js'
import { profiles } from '../../profiles/index.js'
import { resolveMount } from '../../vault/mounts/mounts.js'
import { matchPath } from '../../vault/path-matcher.js'
import type { Addressee } from '../addressee.js'
import type { LocalOperation } from '../local/local-plugin.js'
import {
  backendOperations, nodeOperations, nomadOperations, nomadProfileName, placeOf, type KnownOperation, type Places
} from './operations.js'
import { nomadProvenanceIn, provenanceIn, type Provenance } from './origins.js'

/** An operation, and what is known of it in the profile in question. */
export interface Found {
  readonly operation: KnownOperation
  readonly provenance: Provenance
}

/**
 * All operations of a profile; without one those of the node that is asked, and of its world's Nomad region.
 *
 * @throws {ControlProblem} for an unknown profile
 */
export async function operationsOf (
  { world, node }: Addressee, local: readonly LocalOperation[], profileName?: string
): Promise<Found[]> {
  const places = await backends.all()
  const named = (name: string): Found[] => inProfile(name, local, places)
  if (profileName !== undefined) return named(profileName)
  const region = world.nomad
  const beside = region === undefined ? [] : named(nomadProfileName(region.profile.name))
  return [...named(node.cluster.profile.name), ...beside]
}

function inProfile (name: string, local: readonly LocalOperation[], places: Places): Found[] {
  const profile = Object.values(profiles).find((each) => each.name === name)
  if (profile !== undefined) {
    const operations = [...nodeOperations(local), ...backendOperations(profile, places)]
    return operations.map((operation) => ({ operation, provenance: provenanceIn(profile, operation) }))
  }
  const nomad = Object.values(nomadProfiles).find((each) => nomadProfileName(each.name) === name)
  if (nomad === undefined) throw unknown('profile', name, PROFILE_NAMES)
  return nomadOperations().map((operation) => ({ operation, provenance: nomadProvenanceIn(nomad, operation) }))
}

const PROFILE_NAMES: readonly string[] = [
  ...Object.keys(profiles), ...Object.values(nomadProfiles).map(({ name }) => nomadProfileName(name))
]

/**
 * Whether an operation is the one behind a path, by the mounts that there are now.
 *
 * @param asked `secret/data/app`, `/v1/sys/mounts/secret`, or a path as the list has it: `sys/mounts/{path}`
 */
export async function isAt ({ node }: Addressee, asked: string): Promise<(found: Found) => boolean> {
  const path = asked.replace(/^\/?(?:v1\/)?/, '')
  const meant = new Set([`node ${path}`, ...await placesBelowMounts(node.storage, path), ...nomadPlaces(path)])
  return ({ operation }) => operation.path === path || meant.has(operation.place)
}

async function placesBelowMounts (storage: Addressee['node']['storage'], path: string): Promise<string[]> {
  const resolved = resolveMount(storage, path)
  if (resolved === undefined) return []
  const backend = await backends.load(resolved.mount)
  const match = matchPath(backend, resolved.rest)
  return match === undefined ? [] : [placeOf(await backends.all(), backend, match.definition)]
}

/** Nomad's paths that end in a slash stand for all below them. */
function nomadPlaces (path: string): string[] {
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  return [`nomad /v1/${path}`, `nomad /${path}`, `nomad /v1/${folder}`]
}

/** Whether an operation is meant by a method; PUT and POST are one. */
export function takes ({ operation }: Found, method: string): boolean {
  return asOne(operation.method) === asOne(method.toUpperCase())
}

function asOne (method: string): string {
  return method === 'PUT' ? 'POST' : method
}
