// What KV v1 and the cubbyhole share: objects kept as they came, below a prefix.
import { invalid } from '../refusal/index.js'
import type { Storage } from '../cluster/storage.js'
import type { JsonObject } from '../json/index.js'
import { goMap } from '../json/index.js'
import type { LogicalResponse } from '../vault/paths.js'

/**
 * The object stored at a path.
 *
 * @throws VaultError `invalid`, its text the value, where the object's only member is `error`: Vault takes what was
 *   stored for an error response of the engine (reference/core.md §8)
 */
export function readObject (storage: Storage, path: string): JsonObject | undefined {
  const object = storage.get(path) as JsonObject | undefined
  if (object === undefined) return undefined
  if (typeof object.error === 'string' && Object.keys(object).length === 1) throw invalid(object.error)
  return object
}

/** The names directly below a folder as `keys`; undefined if there are none, which is a 404. */
export function listFolder (storage: Storage, prefix: string, folder: string): LogicalResponse | undefined {
  return keysResponse([...storage.children(prefix + asFolder(folder))])
}

/** All paths below a folder, relative to it, as `keys`: OpenBao's SCAN. */
export function scanFolder (storage: Storage, prefix: string, folder: string): LogicalResponse | undefined {
  const start = prefix + asFolder(folder)
  return keysResponse([...storage.paths(start)].map((path) => path.slice(start.length)))
}

function keysResponse (keys: string[]): LogicalResponse | undefined {
  return keys.length === 0 ? undefined : { data: goMap({ keys }) }
}

function asFolder (path: string): string {
  return path === '' || path.endsWith('/') ? path : path + '/'
}
