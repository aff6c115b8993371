// Whose namespace something is of: tokens say so, and ids of tokens, accessors and leases end with it.
import { ROOT_NAMESPACE_ID, type Storage } from '../../cluster/storage.js'
import type { RequestContext } from '../paths.js'
import type { TokenEntry } from '../tokens/tokens.js'
import { namespaceOf } from './namespaces.js'

/** The storage of a token's namespace, whosever storage is at hand. */
export function homeOf ({ whole }: Storage, { namespaceId = ROOT_NAMESPACE_ID }: Pick<TokenEntry, 'namespaceId'>): Storage {
  return whole.namespace(namespaceId)
}

/** What says of something which namespace it is of; nothing of what is the root's. */
export function ofNamespace ({ namespaceId }: Storage): Pick<TokenEntry, 'namespaceId'> {
  return namespaceId === ROOT_NAMESPACE_ID ? {} : { namespaceId }
}

/** An id as it is given out in the namespace of a storage. */
export function withNamespace ({ namespaceId }: Storage, id: string): string {
  return namespaceId === ROOT_NAMESPACE_ID ? id : `${id}.${namespaceId}`
}

/** The storage of the namespace that the id of a token, an accessor or a lease ends with; the root's without any. */
export function homeOfId ({ whole }: Storage, id: string): Storage {
  const suffix = suffixOf(id)
  return suffix === '' || namespaceOf(whole, suffix) === undefined ? whole : whole.namespace(suffix)
}

/** Whether a request may name what is at home in another namespace; `home` is that one's storage. */
export function isReached ({ cluster, storage }: Pick<RequestContext, 'cluster' | 'storage'>, home: Storage): boolean {
  return !cluster.profile.keepsToNamespace || home.namespaceId === storage.namespaceId
}

/** What stands behind the last dot, a token's prefix left aside (`SplitIDFromString` of Vault's helpers). */
export function suffixOf (id: string): string {
  const name = id.slice(id.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return dot < 0 || TOKEN_PREFIXES.includes(name.slice(0, dot + 1)) ? '' : name.slice(dot + 1)
}

const TOKEN_PREFIXES: readonly string[] = ['hvs.', 'hvb.', 'hvr.', 's.', 'b.', 'r.']
