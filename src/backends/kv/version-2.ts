// KV version 2: secrets with versions. This file is its table of contents and its answer to wrong paths.
// https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2
import { unsupportedOperation } from '../../refusal/index.js'
import type { Storage } from '../../cluster/storage.js'
import type { Backend, Call, LogicalResponse, Operation } from '../../vault/paths.js'
import { storedObjects } from './version-1.js'
import { configPath } from './config.js'
import { dataPath, subkeysPath } from './data.js'
import { metadataPath } from './metadata.js'
import { withFloats } from './floats.js'
import { KvStore, newMetadata } from './stored-versions.js'
import { versionsPaths } from './delete-and-destroy.js'

/** The engine of mounts of type `kv` with the option `version` 2. */
export const kvV2: Backend = {
  type: 'kv',
  help: (product) => [
    'This backend provides a versioned key-value store. The kv backend reads and',
    'writes arbitrary secrets to the storage backend. The secrets are',
    `encrypted/decrypted by ${product}: they are never stored unencrypted in the backend`,
    'and the backend never has an opportunity to see the unencrypted value. Each key',
    'can have a configured number of versions, and versions can be retrieved based on',
    'their version numbers.'
  ].join('\n'),
  paths: [configPath, dataPath, metadataPath, subkeysPath, ...versionsPaths],
  otherwise: invalidPath
}

const ROOTS: readonly string[] = ['metadata', 'data', 'delete', 'undelete', 'destroy']
const COMMANDS: Partial<Record<Operation, string>> = {
  create: 'put', update: 'put', patch: 'patch', read: 'get', list: 'list', scan: 'scan', delete: 'delete'
}

/** 404 with a warning in an envelope that does not end with a newline (recorded). */
function invalidPath (call: Call): LogicalResponse {
  const command = COMMANDS[call.request.operation]
  if (command === undefined) throw unsupportedOperation()
  return { data: null, warnings: [warning(call, command)], status: { code: 404, newline: false } }
}

function warning (call: Call, command: string): string {
  if (ROOTS.some((root) => call.request.path === call.mount.path + root)) {
    return 'Non-listing operations on the root of a K/V v2 mount are not supported.'
  }
  const { product, cliName } = call.cluster.profile
  return 'Invalid path for a versioned K/V secrets engine. ' +
    'See the API docs for the appropriate API endpoints to use. ' +
    `If using the ${product} CLI, use '${cliName} kv ${command}' for this operation.`
}

/** Turns what KV v1 left below a mount's prefix into first versions. */
export function upgradeToVersions (storage: Storage, prefix: string, nowMs: number): void {
  const store = new KvStore(storage, prefix)
  const objects = storedObjects(storage, prefix)
  for (const [path, data] of [...objects.entries()]) {
    store.addVersion(path, newMetadata(nowMs), withFloats(data), nowMs)
    objects.delete(path)
  }
}
