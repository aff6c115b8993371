// The body of a request that brings a snapshot: sys/storage/raft/snapshot, …/snapshot-force and …/snapshot-load.
import type { LogicalRequest } from '../../vault/paths.js'

/** The raw body; nothing where the request came without one. */
export function uploadOf ({ upload }: LogicalRequest): AsyncIterable<Uint8Array> {
  return upload ?? noUpload()
}

async function * noUpload (): AsyncGenerator<Uint8Array> {}
