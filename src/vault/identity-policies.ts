// What an entity and its groups add to the policies of a token, namespace by namespace.
import type { Storage } from '../cluster/storage.js'
import { identityOfToken, policiesOfIdentity, type Identity } from './identity.js'
import { allNamespaces, isWithinNamespace, namespaceIn } from './namespaces/namespaces.js'

/**
 * The policies that count for a token, by the storages that have them, the token's own first: those of its entity,
 * and of the groups of its namespace and of those below it (`getApplicableGroupPolicies`).
 *
 * @param home the storage of the token's namespace
 */
export function policiesByStorage (home: Storage, identity: Identity): Map<Storage, readonly string[]> {
  const found = new Map([[home, policiesOfIdentity(identity, home.namespaceId)]])
  const { entity } = identity
  if (entity === undefined) return found
  const { whole } = home
  const own = namespaceIn(home)
  for (const namespace of allNamespaces(whole)) {
    const storage = whole.namespace(namespace.id)
    if (storage === home || !isWithinNamespace(namespace, own)) continue
    const policies = policiesOfIdentity(identity, namespace.id)
    if (policies.length > 0) found.set(storage, policies)
  }
  const ofEntity = whole.namespace(entity.namespaceId ?? whole.namespaceId)
  if (!entity.disabled && !found.has(ofEntity)) found.set(ofEntity, entity.policies)
  return found
}

/** Those of other namespaces than the token's, by their ids, as lookups show them. */
export function externalNamespacePolicies (home: Storage, entityId: string): Record<string, readonly string[]> {
  const all = [...policiesByStorage(home, identityOfToken(home, entityId))]
  return Object.fromEntries(all
    .filter(([storage, policies]) => storage !== home && policies.length > 0)
    .map(([{ namespaceId }, policies]) => [namespaceId, policies]))
}
