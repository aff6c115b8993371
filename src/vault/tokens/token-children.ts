// Which tokens were made by which: the index from parents to children.
import type { Storage } from '../../cluster/storage.js'
import { nameInSegment, pathSegment, stored } from '../stored.js'

/** The ids of a token's children, as far as they are asked for. */
export function * childrenOf (storage: Storage, id: string): Generator<string> {
  const { prefix } = stored.childTokens(storage)
  for (const name of storage.children(`${prefix}${pathSegment(id)}/`)) yield nameInSegment(name)
}

/** A token without a parent is nobody's child. */
export function noteChild (storage: Storage, parent: string, id: string): void {
  if (parent !== '') stored.childTokens(storage).put(nameOf(parent, id), true)
}

/** Takes a child out, whether or not it is there. */
export function forgetChild (storage: Storage, parent: string, id: string): void {
  if (parent !== '') stored.childTokens(storage).delete(nameOf(parent, id))
}

function nameOf (parent: string, id: string): string {
  return `${pathSegment(parent)}/${pathSegment(id)}`
}
