// sys/key-status: which key encrypts, and how often it did.
import { Type } from '@sinclair/typebox'
import { keyringOf } from '../../cluster/keyring.js'
import type { Storage } from '../../cluster/storage.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'

export const keyStatusPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/key-status', [
  definePath({
    path: 'key-status',
    summary: 'Provides information about the backend encryption key.',
    fields: Type.Object({}),
    operations: { read }
  })
])

function read ({ cluster: { storage } }: Call<unknown>): LogicalResponse {
  const { term, installedAtMs, encryptions } = keyringOf(storage)
  return {
    data: {
      term,
      install_time: rfc3339Nano(installedAtMs),
      encryptions: Math.max(0, allEncryptions(storage) - encryptions)
    }
  }
}

/** Of all keys there ever were: every write to the storage is one. */
export function allEncryptions (storage: Storage): number {
  return storage.writes('replicated') + storage.writes('local') + storage.writes('own')
}
