// sys/rekey: new unseal key shares. https://developer.hashicorp.com/vault/api-docs/system/rekey
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Cluster } from '../../cluster/cluster.js'
import { cancelRekey, provideRekeyShare, rekeyVerification, restartVerification, startRekey, verifyRekeyShare, type NewShares, type Rekey } from '../../cluster/rekey.js'
import { sendEmpty, sendJson } from '../answer.js'
import type { LocalRoute } from '../app.js'
import { ceremonyNode } from './ceremonies.js'
import { readStruct } from './body.js'
import { printJson, type JsonObject } from '../../json/index.js'
import { invalid, VaultError } from '../../refusal/index.js'
import { refuseRekeyOnSecondary } from '../../vault/replication/secondary-guards.js'
import { renderKeys } from './seal-status.js'

export const rekeyRoutes: readonly LocalRoute[] = [
  { path: 'sys/rekey/init', verbs: { GET: readRekey, PUT: writeRekey, POST: writeRekey, DELETE: deleteRekey } },
  { path: 'sys/rekey/update', verbs: { PUT: writeShare, POST: writeShare } },
  { path: 'sys/rekey/verify', verbs: { GET: readVerification, PUT: writeVerification, POST: writeVerification, DELETE: deleteVerification } },
  ...['init', 'update', 'verify'].map((name): LocalRoute => ({
    path: `sys/rekey-recovery-key/${name}`, verbs: { GET: refuseRecovery, PUT: refuseRecovery, POST: refuseRecovery, DELETE: refuseRecovery }
  }))
]

/** A Shamir seal has no recovery keys; in OpenBao's default these paths do not exist. */
function refuseRecovery (request: FastifyRequest): never {
  if (!ceremoniesAreOn(request)) throw new VaultError('unsupported-path', 'unsupported path', false)
  throw invalid('recovery rekeying not supported')
}

function ceremoniesAreOn (request: FastifyRequest): boolean {
  try {
    return ceremonyNode(request) !== undefined
  } catch (error) {
    if (error instanceof VaultError && error.kind === 'unsupported-operation') return false
    throw error
  }
}

const sendBody = (reply: FastifyReply, body: JsonObject): FastifyReply => sendJson(reply, 200, `${printJson(body)}\n`)

function readRekey (request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendBody(reply, renderRekey(ceremonyNode(request).cluster))
}

/** `progress` goes back to 0 once the new shares are out and wait for their verification (observed). */
function renderRekey ({ rekey, seal }: Cluster): JsonObject {
  return {
    nonce: rekey?.nonce ?? '',
    started: rekey !== undefined,
    t: rekey?.threshold ?? 0,
    n: rekey?.shares ?? 0,
    progress: rekey?.verification === undefined ? rekey?.provided.length ?? 0 : 0,
    required: seal?.threshold ?? 0,
    pgp_fingerprints: null,
    backup: rekey?.backup ?? false,
    verification_required: rekey?.verificationRequired ?? false,
    verification_nonce: rekey?.verification?.nonce
  }
}

async function writeRekey (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { cluster } = ceremonyNode(request)
  refuseRekeyOnSecondary(cluster)
  const body = await readStruct(request, {
    struct: 'RekeyRequest',
    emptyAllowed: false,
    fields: { secret_shares: 'int', secret_threshold: 'int', stored_shares: 'int', pgp_keys: 'strings', backup: 'bool', require_verification: 'bool' }
  })
  startRekey(cluster, {
    shares: Number(body.secret_shares ?? 0),
    threshold: Number(body.secret_threshold ?? 0),
    backup: body.backup === true,
    pgpKeyCount: Array.isArray(body.pgp_keys) ? body.pgp_keys.length : 0,
    requireVerification: body.require_verification === true
  })
  return sendBody(reply, renderRekey(cluster))
}

function deleteRekey (request: FastifyRequest, reply: FastifyReply): FastifyReply {
  cancelRekey(ceremonyNode(request).cluster)
  return sendEmpty(reply)
}

const Share = { struct: 'RekeyUpdateRequest', emptyAllowed: false, fields: { nonce: 'string', key: 'string' } } as const

async function writeShare (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { cluster } = ceremonyNode(request)
  const body = await readStruct(request, Share)
  const before = cluster.rekey
  const made = provideRekeyShare(cluster, { key: String(body.key ?? ''), nonce: String(body.nonce ?? '') })
  return sendBody(reply, made === undefined || before === undefined ? renderRekey(cluster) : renderNewShares(before, made))
}

function renderNewShares (rekey: Rekey, { keys, verificationNonce }: NewShares): JsonObject {
  return {
    nonce: rekey.nonce,
    complete: true,
    ...renderKeys(keys),
    pgp_fingerprints: null,
    backup: rekey.backup,
    verification_required: rekey.verificationRequired,
    verification_nonce: verificationNonce
  }
}

function readVerification (request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendBody(reply, renderVerification(ceremonyNode(request).cluster))
}

function renderVerification (cluster: Cluster): JsonObject {
  const { nonce, seal, provided } = rekeyVerification(cluster)
  return { nonce, started: true, t: seal.threshold, n: seal.shares, progress: provided.length }
}

async function writeVerification (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { cluster } = ceremonyNode(request)
  const body = await readStruct(request, { ...Share, struct: 'RekeyVerificationUpdateRequest' })
  const nonce = String(body.nonce ?? '')
  const complete = verifyRekeyShare(cluster, { key: String(body.key ?? ''), nonce })
  return sendBody(reply, complete ? { nonce, complete: true } : renderVerification(cluster))
}

/** Answers 200 with a new nonce (observed). */
function deleteVerification (request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { cluster } = ceremonyNode(request)
  restartVerification(cluster)
  return sendBody(reply, renderVerification(cluster))
}
