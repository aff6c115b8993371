// `storage` and `ha_storage`: what raft is used for, what the node is called, whom it joins.
import type { RetryJoin } from '../../cluster/retry-join.js'
import { parseGoBool } from '../../go/strconv.js'
import type { HclItem } from '../../hcl/hcl.js'
import { integer } from '../options/kinds.js'
import { ConfigError, itemsOf, members, readAs, readText, textOf, type Settings } from './items.js'

export interface ConfiguredStorage {
  readonly nodeId: string | undefined
  /** what raft is used for; undefined: no raft was asked for */
  readonly raft: 'storage' | 'ha_storage' | undefined
  readonly storage: 'inmem' | undefined
  /** undefined: no stanza */
  readonly retryJoin: ReadonlyArray<Partial<RetryJoin>> | undefined
}

export const STORAGES = ['storage', 'backend', 'ha_storage', 'ha_backend']
const LAST_PORT = 65_535

/** Of raft as storage; where it only elects the leader, nodes are not joined by their configuration. */
const USED = ['path', 'node_id', 'retry_join', 'retry_join_as_non_voter']
const USED_TO_ELECT = ['path', 'node_id']
/** Who calls the leader shows it no certificate here, so that its own is not needed. */
const USED_IN_JOIN = [
  'leader_api_addr', 'auto_join', 'auto_join_scheme', 'auto_join_port', 'leader_tls_servername', 'leader_ca_cert',
  'leader_ca_cert_file', 'leader_client_cert', 'leader_client_key', 'leader_client_cert_file', 'leader_client_key_file'
]

/** @throws {ConfigError} for joins that no server starts with */
export function storageIn (items: readonly HclItem[]): ConfiguredStorage {
  const raft = items.find(({ keys }) => STORAGES.includes(keys[0] ?? '') && keys[1] === 'raft')
  const inmem = items.some(({ keys }) => STORAGES.includes(keys[0] ?? '') && keys[1] === 'inmem')
  if (raft === undefined) {
    return { nodeId: undefined, raft: undefined, storage: inmem ? 'inmem' : undefined, retryJoin: undefined }
  }
  const nodeId = textOf(members(raft).get('node_id'))
  if (elects(raft)) return { nodeId, raft: 'ha_storage', storage: undefined, retryJoin: undefined }
  return { nodeId, raft: 'storage', storage: undefined, retryJoin: joinsIn(raft) }
}

/** Undefined: all of it is simulated, or it is no storage. */
export function unknownInStorage (item: HclItem): string[] {
  const [name = '', label = ''] = item.keys
  if (label === 'inmem') return []
  if (label !== 'raft') return [`${name} "${label}"`]
  const used = elects(item) ? USED_TO_ELECT : USED
  const settings = [...members(item).keys()].filter((setting) => !used.includes(setting))
  const ofJoins = elects(item) ? [] : joinItems(item).flatMap((join) => [...members(join).keys()])
  return [
    ...settings.map((setting) => `${name}.${setting}`),
    ...ofJoins.filter((setting) => !USED_IN_JOIN.includes(setting)).map((setting) => `${name}.retry_join.${setting}`)
  ]
}

function elects ({ keys }: HclItem): boolean {
  return keys[0]?.startsWith('ha_') === true
}

function joinItems (raft: HclItem): HclItem[] {
  return itemsOf(raft).filter(({ keys }) => keys[0] === 'retry_join')
}

function joinsIn (raft: HclItem): ConfiguredStorage['retryJoin'] {
  const nonVoter = parseGoBool(textOf(members(raft).get('retry_join_as_non_voter')) ?? 'false') === true
  const joins = joinItems(raft).map((item, index) => joinIn(members(item), index, nonVoter))
  return joins.length === 0 ? undefined : joins
}

/** @see Vault's `JoinConfig` */
function joinIn (join: Settings, index: number, nonVoter: boolean): Partial<RetryJoin> {
  const text = (name: string): string => textOf(join.get(name)) ?? ''
  const [leaderApiAddr, autoJoin, autoJoinScheme] = [text('leader_api_addr'), text('auto_join'), text('auto_join_scheme')]
  if (leaderApiAddr !== '' && autoJoin !== '') throw refused('cannot provide both a leader_api_addr and auto_join')
  if (!['', 'http', 'https'].includes(autoJoinScheme)) {
    throw refused(`invalid scheme "${autoJoinScheme}"; must either be http or https`)
  }
  return {
    leaderApiAddr,
    autoJoin,
    autoJoinScheme,
    autoJoinPort: readAs('retry_join.auto_join_port', integer(0, LAST_PORT), text('auto_join_port')) ?? 0,
    caPem: text('leader_ca_cert') || authorityIn(text('leader_ca_cert_file'), index),
    tlsServerName: text('leader_tls_servername'),
    nonVoter
  }
}

function authorityIn (file: string, index: number): string {
  try {
    return file === '' ? '' : readText(file)
  } catch (error) {
    const place = `(retry_join index: ${index})`
    throw refused(`failed to create tls config to communicate with leader node ${place}: ${(error as Error).message}`)
  }
}

function refused (problem: string): ConfigError {
  return new ConfigError(`Failed to initiate raft retry join, ${JSON.stringify(problem)}`)
}
