// What replication refuses, in one place: most of these texts are inferred (`reference/replication.md` §14).
import { failure, invalid, VaultError } from '../refusal/index.js'

/** Go's names of the statuses that an unwrap can have. */
const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable'
}

/** A write to what a secondary only copies; where there is a primary to ask, the request goes there. */
export class ReadOnlyError extends VaultError {
  constructor () {
    super('failure', 'cannot write to readonly storage')
  }
}

/** A primary that will have nothing to do with a secondary. */
export class LinkRefused extends Error {
  override readonly name = 'LinkRefused'

  constructor (readonly reason: 'not-primary' | 'unknown-secondary') {
    super(reason)
  }
}

export const refusals = {
  alreadyPrimary: () => invalid('cluster is already a replication primary'),
  isSecondary: () => invalid('cluster is a replication secondary; it must be promoted'),
  alreadyEnabled: () => invalid('replication is already enabled on this cluster'),
  notPrimary: () => invalid('cluster is not a replication primary'),
  notSecondary: () => invalid('cluster is not a replication secondary'),
  /** after hashicorp/vault#19603 */
  notDrSecondary: () => invalid('Not a DR secondary.'),
  performanceEnabled: () => invalid('performance replication must be disabled before enabling this cluster as a DR secondary'),
  disabled: () => invalid('replication is not enabled'),
  reindexing: () => invalid('reindex already in progress'),
  noId: () => invalid('id must be specified'),
  badId: () => invalid('invalid id specified'),
  duplicateId: (id: string) => invalid(`secondary with id "${id}" already exists`),
  unknownId: (id: string) => invalid(`no secondary found with id "${id}"`),
  noToken: () => invalid('token must be specified'),
  tokenOrAddrs: () => invalid('token and update_primary_addrs are mutually exclusive'),
  wrongKind: () => invalid('activation token is not valid for this type of replication'),
  otherSet: () => invalid('activation token is for a different replication set; ' +
    'disable replication and enable this cluster as a secondary to join it'),
  filterMode: (mode: string) => invalid(`invalid filter mode "${mode}", must be "allow" or "deny"`),
  filterPath: (path: string) => invalid(`cannot filter path "${path}"`),
  /** the storage's own text (`logical.ErrReadOnly`) */
  readOnly: () => new ReadOnlyError(),
  /** hashicorp/vault#4498 */
  noDrOperationToken: () => invalid('DR operation token was not provided'),
  badDrOperationToken: () => new VaultError('denied', 'permission denied'),
  /** observed by HashiCorp's own test helpers, which try again */
  catchingUp: () => new VaultError('unavailable',
    'replication is still catching up, try again later or provide the "force" argument'),
  /** observed, word for word, whatever the path */
  pathDisabled: () => invalid('path disabled in replication DR secondary mode'),
  /** observed when a token was used, has expired, was revoked or never was one */
  unwrapRefused: (status = 400) => failure('error response unwrapping secondary token; ' +
    `status code is ${status}, message is "${status} ${REASONS[status] ?? ''}"`),
  unwrapFailed: (reason: string) => failure(`error unwrapping secondary token: ${reason}`),
  bootstrapFailed: (reason: string) => failure('error fetching secondary bootstrap package: ' +
    `error authing for bootstrap: rpc error: code = Unavailable desc = ${reason}`),
  rekeyOnSecondary: () => invalid('rekeying can only be performed on the primary cluster when replication is activated'),
  rotateOnSecondary: () => invalid('cannot rotate on a replication secondary')
} as const
