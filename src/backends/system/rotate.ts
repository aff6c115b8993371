// sys/key-status, sys/rotate, sys/rotate/config. https://developer.hashicorp.com/vault/api-docs/system/rotate
import { Type, type Static } from '@sinclair/typebox'
import type { Cluster } from '../../cluster/cluster.js'
import { firstKeyring, rotateKeyring, type Keyring } from '../../cluster/keyring.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import { formatDurationMs } from '../../go/durations.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { refuseRotateOnSecondary } from '../../vault/replication/secondary-guards.js'

const MOST_OPERATIONS = 3_865_470_566
const FEWEST_OPERATIONS = 1_000_000

const Config = Type.Object({
  enabled: field.bool({ description: 'Whether automatic rotation is enabled.' }),
  max_operations: field.int({ description: 'The number of encryption operations performed before the barrier key is automatically rotated.' }),
  interval: field.durationSeconds({ description: 'How long after installation of an active key term that the key will be automatically rotated.' })
})

export const rotatePaths: readonly PathDefinition[] = [
  definePath({
    path: 'key-status',
    summary: 'Provides information about the backend encryption key.',
    fields: Type.Object({}),
    operations: { read: ({ cluster }) => ({ data: renderKeyring(cluster) }) }
  }),
  ...['rotate', 'rotate/keyring'].map((path) => definePath({
    path,
    summary: 'Rotates the backend encryption key used to persist data.',
    sudo: true,
    fields: Type.Object({}),
    operations: { update: ({ cluster }) => { rotate(cluster); return undefined } }
  })),
  ...['rotate/config', 'rotate/keyring/config'].map((path) => definePath({
    path,
    summary: 'Configures settings related to the backend encryption key management.',
    fields: Config,
    operations: { read: ({ cluster }) => renderConfig(cluster), update: writeConfig }
  }))
]

function keyringOf ({ storage }: Cluster): Keyring {
  return storage.get('own/keyring') as Keyring | undefined ?? firstKeyring(0)
}

/** Every write to the storage is an encryption. */
function renderKeyring (cluster: Cluster): JsonObject {
  const { term, installedAtMs, encryptions } = keyringOf(cluster)
  const { storage } = cluster
  const writes = storage.writes('replicated') + storage.writes('local') + storage.writes('own')
  return { term, install_time: rfc3339Nano(installedAtMs), encryptions: Math.max(0, writes - encryptions) }
}

function rotate (cluster: Cluster): void {
  refuseRotateOnSecondary(cluster)
  const { storage } = cluster
  const writes = storage.writes('replicated') + storage.writes('local') + storage.writes('own')
  storage.put('own/keyring', { ...rotateKeyring(keyringOf(cluster), cluster.timeline.nowMs), encryptions: writes })
}

type StoredConfig = { readonly enabled: boolean, readonly maxOperations: number, readonly intervalSeconds: number }

function configOf ({ storage }: Cluster): StoredConfig {
  return storage.get('own/rotate-config') as StoredConfig | undefined ?? { enabled: true, maxOperations: MOST_OPERATIONS, intervalSeconds: 0 }
}

function renderConfig (cluster: Cluster): LogicalResponse {
  const { enabled, maxOperations, intervalSeconds } = configOf(cluster)
  return { data: goMap({ enabled, max_operations: maxOperations, interval: intervalSeconds === 0 ? 0 : formatDurationMs(intervalSeconds * 1000) }) }
}

function writeConfig ({ cluster, fields }: Call<Static<typeof Config>>): undefined {
  const before = configOf(cluster)
  const maxOperations = fields.max_operations ?? before.maxOperations
  const intervalSeconds = fields.interval ?? before.intervalSeconds
  if (maxOperations < FEWEST_OPERATIONS || maxOperations > MOST_OPERATIONS) throw invalid(`max_operations must be between ${FEWEST_OPERATIONS} and ${MOST_OPERATIONS}`)
  if (intervalSeconds !== 0 && intervalSeconds < 86_400) throw invalid('interval must be greater or equal to 24h0m0s')
  cluster.storage.put('own/rotate-config', { enabled: fields.enabled ?? before.enabled, maxOperations, intervalSeconds })
}
