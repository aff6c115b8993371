// Nomad's routes, all of them; here those of the page on operator/raft and their neighbours under status.
import type { NomadHandler, NomadRequest, NomadRoutes } from './handle.js'
import type { NomadAnswer } from './nomad-answer.js'
import type { JsonValue } from '../../json/index.js'
import { badRequest } from '../../nomad/nomad-error.js'
import { raftConfiguration, removePeer, transferLeadership, type PeerName } from '../../nomad/peers.js'
import { uuidProblem } from '../../nomad/uuid.js'
import type { RaftServer } from '../../raft/raft.js'
import { nomadAclRoutes } from './acl.js'
import { nomadAgentRoutes } from './agent.js'
import { nomadAutopilotRoutes } from './autopilot.js'
import { nomadIdleRoutes } from './idle-region.js'
import { invalidMethod } from './methods.js'
import { nomadOperatorRoutes } from './operator.js'
import { nomadSnapshotRoutes } from './snapshot.js'

/** By the start of their path: Nomad takes `configurationxyz` for `configuration`. */
const RAFT_ROUTES: ReadonlyArray<readonly [string, NomadHandler]> = [
  ['configuration', readConfiguration],
  ['peer', deletePeer],
  ['transfer-leadership', transfer]
]
const RAFT_PATH = '/v1/operator/raft/'

export const operatorRaft: NomadHandler = (request) => {
  const [, handler] = RAFT_ROUTES.find(([start]) => request.path.startsWith(start, RAFT_PATH.length)) ?? []
  if (handler === undefined) throw invalidMethod(404)
  return handler(request)
}

/** Every path that a Nomad server answers; all others are an empty 404. */
export const nomadRoutes: NomadRoutes = {
  [RAFT_PATH]: operatorRaft,
  '/v1/status/leader': async (request) => {
    await forwardRead(request)
    return { json: request.region.leader?.address ?? '' }
  },
  '/v1/status/peers': async (request) => {
    await forwardRead(request)
    return { json: request.region.raft.servers.map(({ address }) => address) }
  },
  '/v1/regions': (request) => {
    if (request.method !== 'GET') throw invalidMethod(405)
    request.readOptions()
    return { json: [request.region.name] }
  },
  ...nomadAutopilotRoutes,
  ...nomadAgentRoutes,
  ...nomadAclRoutes,
  ...nomadIdleRoutes,
  ...nomadOperatorRoutes,
  ...nomadSnapshotRoutes
}

async function forwardRead (request: NomadRequest): Promise<void> {
  if (request.method !== 'GET') throw invalidMethod(405)
  await request.forward(request.readOptions())
}

async function readConfiguration (request: NomadRequest): Promise<NomadAnswer> {
  if (request.method !== 'GET') return { status: 405 }
  await request.forward(request.readOptions())
  request.requireManagement()
  return { json: renderConfiguration(request) }
}

function renderConfiguration ({ region, server }: NomadRequest): JsonValue {
  const { index, servers } = raftConfiguration(region, server)
  const protocol = region.raftProtocolAs === 'number' ? region.profile.raftProtocol : String(region.profile.raftProtocol)
  return {
    Index: index,
    Servers: servers.map(({ id, address, memberName, leader, voter }) => ({
      Address: address,
      ID: id,
      Leader: leader,
      Node: memberName ?? '(unknown)',
      RaftProtocol: memberName === undefined ? 'unknown' : protocol,
      Voter: voter
    }))
  }
}

async function deletePeer (request: NomadRequest): Promise<NomadAnswer> {
  if (request.method !== 'DELETE') throw invalidMethod(404)
  const peer = request.region.profile.removesByAddress ? peerByIdOrAddress(request) : peerById(request)
  await request.forward()
  request.requireManagement()
  removePeer(request.region, peer)
  return {}
}

/** The texts are those of Nomad's versions that spoke raft protocol 2. */
function peerByIdOrAddress ({ query }: NomadRequest): PeerName {
  const hasId = query.has('id')
  if (!hasId && !query.has('address')) {
    throw badRequest('Must specify either ?id with the server\'s ID or ?address with IP:port of peer to remove')
  }
  if (hasId && query.has('address')) throw badRequest('Must specify only one of ?id or ?address')
  const kind = hasId ? 'id' : 'address'
  return { kind, value: query.get(kind) ?? '' }
}

function peerById ({ query }: NomadRequest): PeerName {
  if (query.has('address')) throw badRequest('Removing a peer by address is not supported in the current raft protocol version')
  if (!query.has('id')) throw badRequest('Must specify the peer\'s ID to remove')
  return { kind: 'id', value: query.get('id') ?? '' }
}

async function transfer (request: NomadRequest): Promise<NomadAnswer> {
  if (request.method !== 'PUT' && request.method !== 'POST') throw invalidMethod(405)
  const peer = transferTarget(request)
  await request.forward()
  request.requireManagement()
  const { from, to, noop } = transferLeadership(request.region, peer)
  return { json: { Err: null, From: renderPeer(from), Noop: noop, To: renderPeer(to) } }
}

function transferTarget ({ query, region }: NomadRequest): PeerName {
  if (!query.has('id') && !query.has('address')) throw badRequest('must specify id or address')
  if (query.has('id') && query.has('address')) throw badRequest('must specify either id or address')
  const kind = query.has('id') ? 'id' : 'address'
  const [value = '', ...others] = query.getAll(kind)
  if (others.length > 0) throw badRequest(`must specify only one ${kind}`)
  if (value === '') throw badRequest(`${kind} must be non-empty`)
  const problem = kind === 'address' ? addressProblem(value) : region.profile.idsAreAddresses ? undefined : uuidProblem(value)
  if (problem !== undefined) throw badRequest(`${kind} must be ${kind === 'id' ? 'a uuid' : 'in IP:port format'}: ${problem}`)
  return { kind, value }
}

/** What is wrong with `IP:port`, in the words of Go's `netip`. */
function addressProblem (address: string): string | undefined {
  const colon = address.lastIndexOf(':')
  if (colon < 0) return 'not an ip:port'
  const port = address.slice(colon + 1)
  if (port === '') return 'no port'
  if (!/^\d+$/.test(port) || Number(port) > 65535) return `invalid port ${JSON.stringify(port)} parsing ${JSON.stringify(address)}`
  const host = address.slice(0, colon)
  const isIp = /^(?:\d{1,3}\.){3}\d{1,3}$|^\[[0-9a-f:.]+(?:%\w+)?\]$/i.test(host)
  return isIp ? undefined : `ParseAddr(${JSON.stringify(host)}): unable to parse IP`
}

function renderPeer ({ id, address }: RaftServer): JsonValue {
  return { Address: address, ID: id }
}
