// The cubbyhole of a token, for the engine that serves it and for whoever revokes the token.
import type { Area, Storage } from '../../cluster/storage.js'
import type { JsonValue } from '../../json/index.js'
import { homeOf } from '../namespaces/homes.js'
import { storagesWithin } from '../namespaces/namespaces.js'
import { pathSegment, stored } from '../stored.js'
import type { TokenEntry } from './tokens.js'

/**
 * A token's cubbyhole. A token's id may be of the client's choosing, slashes included; as a single segment of the path
 * it cannot make one cubbyhole part of another.
 */
export function cubbyholeOf (storage: Storage, token: Pick<TokenEntry, 'id'>): Area<JsonValue> {
  return stored.cubbyholes(storage).area(`${pathSegment(token.id)}/`)
}

/** Forgets a token's cubbyholes, one in each namespace that it reaches; for whoever revokes the token. */
export function deleteCubbyhole (storage: Storage, token: Pick<TokenEntry, 'id' | 'namespaceId'>): void {
  for (const each of storagesWithin(homeOf(storage, token))) each.deleteAll(cubbyholeOf(each, token).prefix)
}
