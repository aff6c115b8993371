// What a cluster stores of its part in replication, and where: one window for each path.
import type { Area, Entry, Storage } from '../cluster/storage.js'
import type { ReplicationRecord } from './records.js'
import type { Reindex } from './reindex.js'

/** One record per kind of replication; none: it takes no part. */
export const recordsIn = (storage: Storage): Area<ReplicationRecord> => storage.area('own/replication/')
/** The reindex that runs. */
export const reindexIn = (storage: Storage): Entry<Reindex> => storage.entry('own/replication-reindex')
/** Private keys by kind of replication, base64, for activation tokens that are sealed for this cluster alone. */
export const privateKeysIn = (storage: Storage): Area<string> => storage.area('own/replication-key/')
/** What the authority for replication links signs with: 32 bytes in base64. A DR secondary has its primary's. */
export const linkAuthorityKeyIn = (storage: Storage): Entry<string> => storage.entry('local/replication-link-key')
