// sys/storage/raft/join and bootstrap: answered by the node they are sent to, no token, no envelope.
import { Type, type Static } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Node } from '../../cluster/node.js'
import { invalid, VaultError } from '../../refusal/index.js'
import { nodeOf } from '../addressee.js'
import { nodeCalled } from '../addresses.js'
import { sendJson, sendNothing } from '../answer.js'
import { checkClientKeyPair } from '../client-key-pair.js'
import { messageBody } from '../errors.js'
import { joinCluster } from '../join.js'
import { goStruct, member } from '../struct-bodies.js'
import { localPlugin, WRITES } from './local-plugin.js'

const JoinRequest = goStruct({
  auto_join: member.string(),
  auto_join_scheme: member.string(),
  auto_join_port: member.uint(),
  leader_api_addr: member.string(),
  leader_ca_cert: member.string(),
  leader_client_cert: member.string(),
  leader_client_key: member.string(),
  leader_tls_servername: member.string(),
  retry: member.bool(),
  non_voter: member.bool()
}, { goName: 'JoinRequest', emptyBody: 'no fields', parsePrefix: ({ joinParsePrefix }) => joinParsePrefix })

const Joined = Type.Object({ joined: Type.Boolean() }, { additionalProperties: false })

const PAGE = 'https://developer.hashicorp.com/vault/api-docs/system/storage/raft'

export const joinPlugin = localPlugin((app) => {
  app.route({
    method: WRITES,
    url: '/v1/sys/storage/raft/join',
    schema: { body: JoinRequest, response: { 200: Joined } },
    handler: async (request) => ({ joined: await join(request, request.body) })
  })
}, { source: PAGE })

const NO_RAFT = 'raft backend not in use'

/** Here another verb is a bad request. */
export const bootstrapPlugin = localPlugin((app) => {
  app.route({ method: WRITES, url: '/v1/sys/storage/raft/bootstrap', handler: writeBootstrap })
}, { otherVerbs: 400, source: PAGE })

async function join (request: FastifyRequest, body: Static<typeof JoinRequest>): Promise<boolean> {
  const node = nodeOf(request)
  const { auto_join: autoJoin = '', leader_api_addr: leaderApiAddr = '', leader_ca_cert: caPem = '' } = body
  const { leader_tls_servername: tlsServerName = '', retry = false, non_voter: nonVoter = false } = body
  refuseScheme(body.auto_join_scheme ?? '')
  refuseNonVoter(node, nonVoter)
  if (node.cluster.profile.joinChecksTls) {
    checkClientKeyPair(body.leader_client_cert ?? '', body.leader_client_key ?? '')
  }
  return await joinCluster(node, {
    leaderApiAddr: ownAddress(request, leaderApiAddr),
    autoJoin,
    autoJoinScheme: body.auto_join_scheme ?? '',
    autoJoinPort: body.auto_join_port ?? 0,
    caPem,
    tlsServerName,
    retry,
    nonVoter
  }, request.log)
}

/** A leader of this world by the address that it has itself, however the client calls it; with the client's scheme. */
function ownAddress (request: FastifyRequest, called: string): string {
  const own = nodeCalled(request, called)?.apiAddr
  if (own === undefined) return called
  return own.replace(/^https?:/i, /^https?:/i.exec(called)?.[0].toLowerCase() ?? '$&')
}

function refuseScheme (scheme: string): void {
  if (!['', 'http', 'https'].includes(scheme)) throw invalid(`invalid scheme "${scheme}"; must either be http or https`)
}

function refuseNonVoter ({ cluster: { profile, edition } }: Node, nonVoter: boolean): void {
  if (nonVoter && profile.nonVoterJoin === 'enterprise' && edition === 'ce') throw invalid('non-voting nodes not allowed')
}

/** Only where raft elects the leader of another storage; a raft storage was bootstrapped by `sys/init`. */
function writeBootstrap (request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const node = nodeOf(request)
  const { cluster } = node
  if (node.sealed) {
    // Vault forgets to stop after the first answer, so a second object follows in the same body (recorded).
    const reason = cluster.raftUse === 'none' ? NO_RAFT : 'could not generate TLS keyring during bootstrap: Vault is sealed'
    return sendJson(reply, 400, messageBody('node must be unsealed to bootstrap') + messageBody(reason))
  }
  if (cluster.raftUse === 'none') throw new VaultError('failure', NO_RAFT, false)
  if (cluster.raftUse === 'storage' || cluster.raft.bootstrapped) {
    const reason = 'error bootstrapping cluster: cluster already has state'
    throw new VaultError('failure', `could not bootstrap clustered storage: ${reason}`, false)
  }
  cluster.raft.bootstrap({ id: node.id, address: node.clusterAddr, suffrage: 'voter' })
  cluster.connectivityChanged()
  return sendNothing(reply, 200)
}
