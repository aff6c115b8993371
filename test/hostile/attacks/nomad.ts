// Nomad's routes: parameters, tokens, bodies.
import type { RequestStep, Step } from '../cases.js'
import type { Dice } from '../dice.js'
import { bodyFor, hostileText, hostileValue, NAMES, objectFor, type Schema } from '../values.js'
import { hostileHeaders } from './headers.js'

const PATHS = [
  '/v1/operator/raft/configuration', '/v1/operator/raft/peer', '/v1/operator/raft/transfer-leadership', '/v1/operator/autopilot/configuration', '/v1/operator/autopilot/health',
  '/v1/status/leader', '/v1/status/peers', '/v1/regions', '/v1/agent/health', '/v1/agent/self', '/v1/agent/members', '/v1/agent/servers', '/v1/agent/join', '/v1/agent/force-leave',
  '/v1/acl/bootstrap', '/v1/acl/tokens', '/v1/acl/token', '/v1/acl/token/self', '/v1/acl/token/', '/v1/acl/policies', '/v1/acl/policy/', '/v1/jobs', '/', '/ui/', '/v1/'
]
const QUERY = ['region', 'stale', 'id', 'address', 'index', 'wait', 'pretty', 'cas', 'type', 'prefix', 'per_page', 'next_token', 'namespace', 'consistent', 'filter', 'reverse']
const FIELDS: Schema = {
  type: 'object',
  properties: Object.fromEntries([
    ['CleanupDeadServers', 'boolean'], ['LastContactThreshold', 'string'], ['MaxTrailingLogs', 'integer'], ['MinQuorum', 'integer'], ['ServerStabilizationTime', 'string'],
    ['EnableRedundancyZones', 'boolean'], ['BootstrapSecret', 'string'], ['Name', 'string'], ['Type', 'string'], ['Policies', 'array'], ['Global', 'boolean'], ['Rules', 'string'],
    ['Description', 'string'], ['ExpirationTTL', 'string'], ['ExpirationTime', 'string'], ['AccessorID', 'string'], ['SecretID', 'string'], ['ModifyIndex', 'integer'], ['Address', 'string']
  ].map(([name, type]) => [name, { type }]))
}

export function nomad (dice: Dice): Step[] {
  return [nomadRequest(dice), ...dice.several(2, () => nomadRequest(dice))]
}

function nomadRequest (dice: Dice): RequestStep {
  const path = dice.pick(PATHS)
  const name = dice.chance(0.5) ? plain(dice.pick(NAMES)) : plain(hostileText(dice).slice(0, 1_000))
  const asked = QUERY.filter(() => dice.chance(0.1)).map((field) => `${field}=${dice.chance(0.3) ? '%' : ''}${plain(dice.pick(NAMES))}`)
  return {
    kind: 'request',
    to: 'nomad',
    method: dice.pick(['GET', 'GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS', 'LIST', 'QUERY']),
    path: `${path}${path.endsWith('/') ? name : ''}${asked.length === 0 ? '' : `?${asked.join('&')}`}`,
    headers: [...dice.chance(0.2) ? [['X-Nomad-Token', dice.pick(['x', '', 'hvs.x', '\xff'])] as const] : [], ...hostileHeaders(dice)],
    ...dice.chance(0.5) ? {} : { body: bodyFor(dice, dice.chance(0.8) ? objectFor(dice, FIELDS) : hostileValue(dice)) },
    ...dice.chance(0.03) ? { leaveAfterMs: dice.below(5) } : {}
  }
}

function plain (text: string): string {
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/g, ''))
}
