// The state of autopilot, for people and as the members of the real client's own struct.
import { goMap, isObject, type JsonObject, type JsonValue } from '../../../json/index.js'
import { goValue } from '../../../go/values.js'

function texts (value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function serversOf (state: JsonObject): JsonObject[] {
  const servers = isObject(state['servers']) ? state['servers'] : {}
  return Object.keys(servers).sort().map((id) => servers[id]).filter(isObject)
}

/** With a line break at its end. */
export function autopilotText (state: JsonObject): string {
  const tolerance = state['optimistic_failure_tolerance']
  return [
    `Healthy:                         ${goValue(state['healthy'])}`,
    `Failure Tolerance:               ${goValue(state['failure_tolerance'] ?? 0)}`,
    `Leader:                          ${goValue(state['leader'] ?? '')}`,
    'Voters:',
    ...texts(state['voters']).map((id) => `   ${id}`),
    ...texts(state['non_voters']).length === 0 ? [] : ['Non Voters:', ...texts(state['non_voters']).map((id) => `   ${id}`)],
    ...typeof tolerance === 'number' && tolerance > 0 ? [`Optimistic Failure Tolerance:    ${tolerance}`] : [],
    'Servers:',
    ...serversOf(state).flatMap(serverLines),
    ...zoneLines(state['redundancy_zones']),
    ...upgradeLines(state['upgrade_info']),
    ''
  ].join('\n')
}

const SERVER_LINES = [
  ['Name:', 'name'], ['Address:', 'address'], ['Status:', 'status'], ['Node Status:', 'node_status'], ['Healthy:', 'healthy'],
  ['Last Contact:', 'last_contact'], ['Last Term:', 'last_term'], ['Last Index:', 'last_index'], ['Version:', 'version']
] as const
const OPTIONAL_LINES = [['Upgrade Version:', 'upgrade_version'], ['Redundancy Zone:', 'redundancy_zone'], ['Node Type:', 'node_type']] as const

function serverLines (server: JsonObject): string[] {
  const said = OPTIONAL_LINES.filter(([, name]) => (server[name] ?? '') !== '')
  return [`   ${goValue(server['id'] ?? '')}`, ...[...SERVER_LINES, ...said].map(([title, name]) => `      ${title.padEnd(18)} ${goValue(server[name] ?? '')}`)]
}

function zoneLines (zones: JsonValue | undefined): string[] {
  if (!isObject(zones) || Object.keys(zones).length === 0) return []
  return ['Redundancy Zones:', ...Object.keys(zones).sort().flatMap((name) => {
    const zone = zones[name]
    const { servers, voters, failure_tolerance: tolerance = 0 } = isObject(zone) ? zone : {}
    return [`   ${name}`, `      Servers: ${[...texts(servers)].sort().join(', ')}`, `      Voters: ${[...texts(voters)].sort().join(', ')}`,
      `      Failure Tolerance: ${goValue(tolerance)}`]
  })]
}

function upgradeLines (upgrade: JsonValue | undefined): string[] {
  if (!isObject(upgrade)) return []
  const list = (name: string) => texts(upgrade[name]).join(', ')
  return [
    'Upgrade Info:',
    `   Status: ${goValue(upgrade['status'] ?? '')}`,
    `   Target Version: ${goValue(upgrade['target_version'] ?? '')}`,
    `   Target Version Voters: ${list('target_version_voters')}`,
    `   Target Version Non-Voters: ${list('target_version_non_voters')}`,
    `   Other Version Voters: ${list('other_version_voters')}`,
    `   Other Version Non-Voters: ${list('other_version_non_voters')}`
  ]
}

/** Under the names that the struct's members have in Go, as JSON and YAML have them there. */
export function autopilotRecord (state: JsonObject): JsonObject {
  return {
    Healthy: state['healthy'] === true,
    FailureTolerance: state['failure_tolerance'] ?? 0,
    Servers: goMap(Object.fromEntries(serversOf(state).map((server) => [String(server['id']), serverRecord(server)]))),
    Leader: state['leader'] ?? '',
    Voters: state['voters'] ?? null,
    NonVoters: state['non_voters'] ?? null,
    RedundancyZones: state['redundancy_zones'] ?? null,
    Upgrade: state['upgrade_info'] ?? null,
    OptimisticFailureTolerance: state['optimistic_failure_tolerance'] ?? 0
  }
}

function serverRecord (server: JsonObject): JsonObject {
  return {
    ID: server['id'] ?? '',
    Name: server['name'] ?? '',
    Address: server['address'] ?? '',
    NodeStatus: server['node_status'] ?? '',
    LastContact: server['last_contact'] ?? '',
    LastTerm: server['last_term'] ?? 0,
    LastIndex: server['last_index'] ?? 0,
    Healthy: server['healthy'] === true,
    StableSince: server['stable_since'] ?? '',
    Status: server['status'] ?? '',
    Version: server['version'] ?? '',
    UpgradeVersion: server['upgrade_version'] ?? '',
    RedundancyZone: server['redundancy_zone'] ?? '',
    NodeType: server['node_type'] ?? ''
  }
}
