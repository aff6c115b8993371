// The entity that a token names: of the token's namespace as a rule, else of one above it.
import type { Storage } from '../cluster/storage.js'
import { entityById, type Entity } from './identity.js'
import { allStorages } from './namespaces/namespaces.js'
import { stored } from './stored.js'

/** The entity that a token names, or the one that it was merged into; undefined once that is deleted. */
export function entityOfToken (storage: Storage, id: string): Entity | undefined {
  return entityAnywhere(storage, id) ?? mergedEntity(storage, id)
}

/** A token, or a group, may name an entity of another namespace. @param storage where it is, as a rule */
export function entityAnywhere (storage: Storage, id: string): Entity | undefined {
  const entity = entityById(storage, id)
  if (entity !== undefined || id === '') return entity
  for (const each of allStorages(storage)) {
    const found = each === storage ? undefined : entityById(each, id)
    if (found !== undefined) return found
  }
  return undefined
}

function mergedEntity (storage: Storage, id: string): Entity | undefined {
  if (id === '') return undefined
  for (const each of allStorages(storage)) {
    for (const [, entity] of stored.entities(each).entries()) if (entity.mergedIds?.includes(id) === true) return entity
  }
  return undefined
}
