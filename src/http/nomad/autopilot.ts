// Nomad: autopilot's settings and its view of the servers.
import { checkAndSetOf, decodeNomadStruct, nomadDurationMs, parseNomadBody, type StructShape } from './nomad-bodies.js'
import type { NomadRequest, NomadRoutes } from './handle.js'
import type { NomadAnswer } from './nomad-answer.js'
import { printJson, type JsonValue } from '../../json/index.js'
import { FAILED_AFTER_MS, regionHealth, setAutopilotConfig, type NomadAutopilotConfig, type RegionHealth, type ServerHealth, type StoredAutopilotConfig } from '../../nomad/autopilot.js'
import { rfc3339 } from '../../sim/instants.js'
import { formatDurationMs } from '../../go/durations.js'
import { invalidMethod } from './methods.js'

/** As Go decodes it: durations beside, everything else in an embedded struct, which its errors name. */
const DURATIONS = { typeName: '', fields: { LastContactThreshold: 'string', ServerStabilizationTime: 'string' } } as const satisfies StructShape<string>
const SETTINGS = {
  typeName: '.Alias',
  fields: { CleanupDeadServers: 'bool', MaxTrailingLogs: 'uint', MinQuorum: 'uint', EnableRedundancyZones: 'bool', DisableUpgradeMigration: 'bool', EnableCustomUpgrades: 'bool' }
} as const satisfies StructShape<string>
const PARSING = 'Error parsing autopilot config: '

export const nomadAutopilotRoutes: NomadRoutes = {
  '/v1/operator/autopilot/configuration': (request) => {
    if (request.method === 'GET') return readConfiguration(request)
    if (request.method === 'PUT') return writeConfiguration(request)
    throw invalidMethod(404)
  },
  '/v1/operator/autopilot/health': readHealth
}

async function readConfiguration (request: NomadRequest): Promise<NomadAnswer> {
  await request.forward(request.readOptions())
  request.require('operator', 'read')
  return { json: renderConfig(request.region.autopilot) }
}

/** The answer is a bare `true`, or with `cas` whether it was written. */
async function writeConfiguration (request: NomadRequest): Promise<NomadAnswer> {
  const config = decodeConfig(parseNomadBody(await request.readBody(), PARSING))
  const checkAndSet = checkAndSetOf(request.query.get('cas'))
  await request.forward()
  request.require('operator', 'write')
  return { json: setAutopilotConfig(request.region, config, checkAndSet) }
}

/** What a body leaves out becomes zero. */
function decodeConfig (body: JsonValue): NomadAutopilotConfig {
  const durations = decodeNomadStruct<keyof typeof DURATIONS['fields']>(DURATIONS, body, PARSING)
  const settings = decodeNomadStruct<keyof typeof SETTINGS['fields']>(SETTINGS, body, PARSING)
  return {
    cleanupDeadServers: settings.CleanupDeadServers === true,
    deadServerLastContactThresholdMs: FAILED_AFTER_MS,
    lastContactThresholdMs: nomadDurationMs(String(durations.LastContactThreshold ?? ''), PARSING),
    maxTrailingLogs: Number(settings.MaxTrailingLogs ?? 0),
    minQuorum: Number(settings.MinQuorum ?? 0),
    serverStabilizationTimeMs: nomadDurationMs(String(durations.ServerStabilizationTime ?? ''), PARSING),
    enableRedundancyZones: settings.EnableRedundancyZones === true,
    disableUpgradeMigration: settings.DisableUpgradeMigration === true,
    enableCustomUpgrades: settings.EnableCustomUpgrades === true
  }
}

function renderConfig ({ config, createIndex, modifyIndex }: StoredAutopilotConfig): JsonValue {
  return {
    LastContactThreshold: formatDurationMs(config.lastContactThresholdMs),
    ServerStabilizationTime: formatDurationMs(config.serverStabilizationTimeMs),
    CleanupDeadServers: config.cleanupDeadServers,
    MaxTrailingLogs: config.maxTrailingLogs,
    MinQuorum: config.minQuorum,
    EnableRedundancyZones: config.enableRedundancyZones,
    DisableUpgradeMigration: config.disableUpgradeMigration,
    EnableCustomUpgrades: config.enableCustomUpgrades,
    CreateIndex: createIndex,
    ModifyIndex: modifyIndex
  }
}

async function readHealth (request: NomadRequest): Promise<NomadAnswer> {
  if (request.method !== 'GET') throw invalidMethod(404)
  request.readOptions()
  await request.forward()
  request.require('operator', 'read')
  const health = regionHealth(request.region)
  const json = renderHealth(health, request.region.profile.version)
  // the status is written before the type, so Go guesses that this is text
  return health.healthy ? { json } : { status: 429, text: printJson(json) }
}

function renderHealth (health: RegionHealth, version: string): JsonValue {
  const { healthy, failureTolerance, leader, servers, voters } = health
  return {
    FailureTolerance: failureTolerance,
    Healthy: healthy,
    Leader: leader,
    Servers: servers.length === 0 ? null : servers.map((server) => renderServer(server, version)),
    Voters: voters.length === 0 ? null : voters
  }
}

function renderServer (server: ServerHealth, version: string): JsonValue {
  return {
    LastContact: formatDurationMs(server.lastContactMs),
    ID: server.id,
    Name: server.memberName,
    Address: server.address,
    SerfStatus: server.memberStatus,
    Version: version,
    Leader: server.status === 'leader',
    LastTerm: server.lastTerm,
    LastIndex: server.lastIndex,
    Healthy: server.healthy,
    Voter: server.status !== 'non-voter',
    StableSince: rfc3339(server.stableSinceAtMs)
  }
}
