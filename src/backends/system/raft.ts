// sys/storage/raft: membership and snapshots.
import { Type, type Static } from '@sinclair/typebox'
import type { Cluster } from '../../cluster/cluster.js'
import { acceptAnswer, demotePeer, issueChallenge, promotePeer, removePeer } from '../../cluster/membership.js'
import { restoreSnapshot, takeSnapshot } from '../../cluster/snapshots.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { unsupportedOperation, unsupportedPath } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import {
  definePath, type Call, type LogicalRequest, type LogicalResponse, type PathDefinition
} from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'

const drOperationToken = field.string({
  description: 'DR operation token used to authorize this request (if a DR secondary node).'
})
const ServerId = Type.Object({ server_id: field.string() })
const Answer = Type.Object({
  ...ServerId.properties,
  answer: field.string(),
  cluster_addr: field.string(),
  non_voter: field.bool()
})
const RemovedPeer = Type.Object({ ...ServerId.properties, dr_operation_token: drOperationToken })

const bootstrap: readonly PathDefinition[] = [
  definePath({
    path: 'storage/raft/bootstrap/challenge',
    summary: 'Creates a challenge for the new peer to be joined to the raft cluster.',
    unauthenticated: true,
    fields: ServerId,
    operations: { update: challenge }
  }),
  definePath({
    path: 'storage/raft/bootstrap/answer',
    summary: 'Accepts an answer from the peer to be joined to the fact cluster.',
    unauthenticated: true,
    fields: Answer,
    operations: { update: answer }
  })
]

const membership: readonly PathDefinition[] = [
  definePath({
    path: 'storage/raft/configuration',
    summary: 'Returns the raft cluster configuration.',
    description: 'On a DR secondary cluster, instead of a GET, this must be a POST or\n\t\tPUT, ' +
      'and furthermore a DR operation token must be provided.',
    operationSummaries: {
      read: 'Returns the configuration of the raft cluster.',
      update: 'Returns the configuration of the raft cluster in a DR secondary cluster.'
    },
    fields: Type.Object({ dr_operation_token: drOperationToken }),
    operations: { read: readConfiguration, update: readConfigurationByPost }
  }),
  definePath({
    path: 'storage/raft/remove-peer',
    summary: 'Removes a peer from the raft cluster.',
    fields: RemovedPeer,
    operations: { update: remove }
  }),
  definePath({
    path: 'storage/raft/promote',
    summary: 'Promotes a permanent non-voter to a voter (OpenBao).',
    fields: ServerId,
    operations: { update: promote }
  }),
  definePath({
    path: 'storage/raft/demote',
    summary: 'Demotes a voter to a permanent non-voter (OpenBao).',
    fields: ServerId,
    operations: { update: demote }
  })
]

const snapshots: readonly PathDefinition[] = [
  definePath({
    path: 'storage/raft/snapshot',
    summary: 'Restores and saves snapshots from the raft cluster.',
    fields: Type.Object({}),
    checked: false,
    takesUpload: true,
    operations: { read: save, update: restore }
  }),
  definePath({
    path: 'storage/raft/snapshot-force',
    summary: 'Force restore a raft cluster snapshot',
    fields: Type.Object({}),
    checked: false,
    takesUpload: true,
    operations: { update: restoreByForce }
  })
]

export const raftPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/system/storage/raft', [
  ...bootstrap, ...membership, ...snapshots
])

type PeerCall = Call<Static<typeof ServerId>>

function challenge ({ cluster, fields }: PeerCall): LogicalResponse {
  const issued = issueChallenge(cluster, fields.server_id ?? '')
  return {
    data: {
      challenge: issued.challenge,
      seal_config: {
        type: 'shamir',
        secret_shares: issued.shares,
        secret_threshold: issued.threshold,
        pgp_keys: null,
        nonce: '',
        backup: false,
        stored_shares: 1,
        ...(cluster.profile.sealConfigName ? { name: '' } : {})
      }
    }
  }
}

function answer ({ cluster, fields }: Call<Static<typeof Answer>>): LogicalResponse {
  acceptAnswer(cluster, {
    serverId: fields.server_id ?? '',
    answer: fields.answer ?? '',
    clusterAddr: fields.cluster_addr ?? '',
    nonVoter: fields.non_voter ?? false
  })
  return { data: renderPeers(cluster) }
}

/** The keyring's keys are left out: no other process can take part in this raft. */
function renderPeers ({ raft }: Cluster): JsonObject {
  return goMap({
    autoloaded_license: false,
    peers: raft.servers.map(({ id, address, suffrage }) => ({ id, address, suffrage: suffrage === 'voter' ? 0 : 1 })),
    tls_keyring: { keys: null, applied_index: raft.lastIndex, term: raft.term, active_key_id: '' }
  })
}

/** The envelope's `config` keeps the order of Go's struct. */
function readConfiguration ({ cluster: { raft, profile } }: Call<unknown>): LogicalResponse {
  const servers = raft.servers.map(({ id, address, suffrage }) => ({
    node_id: id,
    address,
    leader: id === raft.leaderId,
    protocol_version: profile.protocolVersion,
    voter: suffrage === 'voter'
  }))
  return { data: { config: { servers, index: profile.configurationIndex === 'zero' ? 0 : raft.configurationIndex } } }
}

function readConfigurationByPost (call: Call<unknown>): LogicalResponse {
  if (!call.cluster.profile.configurationByPost) throw unsupportedOperation()
  return readConfiguration(call)
}

function remove ({ cluster, fields }: Call<Static<typeof RemovedPeer>>): undefined {
  removePeer(cluster, fields.server_id ?? '')
}

function promote ({ cluster, fields }: PeerCall): undefined {
  requirePromotion(cluster)
  promotePeer(cluster, fields.server_id ?? '')
}

function demote ({ cluster, fields }: PeerCall): undefined {
  requirePromotion(cluster)
  demotePeer(cluster, fields.server_id ?? '')
}

function requirePromotion ({ profile }: Cluster): void {
  if (!profile.promoteAndDemote) throw unsupportedPath()
}

function save ({ cluster }: Call<unknown>): LogicalResponse {
  return {
    raw: {
      status: 200,
      contentType: 'application/gzip',
      headers: { 'Content-Disposition': 'attachment' },
      body: takeSnapshot(cluster)
    }
  }
}

/** The snapshot that a request brings; nothing where it came without a body. */
export function uploadOf ({ upload }: LogicalRequest): AsyncIterable<Uint8Array> {
  return upload ?? noUpload()
}

async function * noUpload (): AsyncGenerator<Uint8Array> {}

async function restore ({ cluster, request }: Call<unknown>): Promise<undefined> {
  await restoreSnapshot(cluster, uploadOf(request), { force: false })
}

async function restoreByForce ({ cluster, request }: Call<unknown>): Promise<undefined> {
  await restoreSnapshot(cluster, uploadOf(request), { force: true })
}
