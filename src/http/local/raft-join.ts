// sys/storage/raft/join and bootstrap: answered by the node they are sent to, no token, no envelope.
import { X509Certificate } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Node } from '../../cluster/node.js'
import { sendJson, sendNothing } from '../answer.js'
import type { LocalRoute } from '../app.js'
import { messageBody } from '../errors.js'
import { joinCluster } from '../join.js'
import { readStruct } from './body.js'
import { nodeOf } from '../addressee.js'
import { invalid, VaultError } from '../../refusal/index.js'

export const joinRoutes: readonly LocalRoute[] = [
  { path: 'sys/storage/raft/join', verbs: { POST: writeJoin, PUT: writeJoin } },
  { path: 'sys/storage/raft/bootstrap', verbs: { POST: writeBootstrap, PUT: writeBootstrap }, otherVerbs: 400 }
]

const JOINED = '{"joined":true}\n'
const NOT_YET = '{"joined":false}\n'

async function writeJoin (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const node = nodeOf(request)
  const body = await readStruct(request, {
    struct: 'JoinRequest',
    emptyAllowed: true,
    parsePrefix: node.cluster.profile.joinParsePrefix,
    fields: {
      auto_join: 'string', auto_join_scheme: 'string', auto_join_port: 'uint', leader_api_addr: 'string', leader_ca_cert: 'string', leader_client_cert: 'string', leader_client_key: 'string', leader_tls_servername: 'string', retry: 'bool', non_voter: 'bool'
    }
  })
  const text = (name: keyof typeof body): string => String(body[name] ?? '')
  if (text('auto_join') !== '' && !['', 'http', 'https'].includes(text('auto_join_scheme'))) {
    throw invalid(`invalid scheme "${text('auto_join_scheme')}"; must either be http or https`)
  }
  refuseNonVoter(node, body.non_voter === true)
  const joined = await joinCluster(node, {
    leaderApiAddr: text('leader_api_addr'),
    autoJoin: text('auto_join'),
    certificatesAreValid: [text('leader_ca_cert'), text('leader_client_cert')].every(isCertificate),
    caPem: text('leader_ca_cert'),
    retry: body.retry === true,
    nonVoter: body.non_voter === true
  })
  return sendJson(reply, 200, joined ? JOINED : NOT_YET)
}

function refuseNonVoter ({ cluster }: Node, nonVoter: boolean): void {
  const { profile, edition } = cluster
  if (nonVoter && profile.nonVoterJoin === 'enterprise' && edition === 'ce') throw invalid('non-voting nodes not allowed')
}

function isCertificate (pem: string): boolean {
  if (pem === '') return true
  try {
    return new X509Certificate(pem).subject !== undefined
  } catch {
    return false
  }
}

/** Only where raft elects the leader of another storage; a raft storage was bootstrapped by `sys/init`. */
function writeBootstrap (request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const node = nodeOf(request)
  const { cluster } = node
  if (node.sealed) {
    // Vault forgets to stop after the first answer, so a second object follows in the same body (recorded).
    const body = messageBody('node must be unsealed to bootstrap') + messageBody('could not generate TLS keyring during bootstrap: Vault is sealed')
    return sendJson(reply, 400, body)
  }
  if (cluster.surroundings.raftUse === 'storage' || cluster.raft.bootstrapped) {
    throw new VaultError('failure', 'could not bootstrap clustered storage: error bootstrapping cluster: cluster already has state', false)
  }
  cluster.raft.bootstrap({ id: node.id, address: node.clusterAddr, suffrage: 'voter' })
  cluster.connectivityChanged()
  return sendNothing(reply, 200)
}
