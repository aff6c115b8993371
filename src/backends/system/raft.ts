// sys/storage/raft: membership and snapshots. https://developer.hashicorp.com/vault/api-docs/system/storage/raft
import { Type } from '@sinclair/typebox'
import type { Cluster } from '../../cluster/cluster.js'
import { acceptAnswer, demotePeer, issueChallenge, promotePeer, removePeer } from '../../cluster/membership.js'
import { restoreSnapshot, takeSnapshot } from '../../cluster/snapshots.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { unsupportedOperation, unsupportedPath } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'

const drOperationToken = field.string({ description: 'DR operation token used to authorize this request (if a DR secondary node).' })

const bootstrap: readonly PathDefinition[] = [
  definePath({
    path: 'storage/raft/bootstrap/challenge',
    summary: 'Creates a challenge for the new peer to be joined to the raft cluster.',
    unauthenticated: true,
    fields: Type.Object({ server_id: field.string() }),
    operations: {
      update: ({ cluster, fields }) => ({ data: renderChallenge(cluster, fields.server_id ?? '') })
    }
  }),
  definePath({
    path: 'storage/raft/bootstrap/answer',
    summary: 'Accepts an answer from the peer to be joined to the fact cluster.',
    unauthenticated: true,
    fields: Type.Object({ server_id: field.string(), answer: field.string(), cluster_addr: field.string(), non_voter: field.bool() }),
    operations: {
      update: ({ cluster, fields }) => {
        acceptAnswer(cluster, { serverId: fields.server_id ?? '', answer: fields.answer ?? '', clusterAddr: fields.cluster_addr ?? '', nonVoter: fields.non_voter ?? false })
        return { data: renderPeers(cluster) }
      }
    }
  })
]

function renderChallenge (cluster: Cluster, serverId: string): JsonObject {
  const { challenge, shares, threshold } = issueChallenge(cluster, serverId)
  return {
    challenge,
    seal_config: { type: 'shamir', secret_shares: shares, secret_threshold: threshold, pgp_keys: null, nonce: '', backup: false, stored_shares: 1 }
  }
}

/** The keyring's keys are left out: no other process can take part in this raft. */
function renderPeers (cluster: Cluster): JsonObject {
  const { raft } = cluster
  return goMap({
    autoloaded_license: false,
    peers: raft.servers.map(({ id, address, suffrage }) => ({ id, address, suffrage: suffrage === 'voter' ? 0 : 1 })),
    tls_keyring: { keys: null, applied_index: raft.lastIndex, term: raft.term, active_key_id: '' }
  })
}

const membership: readonly PathDefinition[] = [
  definePath({
    path: 'storage/raft/configuration',
    summary: 'Returns the raft cluster configuration.',
    description: 'On a DR secondary cluster, instead of a GET, this must be a POST or\n\t\tPUT, and furthermore a DR operation token must be provided.',
    operationSummaries: {
      read: 'Returns the configuration of the raft cluster.',
      update: 'Returns the configuration of the raft cluster in a DR secondary cluster.'
    },
    fields: Type.Object({ dr_operation_token: drOperationToken }),
    operations: {
      read: ({ cluster }) => renderConfiguration(cluster),
      update: ({ cluster }) => {
        if (!cluster.profile.configurationByPost) throw unsupportedOperation()
        return renderConfiguration(cluster)
      }
    }
  }),
  definePath({
    path: 'storage/raft/remove-peer',
    summary: 'Removes a peer from the raft cluster.',
    fields: Type.Object({ server_id: field.string(), dr_operation_token: drOperationToken }),
    operations: { update: ({ cluster, fields }) => { removePeer(cluster, fields.server_id ?? ''); return undefined } }
  }),
  definePath({
    path: 'storage/raft/promote',
    summary: 'Promotes a permanent non-voter to a voter (OpenBao).',
    fields: Type.Object({ server_id: field.string() }),
    operations: { update: ({ cluster, fields }) => { requirePromotion(cluster); promotePeer(cluster, fields.server_id ?? ''); return undefined } }
  }),
  definePath({
    path: 'storage/raft/demote',
    summary: 'Demotes a voter to a permanent non-voter (OpenBao).',
    fields: Type.Object({ server_id: field.string() }),
    operations: { update: ({ cluster, fields }) => { requirePromotion(cluster); demotePeer(cluster, fields.server_id ?? ''); return undefined } }
  })
]

function requirePromotion (cluster: Cluster): void {
  if (!cluster.profile.promoteAndDemote) throw unsupportedPath()
}

/** The envelope's `config` keeps the order of Go's struct. */
function renderConfiguration ({ raft, profile }: Cluster): LogicalResponse {
  const servers = raft.servers.map(({ id, address, suffrage }) => ({
    node_id: id,
    address,
    leader: id === raft.leaderId,
    protocol_version: profile.protocolVersion,
    voter: suffrage === 'voter'
  }))
  return { data: { config: { servers, index: profile.configurationIndex === 'zero' ? 0 : raft.configurationIndex } } }
}

const snapshots: readonly PathDefinition[] = [
  definePath({
    path: 'storage/raft/snapshot',
    summary: 'Restores and saves snapshots from the raft cluster.',
    fields: Type.Object({}),
    checked: false,
    takesUpload: true,
    operations: {
      read: ({ cluster }) => ({
        raw: { status: 200, contentType: 'application/gzip', headers: { 'Content-Disposition': 'attachment' }, body: takeSnapshot(cluster) }
      }),
      update: async ({ cluster, request }) => { await restoreSnapshot(cluster, request.upload ?? noUpload(), { force: false }); return undefined }
    }
  }),
  definePath({
    path: 'storage/raft/snapshot-force',
    summary: 'Force restore a raft cluster snapshot',
    fields: Type.Object({}),
    checked: false,
    takesUpload: true,
    operations: {
      update: async ({ cluster, request }) => { await restoreSnapshot(cluster, request.upload ?? noUpload(), { force: true }); return undefined }
    }
  })
]

async function * noUpload (): AsyncGenerator<Uint8Array> {}

export const raftPaths: readonly PathDefinition[] = [...bootstrap, ...membership, ...snapshots]
