// How a backend (sys, a secrets engine, an auth method) declares its paths, and what it sees of a call.
import type { Static, TObject, TProperties } from '@sinclair/typebox'
import type { CalledAt } from '../cluster/called-at.js'
import type { Cluster } from '../cluster/cluster.js'
import type { Node } from '../cluster/node.js'
import type { Storage } from '../cluster/storage.js'
import type { JsonObject, JsonValue } from '../json/index.js'
import type { Profile } from '../profiles/index.js'
import type { Acl } from './policies/acl.js'
import type { TokenEntry } from './tokens/tokens.js'
import type { MountEntry } from './mounts/mounts.js'
import type { Namespace } from './namespaces/namespaces.js'
import type { Backends } from './backend-table.js'
import type { Eventually } from './eventually.js'
import type { Source } from './source.js'
import type { SecretLease } from './stored.js'

/** What a client wants done; POST and PUT are `update` until an existence check makes them `create`. */
export type Operation =
  'read' | 'list' | 'create' | 'update' | 'patch' | 'delete' | 'header' | 'help' | 'options' | 'scan' | 'recover'

/** What is left of an HTTP request once decoded. All but `upload` is plain data, fit to be sent to another cluster. */
export interface LogicalRequest {
  /** lower-case UUID, the envelope's `request_id` */
  readonly id: string
  readonly operation: Operation
  /** without `/v1/`, percent-decoded; lists end with `/` */
  readonly path: string
  /** the body's fields, or the query's where the verb has no body; undecoded */
  readonly data: JsonObject
  readonly clientToken: string
  /** from `X-Vault-Wrap-TTL`; absent without the header */
  readonly wrapTtlMs?: number
  readonly wrapFormat?: string
  /** from `X-Vault-Namespace`; once the request is in a namespace, that one's path */
  readonly namespace?: string | undefined
  readonly remoteAddress?: string
  /** of a login over TLS, in base64: what the client has shown, its own first; undefined without TLS */
  readonly clientCertificates?: readonly string[] | undefined
  /** how the client called, where it is told addresses in its own terms: see `apiAddrAsCalled` */
  readonly calledAt?: CalledAt | undefined
  readonly headers: Readonly<Record<string, string | undefined>>
  /** the raw body, on the paths that take it raw */
  readonly upload?: AsyncIterable<Uint8Array> | undefined
}

/** The answer to a login or a renewal. A type, not an interface, so that it is a JSON value, as `WrapInfo` is. */
export type AuthResponse = {
  /** what is shown; empty for `renew-accessor` */
  readonly clientToken: string
  readonly entry: TokenEntry
  readonly leaseDurationSeconds: number
  readonly hideAccessor?: boolean
  /** what the entity adds to the token's own policies */
  readonly identityPolicies?: readonly string[]
}

/** What is said of a wrapped response in its place. */
export type WrapInfo = {
  readonly token: string
  readonly accessor: string
  readonly ttlSeconds: number
  readonly creationTimeAtMs: number
  readonly creationPath: string
  readonly wrappedAccessor?: string
}

/** Bytes, text or a stream with a type of their own, in place of an envelope. */
export interface RawResponse {
  readonly status: number
  readonly contentType: string
  readonly headers?: Record<string, string>
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array>
}

/** What an engine says of a secret that it gives out for a while. */
export interface LentSecret {
  /** what `leases` of the backend needs to renew or to revoke it; clients never see it */
  readonly internal: JsonObject
  /** absent or 0: the mount's default */
  readonly ttlSeconds?: number
  /** the engine's own limit, counted from now; absent or 0: the mount's alone */
  readonly maxTtlSeconds?: number
  readonly renewable: boolean
}

/** What an engine sees of itself where nobody asked it anything. */
export type MountCall = Pick<Call, 'cluster' | 'storage' | 'backends' | 'nowMs' | 'mount' | 'mountPrefix'>

/** A lease at its renewal or at its end. */
export interface LeaseCall extends MountCall {
  readonly leaseId: string
  readonly lease: SecretLease
}

/** What an engine says of a secret at its renewal. */
export interface RenewedSecret extends Pick<LentSecret, 'ttlSeconds' | 'maxTtlSeconds'> {
  /** absent: none */
  readonly data?: JsonObject
}

/** What an engine does about secrets that it has given out. */
export interface LeaseHandlers {
  /** takes the secret back; what it throws lets the lease stay, and be tried again */
  readonly revoke?: (call: LeaseCall) => Eventually<void>
  /**
   * before a renewal: refuses it, or says new limits and data; null where there is nothing left to renew, which is a
   * 204 and no change. @param incrementSeconds what was asked for, 0: nothing
   */
  readonly renew?: (call: LeaseCall, incrementSeconds: number) => Eventually<RenewedSecret | null | void>
}

/** What a path answers, before it is put into an envelope. */
export interface LogicalResponse {
  /** the envelope's `data`: keys come out sorted; null prints as `null` */
  readonly data?: JsonObject | null
  readonly auth?: AuthResponse
  /** in place of `auth`: what is still asked of somebody whose password was right */
  readonly mfaRequirement?: JsonObject
  readonly lease?: { readonly id: string, readonly durationSeconds: number, readonly renewable: boolean }
  /** given out for a while: the lease is registered, and put into the envelope, on the way out */
  readonly secret?: LentSecret
  readonly warnings?: readonly string[]
  readonly wrapInfo?: WrapInfo
  /** envelope with another status than 200, e.g. 404 with data; `body: 'empty'` sends no body at all */
  readonly status?: {
    readonly code: number
    readonly body?: 'envelope' | 'empty'
    readonly newline?: boolean
    /** false: `request_id` is empty, where work goes on that is no request's any more */
    readonly requestId?: boolean
  }
  readonly raw?: RawResponse
  /** a JSON body in place of the envelope, its keys in the order given */
  readonly bare?: JsonValue
  /** an envelope rendered earlier, for unwrap */
  readonly verbatim?: string
}

/** A request with its surroundings and its caller, whether or not anything is mounted at its path. */
export interface RequestContext {
  readonly cluster: Cluster
  /** the node that serves the request: the active one, unless the path is answered locally */
  readonly node: Node
  /** what this node can see of the namespace: the cluster's storage, or the view of a node that is cut off */
  readonly storage: Storage
  /** the one that the request is for; its path is relative to it */
  readonly namespace: Namespace
  readonly request: LogicalRequest
  /** what can be mounted */
  readonly backends: Backends
  readonly nowMs: number
  /** the mount that answers */
  readonly mount: MountEntry | undefined
  /** undefined on unauthenticated paths */
  readonly token: TokenEntry | undefined
  /** what the token may do; empty on unauthenticated paths */
  readonly acl: Acl
}

/** What a handler is given. `Fields` is derived from the path's field table. */
export interface Call<Fields = unknown> extends RequestContext {
  /** its own data lies below `mountPrefix` */
  readonly mount: MountEntry
  /** e.g. `replicated/mount/<uuid>/` or, for a local mount, `local/mount/<uuid>/` */
  readonly mountPrefix: string
  /** what the pattern captured, e.g. `{ path: 'a/b' }` */
  readonly params: Readonly<Record<string, string>>
  /** body, query and captured parameters, converted by the field table; absent ones are missing or their default */
  readonly fields: Fields
}

/** Gives the response, or nothing where there is nothing to say (204; on a read 404). */
export type Handler<Fields> = (call: Call<Fields>) => LogicalResponse | void | Promise<LogicalResponse | void>

/** One path of a backend: its pattern, its fields, what it does per operation. The only list of it there is. */
export interface PathDefinition<P extends TProperties = TProperties> {
  /**
   * Relative to the mount. `:name` captures one segment (word characters, inner `-` and `.`), `@name` the same
   * with inner `@`, `*name` the rest (also empty). E.g. `storage/raft/snapshot-auto/config/:name`, `data/*path`.
   */
  readonly path: string
  readonly summary: string
  readonly description?: string
  /** what an operation does, for OpenAPI, where the path's summary does not say it */
  readonly operationSummaries?: Partial<Record<Operation, string>>
  /** built with `Type.Object` from the kinds in `fields.ts`; captured parameters may be among them */
  readonly fields: TObject<P>
  readonly unauthenticated?: boolean
  /** whether servers of a profile have the path; without it all have */
  readonly inProfile?: (profile: Profile) => boolean
  /** not there on a server without raft; in the community edition the stubs of enterprise paths are */
  readonly needsRaft?: 'in every edition' | 'in ent'
  /** sudo is needed besides the operation's capability */
  readonly sudo?: boolean
  /** decides between `create` and `update`; without it a write is always `update` */
  readonly exists?: (call: Call<Static<TObject<P>>>) => boolean
  /** false: fields reach the handler undecoded in `request.data`, unknown ones are no reason for a warning */
  readonly checked?: boolean
  /** body is handed over raw in `request.upload`, of any size */
  readonly takesUpload?: boolean
  readonly operations: Partial<Record<Operation, Handler<Static<TObject<P>>>>>
  /** where it is known from what they answer; a whole table has it from `knownFrom` */
  readonly source?: Source
  /** of single operations, where it is another */
  readonly sources?: Partial<Record<Operation, Source>>
}

/** Gives a path table its types; the value is what went in. */
export function definePath<P extends TProperties> (definition: PathDefinition<P>): PathDefinition {
  return definition as PathDefinition
}

/** What decides which paths there are: a cluster. */
export type Offering = Pick<Cluster, 'profile' | 'raftUse' | 'edition'>

export function isOffered ({ inProfile, needsRaft }: PathDefinition, { profile, raftUse, edition }: Offering): boolean {
  if (inProfile !== undefined && !inProfile(profile)) return false
  return raftUse !== 'none' || needsRaft === undefined || (needsRaft === 'in ent' && edition === 'ce')
}

/** Whether who has no token may call a path; without raft its paths are open as well, what only others have is not. */
export function asksNoToken ({ unauthenticated, inProfile }: PathDefinition, profile: Profile): boolean {
  return unauthenticated === true && inProfile?.(profile) !== false
}

/** A kind of mount: what it is called, which paths it has. Its data lies in the storage, below the mount's prefix. */
export interface Backend {
  /** `kv`, `cubbyhole`, `approle`, `token`, `system` … */
  readonly type: string
  /** what its own help says of it, in the lines of the original; identity and tokens have none */
  readonly help?: (product: string) => string
  readonly paths: readonly PathDefinition[]
  /** the answer to a path that no pattern fits, where it is not `unsupported path` */
  readonly otherwise?: (call: Call) => LogicalResponse | undefined
  readonly leases?: LeaseHandlers
  /** what is done at an instant that `putAlarm` (`alarms.ts`) has named, under the name given there */
  readonly alarm?: (call: MountCall, name: string) => Eventually<void>
}
