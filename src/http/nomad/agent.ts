// Nomad: what a server says of itself and of the gossip pool.
import type { NomadRequest, NomadRoutes } from './handle.js'
import type { NomadAnswer } from './nomad-answer.js'
import { parseGoBool } from '../../go/strconv.js'
import { goMap, printJson } from '../../json/index.js'
import type { Permissions } from '../../nomad/acl.js'
import { leaderFor } from '../../nomad/leader-wait.js'
import { badRequest, NomadError, permissionDenied } from '../../nomad/nomad-error.js'
import { isUuid } from '../../nomad/uuid.js'
import { renderConfig, renderMember, renderStats } from './agent-self.js'
import { invalidMethod } from './methods.js'

export const nomadAgentRoutes: NomadRoutes = {
  '/v1/agent/health': readHealth,
  '/v1/agent/self': readSelf,
  '/v1/agent/members': readMembers,
  '/v1/agent/force-leave': forceLeave,
  '/v1/agent/keyring/list': listGossipKeys,
  '/v1/agent/servers': () => { throw invalidMethod(501) },
  '/.well-known/jwks.json': ({ region: { signingKey: { id, publicKey } } }) => ({
    json: { keys: [{ use: 'sig', kty: 'OKP', kid: id, crv: 'Ed25519', alg: 'EdDSA', x: Buffer.from(publicKey, 'base64').toString('base64url') }] }
  })
}

async function readHealth (request: NomadRequest): Promise<NomadAnswer> {
  if (request.method !== 'GET') throw invalidMethod(405)
  try {
    await leaderFor(request.region, request.server)
    return { json: { server: { message: 'ok', ok: true } } }
  } catch (error) {
    if (!(error instanceof NomadError)) throw error
    return { status: 500, text: printJson({ server: { ok: false, message: error.message } }) }
  }
}

function readSelf (request: NomadRequest): NomadAnswer {
  if (request.method !== 'GET') throw invalidMethod(405)
  if (!resolveLocally(request).allows('agent', 'read')) throw permissionDenied()
  const { region, server } = request
  const config = renderConfig(region, server)
  return { json: { config, member: renderMember(region, server), stats: renderStats(region, server) } }
}

/**
 * What the bearer may do, as the agent itself finds out: it takes whatever is no UUID for a workload identity.
 *
 * @throws {NomadError} 500 for such a token, 403 for an unknown one
 */
export function resolveLocally ({ region: { acl }, token }: NomadRequest): Permissions {
  if (acl.enabled && token !== '' && !isUuid(token)) throw new NomadError('failed to parse signed token: go-jose/go-jose: compact JWS format must have three parts')
  const permissions = acl.resolve(token)
  if (permissions === undefined) throw new NomadError('ACL token not found', 403)
  return permissions
}

function readMembers (request: NomadRequest): NomadAnswer {
  if (request.method !== 'GET') throw invalidMethod(405)
  request.readOptions()
  request.require('node', 'read')
  const { region, server } = request
  return {
    json: goMap({
      ServerName: server.name,
      ServerRegion: region.name,
      ServerDC: region.datacenter,
      Members: region.gossip.members.map((member) => renderMember(region, member))
    })
  }
}

/** Every server takes it, with a leader or without; nobody is told whether there was such a member. */
function forceLeave (request: NomadRequest): NomadAnswer {
  const { method, query, region } = request
  if (method !== 'PUT' && method !== 'POST') throw invalidMethod(405)
  if (!resolveLocally(request).allows('agent', 'write')) throw permissionDenied()
  const name = query.get('node') ?? ''
  if (name === '') throw badRequest('missing node to force leave')
  const prune = parseGoBool(query.get('prune') || 'false')
  if (prune === undefined) throw badRequest('invalid prune value')
  region.gossip.forceLeave(name, prune)
  return {}
}

/** The gossip of this region is not encrypted: no server has a keyring (the words are Serf's, inferred). */
function listGossipKeys (request: NomadRequest): NomadAnswer {
  if (!resolveLocally(request).allows('agent', 'write')) throw permissionDenied()
  const { region } = request
  const asked = region.servers.filter((server) => region.isUp(server)).length
  throw new NomadError(`${asked}/${asked} nodes reported failure`)
}
