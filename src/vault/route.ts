// Where a request leads: the mount that answers for its path, the backend behind it, and the path there.
import type { Node } from '../cluster/node.js'
import type { Storage } from '../cluster/storage.js'
import type { Backends } from './backend-table.js'
import type { Eventually } from './eventually.js'
import { apiPath, resolveMount, type MountEntry } from './mounts/mounts.js'
import type { Entered } from './namespaces/entering.js'
import type { Namespace } from './namespaces/namespaces.js'
import { matchPath, type PathMatch } from './path-matcher.js'
import { asksNoToken, isOffered, type Backend, type LogicalRequest } from './paths.js'
import { snapshotRead } from './snapshot-reads.js'

/** What a request leads to: a mount, its backend, and the path there if the backend has such a one. */
export interface Target {
  readonly mount: MountEntry
  readonly backend: Backend
  readonly match: PathMatch | undefined
  /** asks for no token, even where this server lacks the path */
  readonly isOpen: boolean
}

/** A request on its way; without a target nothing is mounted at its path. */
export interface Route {
  readonly node: Node
  readonly namespace: Namespace
  readonly request: LogicalRequest
  readonly backends: Backends
  readonly target: Target | undefined
  /** what is read in place of the node's own data: a loaded snapshot, or older data */
  readonly storage?: Storage | undefined
  readonly note?: HowToServe['note']
}

/** What steers the pipeline besides the request. */
export interface HowToServe {
  /** reads see this data in place of the node's own; who asks, and what is written, is the node's all the same */
  readonly readFrom?: Storage | undefined
  /** told of decisions on the way, for the log: no secrets in it */
  readonly note?: (what: string, facts: object) => void
}

/** Finds the mount of a namespace that answers, and loads its backend. */
export function findRoute (
  node: Node, { request, namespace }: Entered, backends: Backends, how?: HowToServe
): Eventually<Route> {
  const readFrom = how?.readFrom ?? node.storage
  const resolved = resolveMount(readFrom.namespace(namespace.id), request.path)
  if (resolved === undefined) return { node, namespace, request, backends, target: undefined }
  const { mount, rest } = resolved
  const to = (backend: Backend): Route => routeTo({ node, namespace, request, backends }, { mount, backend, rest }, how)
  const backend = backends.load(mount)
  return backend instanceof Promise ? backend.then(to) : to(backend)
}

/** A mount with its backend, and the path relative to it. */
interface Place { readonly mount: MountEntry, readonly backend: Backend, readonly rest: string }

function routeTo (
  { node, namespace, request, backends }: Omit<Route, 'target'>,
  { mount, backend, rest }: Place,
  { readFrom, note }: HowToServe = {}
): Route {
  const found = matchPath(backend, rest)
  const match = found !== undefined && isOffered(found.definition, node.cluster) ? found : undefined
  const isOpen = found !== undefined && asksNoToken(found.definition, node.cluster.profile)
  note?.('routed', { mount: apiPath(mount), type: mount.type, path: match?.definition.path })
  const read = snapshotRead(request, mount, node.cluster)
  const [asked, storage] = read === undefined ? [request, readFrom] : [read.request, read.storage]
  const target = { mount, backend, match, isOpen }
  return { node, namespace, request: asked, backends, target, storage: storage?.namespace(namespace.id), note }
}
