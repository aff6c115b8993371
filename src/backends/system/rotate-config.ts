// sys/rotate/config: when the encryption key is replaced by itself; kept and shown, never acted upon.
import { Type, type Static } from '@sinclair/typebox'
import type { Cluster } from '../../cluster/cluster.js'
import { formatDurationMs } from '../../go/durations.js'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { stored, type RotateConfig } from './stored.js'

const MOST_OPERATIONS = 3_865_470_566
const FEWEST_OPERATIONS = 1_000_000
const SHORTEST_INTERVAL_SECONDS = 86_400
const DEFAULT: RotateConfig = { enabled: true, maxOperations: MOST_OPERATIONS, intervalSeconds: 0 }

const fields = Type.Object({
  enabled: field.bool({ description: 'Whether automatic rotation is enabled.' }),
  max_operations: field.int({
    description: 'The number of encryption operations performed before the barrier key is automatically rotated.'
  }),
  interval: field.durationSeconds({
    description: 'How long after installation of an active key term that the key will be automatically rotated.'
  })
})

export const rotateConfigPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/rotate-config', ['rotate/config', 'rotate/keyring/config'].map((path) => definePath({
  path,
  summary: 'Configures settings related to the backend encryption key management.',
  fields,
  operations: { read, update: write }
})))

function configOf ({ storage }: Cluster): RotateConfig {
  return stored.rotateConfig(storage).get() ?? DEFAULT
}

function read ({ cluster }: Call<unknown>): LogicalResponse {
  const { enabled, maxOperations, intervalSeconds } = configOf(cluster)
  const interval = intervalSeconds === 0 ? 0 : formatDurationMs(intervalSeconds * 1000)
  return { data: goMap({ enabled, max_operations: maxOperations, interval }) }
}

function write ({ cluster, fields: given }: Call<Static<typeof fields>>): undefined {
  const old = configOf(cluster)
  const config: RotateConfig = {
    enabled: given.enabled ?? old.enabled,
    maxOperations: given.max_operations ?? old.maxOperations,
    intervalSeconds: given.interval ?? old.intervalSeconds
  }
  refuseOutOfBounds(config)
  stored.rotateConfig(cluster.storage).put(config)
}

function refuseOutOfBounds ({ maxOperations, intervalSeconds }: RotateConfig): void {
  if (maxOperations < FEWEST_OPERATIONS || maxOperations > MOST_OPERATIONS) {
    throw invalid(`max_operations must be in the range [${FEWEST_OPERATIONS},${MOST_OPERATIONS}]`)
  }
  if (intervalSeconds !== 0 && intervalSeconds < SHORTEST_INTERVAL_SECONDS) {
    throw invalid('interval must be greater or equal to 24h0m0s')
  }
}
