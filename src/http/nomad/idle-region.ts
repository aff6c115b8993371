// Nomad: what a region says in which nothing runs, path by path. The index of what was never written is 0.
import { goMap, type JsonValue } from '../../json/index.js'
import { BUILTIN_INDEX, NAMESPACES, NODE_POOLS, type Builtin } from '../../nomad/builtins.js'
import { NomadError } from '../../nomad/nomad-error.js'
import type { NomadRequest } from './handle.js'
import { routesOf, type NomadPath, type Read, type Write } from './table.js'

const NEVER = (): number => 0
const BORN = (): number => BUILTIN_INDEX
const VOLUMES = { csi: ['csi-list-volume', 'csi-read-volume', 'csi-mount-volume', 'list-jobs'], host: ['host-volume-read'] }

const nothing = (needs: Read['needs']): Read => ({ needs, json: () => [], index: NEVER })
const readJobs = { inNamespace: ['read-job'] }
const unsupported = (what: string): Write => ({
  needs: 'token',
  act: () => { throw new NomadError(`vault-mock does not simulate ${what}`, 501) }
})

const IDLE: Readonly<Record<string, NomadPath>> = {
  '/v1/jobs': { read: nothing({ inNamespace: ['list-jobs'] }), write: unsupported('jobs') },
  '/v1/nodes': { read: nothing('node:read') },
  '/v1/allocations': { read: nothing(readJobs) },
  '/v1/evaluations': { read: nothing(readJobs) },
  '/v1/deployments': { read: nothing(readJobs) },
  '/v1/services': { read: nothing(readJobs) },
  '/v1/namespaces': {
    read: { needs: 'token', index: BORN, json: (request) => listNamespaces(request).map(renderNamespace) }
  },
  '/v1/node/pools': {
    read: { needs: 'token', index: BORN, json: (request) => listNodePools(request).map(renderNodePool) }
  },
  '/v1/system/gc': { write: { needs: 'management' } },
  '/v1/system/reconcile/summaries': {
    write: { needs: 'management', act: ({ region }) => { region.append(); return {} } }
  }
}

const volumes = routesOf({
  csi: { read: nothing({ inNamespace: VOLUMES.csi }) },
  host: { read: nothing({ inNamespace: VOLUMES.host }) }
})

export const nomadIdleRoutes = {
  ...routesOf(IDLE),
  '/v1/volumes': listVolumes
}

/** Without a type nobody is asked anything: an empty list. */
function listVolumes (request: NomadRequest) {
  const type = request.query.get('type')
  if (type === null) return { json: [] }
  const list = volumes[type]
  if (list === undefined) throw new NomadError('resource not found', 404)
  return list(request)
}

function listNamespaces (request: NomadRequest): readonly Builtin[] {
  const { seesNamespace } = request.permissions()
  return startingAs(request, NAMESPACES).filter(({ name }) => seesNamespace(name))
}

function listNodePools (request: NomadRequest): readonly Builtin[] {
  const { seesNodePool } = request.permissions()
  return startingAs(request, NODE_POOLS).filter(({ name }) => seesNodePool(name))
}

function startingAs ({ query }: NomadRequest, all: readonly Builtin[]): readonly Builtin[] {
  return all.filter(({ name }) => name.startsWith(query.get('prefix') ?? ''))
}

function renderBuiltin ({ name, description, hash }: Builtin): Record<string, JsonValue> {
  const indexes = { CreateIndex: BUILTIN_INDEX, ModifyIndex: BUILTIN_INDEX }
  return { Name: name, Description: description, Hash: hash, Meta: null, ...indexes }
}

function renderNamespace (namespace: Builtin): JsonValue {
  return goMap({ ...renderBuiltin(namespace), Capabilities: null, Quota: '' })
}

function renderNodePool (pool: Builtin): JsonValue {
  return goMap({ ...renderBuiltin(pool), SchedulerConfiguration: null })
}
