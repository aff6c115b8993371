// `status`, and what `operator unseal` shows after each key: the seal and who leads.
import { FORMAT_FLAG } from '../common-flags.js'
import { isObject, parseJson, type JsonObject, type JsonValue } from '../../../json/index.js'
import { saying, type ExitCode } from '../ending.js'
import { ApiError } from '../api-error.js'
import { numberOf, textOf, textsOf } from '../secret.js'
import { goValue } from '../../../go/values.js'
import type { Client } from '../client.js'
import { expectAtMost, type Command, type Session } from '../command.js'

const NEVER = '0001-01-01T00:00:00Z'

/** The members of an answer without an envelope. */
export async function bareMembers (client: Client, path: string, call: { method?: 'GET' | 'PUT' | 'POST', body?: JsonValue } = {}): Promise<JsonObject> {
  const { bytes } = await client.send({ method: call.method ?? 'GET', path, body: call.body })
  const read = bytes.length === 0 ? {} : parseJson(bytes.toString())
  return isObject(read) ? read : {}
}

const status: Command = {
  words: 'status',
  synopsis: 'Print seal and HA status',
  takes: '',
  flags: [FORMAT_FLAG],
  async run (session) {
    expectAtMost(session.args, 0)
    const client = session.client()
    client.namespace = ''
    const seal = await saying('Error checking seal status', async () => await bareMembers(client, 'sys/seal-status'), 1)
    const code = await showSeal(session, seal)
    return seal['sealed'] === true ? 2 : code
  }
}

/** @param seal an answer of `sys/seal-status` */
export async function showSeal (session: Session, seal: JsonObject): Promise<ExitCode> {
  const leader = await saying('Error checking leader status', async () => await leaderOf(session.client()), 1)
  const record = statusRecord(seal, leader)
  return session.output.data(record, [['Key', 'Value'], ...sealRows(record), ...haRows(record), ...indexRows(record)])
}

/** A sealed node does not know its leader, and says so. */
async function leaderOf (client: Client): Promise<JsonObject> {
  try {
    return await bareMembers(client, 'sys/leader')
  } catch (error) {
    if (error instanceof ApiError && error.message.includes('Vault is sealed')) return { ha_enabled: true }
    throw error
  }
}

function statusRecord (seal: JsonObject, leader: JsonObject): JsonObject {
  return {
    type: textOf(seal['type']),
    initialized: seal['initialized'] === true,
    sealed: seal['sealed'] === true,
    t: numberOf(seal['t']),
    n: numberOf(seal['n']),
    progress: numberOf(seal['progress']),
    nonce: textOf(seal['nonce']),
    version: textOf(seal['version']),
    build_date: textOf(seal['build_date']),
    migration: seal['migration'] === true,
    ...present(seal, ['cluster_name', 'cluster_id']),
    recovery_seal: seal['recovery_seal'] === true,
    ...present(seal, ['recovery_seal_type', 'storage_type', 'hcp_link_status', 'hcp_link_resource_ID']),
    ...typeof seal['removed_from_cluster'] === 'boolean' && { removed_from_cluster: seal['removed_from_cluster'] },
    ...present(seal, ['warnings']),
    ha_enabled: leader['ha_enabled'] === true,
    ...present(leader, ['is_self']),
    active_time: textOf(leader['active_time']) || NEVER,
    ...present(leader, ['leader_address', 'leader_cluster_address', 'performance_standby', 'performance_standby_last_remote_wal', 'last_wal',
      'raft_committed_index', 'raft_applied_index'])
  }
}

/** Members that are there and not Go's zero value. */
function present (from: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, from[name]]).filter(([, value]) => {
    return value !== undefined && value !== null && value !== '' && value !== 0 && value !== false && !(Array.isArray(value) && value.length === 0)
  }))
}

function row (title: string, value: JsonValue | undefined): string[][] {
  return value === undefined ? [] : [[title, goValue(value)]]
}

function sealRows (record: JsonObject): string[][] {
  const recovery = record['recovery_seal'] === true
  const sealed = record['sealed'] === true
  return [
    ...row('Seal Type', record['type']),
    ...recovery ? row('Recovery Seal Type', record['recovery_seal_type'] ?? '') : [],
    ...row('Initialized', record['initialized']),
    ...row('Sealed', record['sealed']),
    ...row(recovery ? 'Total Recovery Shares' : 'Total Shares', record['n']),
    ...row('Threshold', record['t']),
    ...sealed ? [['Unseal Progress', `${goValue(record['progress'])}/${goValue(record['t'])}`], ['Unseal Nonce', textOf(record['nonce'])]] : [],
    ...record['migration'] === true ? row('Seal Migration in Progress', true) : [],
    ...row('Version', record['version']),
    ...row('Build Date', record['build_date']),
    ...row('Storage Type', record['storage_type'] ?? ''),
    ...record['cluster_name'] !== undefined && record['cluster_id'] !== undefined
      ? [...row('Cluster Name', record['cluster_name']), ...row('Cluster ID', record['cluster_id'])]
      : [],
    ...row('Removed From Cluster', record['removed_from_cluster']),
    ...record['hcp_link_status'] === undefined
      ? []
      : [...row('HCP Link Status', record['hcp_link_status']), ...row('HCP Link Resource ID', record['hcp_link_resource_ID'] ?? '')],
    ...row('HA Enabled', record['ha_enabled'])
  ]
}

function haRows (record: JsonObject): string[][] {
  if (record['ha_enabled'] !== true || record['sealed'] === true) return []
  const isActive = record['is_self'] === true
  const since = textOf(record['active_time'])
  return [
    ...row('HA Cluster', record['leader_cluster_address'] ?? ''),
    ...row('HA Mode', isActive ? 'active' : 'standby'),
    ...isActive && since !== NEVER ? row('Active Since', since) : [],
    ...isActive ? [] : row('Active Node Address', record['leader_address'] ?? '<none>'),
    ...record['performance_standby'] === true
      ? [...row('Performance Standby Node', true), ...row('Performance Standby Last Remote WAL', record['performance_standby_last_remote_wal'] ?? 0)]
      : []
  ]
}

function indexRows (record: JsonObject): string[][] {
  const warnings = textsOf(record['warnings'])
  return [
    ...row('Raft Committed Index', record['raft_committed_index']),
    ...row('Raft Applied Index', record['raft_applied_index']),
    ...row('Last WAL', record['last_wal']),
    ...warnings === null ? [] : row('Warnings', warnings)
  ]
}

export const STATUS: readonly Command[] = [status]
