// Who asks, as the token says, and what a token alone is checked for.
import type { Node } from '../cluster/node.js'
import type { Storage } from '../cluster/storage.js'
import { isWithin } from '../go/cidrs.js'
import { multiError } from '../go/multierror.js'
import { GoError } from '../go/values.js'
import { goMap } from '../json/index.js'
import { VaultError } from '../refusal/index.js'
import { entityOfToken } from './identity-of-token.js'
import { homeOf } from './namespaces/homes.js'
import { ROOT } from './namespaces/namespaces.js'
import type { Call, LogicalRequest, RequestContext } from './paths.js'
import { aclOfToken, NO_ACL, type Acl } from './policies/acl.js'
import { refuseOnDrSecondary } from './replication/secondary-guards.js'
import { presentedToken, useToken, type TokenEntry } from './tokens/tokens.js'

/** Who asks, and what they may do. */
export interface Caller {
  readonly token: TokenEntry | undefined
  readonly acl: Acl
}

const MOST_CALLERS = 1000

export const NOBODY: Caller = { token: undefined, acl: NO_ACL }

type Asking = Pick<RequestContext, 'node' | 'namespace' | 'request'>

/** @throws {VaultError} `denied` without a valid token, or from another place than it is bound to */
export function authenticate ({ node, namespace, request }: Asking): Caller {
  if (request.clientToken === '') throw new VaultError('denied', 'permission denied')
  const storage = node.storage.namespace(namespace.id)
  const known = storage.derived(callers)
  const caller = known.get(request.clientToken)
  const token = tokenOf(node, request.clientToken, caller?.token)
  if (token === undefined || !isWithin(request.remoteAddress, token.boundCidrs)) {
    throw new VaultError('denied', node.cluster.profile.invalidTokenLine
      ? multiError(['permission denied', 'invalid token'])
      : 'permission denied')
  }
  if (caller !== undefined) return caller
  const found = { token, acl: aclOfToken(storage, token) }
  if (known.size >= MOST_CALLERS) known.clear()
  // a batch token dies with its parent, which may be any time
  if (token.type === 'service') known.set(request.clientToken, found)
  return found
}

interface KnownCaller extends Caller { readonly token: TokenEntry }

/** Who has called lately, by their tokens. */
function callers (): Map<string, KnownCaller> {
  return new Map()
}

function tokenOf (node: Node, clientToken: string, known?: TokenEntry): TokenEntry | undefined {
  try {
    return presentedToken(node, clientToken, known)
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw new VaultError('failure', `error performing token check: ${error.message}`, false)
  }
}

/** A token ends with its entity (recorded: `token of a deleted entity`). */
export function refuseWithoutEntity (storage: Storage, token: TokenEntry): void {
  const { entityId } = token
  if (entityId === '') return
  const entity = entityOfToken(homeOf(storage, token), entityId)
  if (entity === undefined) throw new VaultError('denied', 'permission denied')
  if (entity.disabled) throw permissionDenied()
}

export function permissionDenied (): VaultError {
  return new VaultError('denied', 'permission denied', true)
}

/**
 * Checks a token for one of the few paths outside the logical router that want update and sudo: seal, step-down.
 *
 * @throws {VaultError} `denied`
 */
export function requireSudo (node: Node, path: string, clientToken: string): void {
  refuseOnDrSecondary(node.cluster)
  const request: LogicalRequest = { id: '', operation: 'update', path, data: goMap({}), clientToken, headers: {} }
  const { token, acl } = authenticate({ node, namespace: ROOT, request })
  const verdict = acl.check({ path, operation: 'update', data: request.data })
  if (token !== undefined && token.numUses > 0) useToken(node, token)
  if (!verdict.allowed || !verdict.hasSudo) throw permissionDenied()
}

/**
 * What the caller may do, on a path that is open to all but asks for a token all the same.
 *
 * @throws {VaultError} `denied` without a valid token
 */
export function aclOf (call: Call): Acl {
  if (call.token !== undefined) return call.acl
  return authenticate(call).acl
}
