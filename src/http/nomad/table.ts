// The words in which Nomad's paths are declared: who may ask, what is answered, and what a read waits for.
import type { JsonValue } from '../../json/index.js'
import type { Level, Resource } from '../../nomad/acl-rules.js'
import { permissionDenied } from '../../nomad/nomad-error.js'
import type { Region } from '../../nomad/region.js'
import type { NomadHandler, NomadRequest, NomadRoutes } from './handle.js'
import type { NomadAnswer } from './nomad-answer.js'
import { invalidMethod } from './methods.js'

/**
 * What a caller must be allowed: a level of a resource, everything, or any of these capabilities in the request's
 * namespace. `token` is any token that there is.
 */
export type Need = `${Resource}:${Level}` | 'management' | 'token' | { readonly inNamespace: readonly string[] }

/** A read that any server answers, and that waits when told to. */
export interface Read {
  readonly needs: Need
  readonly json: (request: NomadRequest) => JsonValue
  /** the last entry that changed it */
  readonly index: (region: Region) => number
}

/** What the leader does; PUT and POST are one to Nomad. */
export interface Write {
  readonly needs: Need
  /** refuses what is wrong with the form, before the request is passed on */
  readonly decode?: (request: NomadRequest) => Promise<(request: NomadRequest) => NomadAnswer>
  readonly act?: (request: NomadRequest) => NomadAnswer
}

export interface NomadPath {
  readonly read?: Read
  readonly write?: Write
  /** of a method that it does not have; 405 by default */
  readonly otherwise?: 404 | 405
}

export function routesOf (paths: Readonly<Record<string, NomadPath>>): NomadRoutes {
  return Object.fromEntries(Object.entries(paths).map(([path, declared]) => [path, handlerOf(declared)]))
}

function handlerOf ({ read, write, otherwise = 405 }: NomadPath): NomadHandler {
  return (request) => {
    if (request.method === 'GET' && read !== undefined) return answerRead(request, read)
    if ((request.method === 'PUT' || request.method === 'POST') && write !== undefined) return answerWrite(request, write)
    throw invalidMethod(otherwise)
  }
}

async function answerRead (request: NomadRequest, { needs, json, index }: Read): Promise<NomadAnswer> {
  await request.forward(request.readOptions())
  requireNeed(request, needs)
  await request.waitForChange(() => index(request.region))
  return { json: json(request), headers: readHeaders(request, index(request.region)) }
}

async function answerWrite (request: NomadRequest, { needs, decode, act }: Write): Promise<NomadAnswer> {
  const decoded = await decode?.(request)
  await request.forward()
  requireNeed(request, needs)
  return decoded?.(request) ?? act?.(request) ?? {}
}

/** @throws {NomadError} 403 */
export function requireNeed (request: NomadRequest, needs: Need): void {
  const permissions = request.permissions()
  if (needs === 'token') return
  const allowed = needs === 'management'
    ? permissions.management
    : typeof needs === 'string'
      ? allowsLevel(permissions, needs)
      : permissions.allowsIn(request.namespace, needs.inNamespace)
  if (!allowed) throw permissionDenied()
}

function allowsLevel ({ allows }: ReturnType<NomadRequest['permissions']>, needs: `${Resource}:${Level}`): boolean {
  const [resource, level] = needs.split(':') as [Resource, Level]
  return allows(resource, level)
}

export function indexHeader (index: number): Record<string, string> {
  return { 'X-Nomad-Index': String(index) }
}

/** What every read says of the region that answered it. */
export function readHeaders (request: NomadRequest, index: number): Record<string, string> {
  return {
    ...indexHeader(index),
    'X-Nomad-KnownLeader': String(request.knowsLeader),
    'X-Nomad-LastContact': String(request.lastContactMs)
  }
}
