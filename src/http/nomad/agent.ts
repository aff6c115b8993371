// Nomad: what a server says of itself and of the gossip pool.
import type { NomadRequest, NomadRoutes } from './handle.js'
import type { NomadAnswer } from './nomad-answer.js'
import { goMap, printJson, type JsonObject, type JsonValue } from '../../json/index.js'
import type { Permissions } from '../../nomad/acl.js'
import { leaderFor } from '../../nomad/leader-wait.js'
import { NomadError, permissionDenied } from '../../nomad/nomad-error.js'
import type { Region } from '../../nomad/region.js'
import type { NomadServer } from '../../nomad/server.js'
import { isUuid } from '../../nomad/uuid.js'
import { invalidMethod } from './methods.js'

/** Of Serf and its delegate; the same on every server of the last years. */
const PROTOCOL_VERSIONS = {
  ProtocolMin: 1, ProtocolMax: 5, ProtocolCur: 2, DelegateMin: 2, DelegateMax: 5, DelegateCur: 4
}

export const nomadAgentRoutes: NomadRoutes = {
  '/v1/agent/health': readHealth,
  '/v1/agent/self': readSelf,
  '/v1/agent/members': readMembers,
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

/** The part of an agent's configuration that clients read; no UI, so that the CLI does not point to one. */
function renderConfig (region: Region, server: NomadServer): JsonValue {
  return goMap({
    ACL: goMap({ Enabled: region.acl.enabled }),
    BindAddr: server.host,
    Datacenter: region.datacenter,
    Name: server.name,
    Ports: goMap({ HTTP: server.httpPort, RPC: server.rpcPort, Serf: server.serfPort }),
    Region: region.name,
    Server: goMap({ BootstrapExpect: region.servers.length, Enabled: true, RaftProtocol: region.profile.raftProtocol }),
    UI: goMap({ Enabled: false, ShowCLIHints: false }),
    Version: goMap({ Version: region.profile.version.replace(/-.*/, ''), VersionMetadata: '', VersionPrerelease: /-(.*)/.exec(region.profile.version)?.[1] ?? '' })
  })
}

function renderStats (region: Region, server: NomadServer): JsonValue {
  const { raft } = region
  const state = region.leader === server ? 'Leader' : region.leaderSeenFrom(server) === undefined ? 'Candidate' : 'Follower'
  return goMap({
    nomad: goMap({
      bootstrap: 'false',
      known_regions: '1',
      leader: String(region.leader === server),
      leader_addr: region.leaderSeenFrom(server)?.address ?? '',
      server: 'true'
    }),
    raft: goMap({
      applied_index: String(raft.appliedIndex(server.id)),
      last_log_index: String(raft.lastIndexSeenFrom(server.id)),
      num_peers: String(Math.max(0, raft.servers.length - 1)),
      protocol_version: String(region.profile.raftProtocol),
      state,
      term: String(raft.termSeenFrom(server.id))
    })
  })
}

function readMembers (request: NomadRequest): NomadAnswer {
  if (request.method !== 'GET') throw invalidMethod(405)
  request.readOptions()
  request.require('node', 'read')
  const { region, server } = request
  return {
    json: {
      ServerName: server.name,
      ServerRegion: region.name,
      ServerDC: region.datacenter,
      Members: region.servers.map((member) => renderMember(region, member))
    }
  }
}

function renderMember (region: Region, server: NomadServer): JsonObject {
  return {
    Name: server.memberName,
    Addr: server.host,
    Port: server.serfPort,
    Tags: goMap({
      build: region.profile.version,
      dc: region.datacenter,
      expect: String(region.servers.length),
      id: server.id,
      port: String(server.rpcPort),
      raft_vsn: String(region.profile.raftProtocol),
      region: region.name,
      role: 'nomad',
      rpc_addr: server.host,
      vsn: '1'
    }),
    Status: region.gossip.statusOf(server),
    ...PROTOCOL_VERSIONS
  }
}
