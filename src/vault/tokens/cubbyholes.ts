// Where the cubbyhole of a token lies, for the engine that serves it and for whoever revokes the token.
import type { Storage } from '../../cluster/storage.js'
import type { TokenEntry } from './tokens.js'

/**
 * Where a token's cubbyhole lies, with a trailing slash. A token's id may be of the client's choosing, slashes included;
 * escaped they cannot make one cubbyhole part of another.
 */
export function cubbyholePrefix (token: Pick<TokenEntry, 'id'>): string {
  return `local/cubbyhole/${token.id.replaceAll('%', '%25').replaceAll('/', '%2F')}/`
}

/** Forgets a token's cubbyhole; for whoever revokes the token. */
export function deleteCubbyhole (storage: Storage, token: Pick<TokenEntry, 'id'>): void {
  storage.deleteAll(cubbyholePrefix(token))
}
