// What a cluster keeps of itself must look like in a saved world: seal, keys, snapshots, replication.
import { Type } from '@sinclair/typebox'
import type { RotateConfig } from '../backends/system/stored.js'
import type { AutoSnapshot, AutoSnapshotFile, AutoSnapshotStatus } from '../cluster/auto-snapshots.js'
import type { Keyring } from '../cluster/keyring.js'
import { SealForm, type StoredIdentity } from '../cluster/stored.js'
import type { BootstrappingRecord, PrimaryRecord, SecondaryRecord } from '../replication/records.js'
import type { Reindex } from '../replication/reindex.js'
import { instant, oneOf, texts } from '../sim/declared.js'
import { anyObject, formOf, text, whole, yesOrNo, type PrefixForms } from '../vault/entry-forms.js'

const Identity = formOf<StoredIdentity>()(Type.Object({ id: text, name: text }))
const KeyringForm = formOf<Keyring>()(Type.Object({ term: whole, installedAtMs: instant, encryptions: whole }))
const Rotation = formOf<RotateConfig>()(Type.Object({
  enabled: yesOrNo,
  maxOperations: whole,
  intervalSeconds: whole
}))

const Snapshots = formOf<AutoSnapshot>()(Type.Object({
  // it is scheduled again and again
  intervalSeconds: Type.Integer({ minimum: 1, maximum: 2 ** 63 }),
  retain: whole,
  pathPrefix: text,
  filePrefix: text,
  storageType: text,
  target: anyObject
}))

const SnapshotStatus = formOf<AutoSnapshotStatus>()(Type.Object({
  lastStartAtMs: instant,
  lastEndAtMs: instant,
  lastError: text,
  lastUrl: text,
  nextStartAtMs: instant
}))

const SnapshotFiles = Type.Array(formOf<AutoSnapshotFile>()(Type.Object({ path: text, bytes: whole })))

const upkeep = { lastReindexAtMs: instant, lastCorruptionCheckAtMs: instant }
const Filter = Type.Object({ mode: oneOf('allow', 'deny'), paths: texts })

const Primary = formOf<PrimaryRecord>()(Type.Object({
  ...upkeep,
  mode: Type.Literal('primary'),
  clusterId: text,
  primaryClusterAddr: text,
  secondaries: Type.Record(text, Type.Object({ secret: text, accessor: text })),
  pathsFilters: Type.Record(text, Filter)
}))

const Secondary = formOf<SecondaryRecord>()(Type.Object({
  ...upkeep,
  mode: Type.Literal('secondary'),
  clusterId: text,
  linked: yesOrNo,
  secondaryId: text,
  secret: text,
  primaryId: text,
  primaryApiAddrOverride: text,
  primaryApiAddrs: texts,
  alternateApiAddrs: texts,
  knownPrimaryClusterAddrs: texts,
  primaryClusterAddr: text,
  lastStartAtMs: instant
}))

const Bootstrapping = formOf<BootstrappingRecord>()(Type.Object({
  mode: Type.Literal('bootstrapping'),
  primaryKey: text,
  clusterId: text,
  secondaryId: text,
  secret: text,
  primaryClusterAddr: text,
  primaryApiAddrOverride: text,
  primaryApiAddrs: texts,
  certificates: Type.Object({ caCert: text, clientCert: text, clientKey: text })
}))

const RECORDS = [Primary, Secondary, Bootstrapping]

/** By the beginning of the paths. */
export const OWN_FORMS: PrefixForms = [
  ['own/seal', SealForm],
  ['own/cluster', Identity],
  ['own/keyring', KeyringForm],
  ['own/rotate-config', Rotation],
  ['own/autopilot', anyObject],
  ['own/snapshot-auto/', SnapshotStatus],
  ['own/snapshot-auto-files/', SnapshotFiles],
  ['local/snapshot-auto/', Snapshots],
  ['own/replication/', Type.Union(RECORDS, { description: 'a record of a primary or of a secondary' })],
  ['own/replication-reindex', formOf<Reindex>()(Type.Object({ startedAtMs: instant, total: whole }))],
  ['own/replication-key/', text]
]
