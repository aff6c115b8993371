// sys/seal-status, sys/unseal, sys/seal, sys/init. https://developer.hashicorp.com/vault/api-docs/system/seal-status
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Node } from '../../cluster/node.js'
import { initialize, sealNode, unseal } from '../../cluster/seal.js'
import { sendEmpty, sendJson } from '../answer.js'
import type { LocalRoute } from '../app.js'
import { readStruct } from './body.js'
import { tokenOf } from '../logical.js'
import { nodeOf } from '../addressee.js'
import { printJson, type JsonObject } from '../../json/index.js'
import { versionOf } from '../../profiles/index.js'
import { VaultError } from '../../refusal/index.js'
import { initializeVault } from '../../vault/initialize.js'
import { requireSudo } from '../../vault/request.js'

export const sealRoutes: readonly LocalRoute[] = [
  { path: 'sys/seal-status', verbs: { GET: (request, reply) => sendStatus(reply, nodeOf(request)) } },
  { path: 'sys/init', verbs: { GET: readInit, PUT: writeInit, POST: writeInit } },
  { path: 'sys/unseal', verbs: { PUT: writeUnseal, POST: writeUnseal } },
  { path: 'sys/seal', verbs: { PUT: writeSeal, POST: writeSeal } }
]

function sendStatus (reply: FastifyReply, node: Node): FastifyReply {
  return sendJson(reply, 200, `${printJson(renderSealStatus(node))}\n`)
}

function renderSealStatus (node: Node): JsonObject {
  const { cluster } = node
  const { profile, edition } = cluster
  const { sealConfig, unsealProgress } = node
  return {
    type: 'shamir',
    initialized: node.initialized,
    sealed: node.sealed,
    t: sealConfig?.threshold ?? 0,
    n: sealConfig?.shares ?? 0,
    progress: unsealProgress.shares.length,
    nonce: unsealProgress.nonce,
    version: versionOf(profile, edition),
    build_date: profile.buildDate,
    migration: false,
    cluster_name: node.sealed ? undefined : cluster.identity?.name,
    cluster_id: node.sealed ? undefined : cluster.identity?.id,
    recovery_seal: false,
    storage_type: cluster.surroundings.raftUse === 'storage' ? 'raft' : 'inmem',
    removed_from_cluster: profile.removedFromCluster ? node.removed : undefined
  }
}

function readInit (request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendJson(reply, 200, `{"initialized":${nodeOf(request).initialized}}\n`)
}

async function writeInit (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const node = nodeOf(request)
  const body = await readStruct(request, {
    struct: 'InitRequest',
    emptyAllowed: false,
    fields: { secret_shares: 'int', secret_threshold: 'int', stored_shares: 'int', pgp_keys: 'strings', recovery_shares: 'int', recovery_threshold: 'int', recovery_pgp_keys: 'strings', root_token_pgp_key: 'string' }
  })
  if (Number(body.recovery_shares ?? 0) !== 0 || Number(body.recovery_threshold ?? 0) !== 0) {
    throw new VaultError('invalid', 'parameters recovery_shares,recovery_threshold not applicable to seal type shamir')
  }
  const pgpKeyCount = Array.isArray(body.pgp_keys) ? body.pgp_keys.length : 0
  const keys = initialize(node, { shares: Number(body.secret_shares ?? 0), threshold: Number(body.secret_threshold ?? 0), pgpKeyCount })
  const rootToken = initializeVault(node)
  return sendJson(reply, 200, `${printJson({ ...renderKeys(keys), root_token: rootToken })}\n`)
}

/** Key shares in both spellings. */
export function renderKeys (keys: readonly Uint8Array[]): { keys: string[], keys_base64: string[] } {
  const buffers = keys.map((key) => Buffer.from(key))
  return { keys: buffers.map((key) => key.toString('hex')), keys_base64: buffers.map((key) => key.toString('base64')) }
}

async function writeUnseal (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const node = nodeOf(request)
  const { key, reset, migrate } = await readStruct(request, {
    struct: 'UnsealRequest', emptyAllowed: false, fields: { key: 'string', reset: 'bool', migrate: 'bool' }
  })
  unseal(node, { key: String(key ?? ''), reset: reset === true, migrate: migrate === true })
  return sendStatus(reply, node)
}

/** Already sealed: 204 without a look at the token. A standby can't be sealed, except OpenBao's. */
function writeSeal (request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const node = nodeOf(request)
  if (node.sealed) return sendEmpty(reply)
  requireSudo(node, 'sys/seal', tokenOf(request.headers))
  if (!node.isActive && !node.cluster.profile.sealsStandbys) {
    throw new VaultError('failure', 'vault cannot seal when in standby mode; please restart instead', false)
  }
  sealNode(node)
  return sendEmpty(reply)
}
