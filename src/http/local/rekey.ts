// sys/rekey: new unseal key shares.
import { Type, type Static } from '@sinclair/typebox'
import type { FastifyRequest, HTTPMethods } from 'fastify'
import type { Cluster } from '../../cluster/cluster.js'
import {
  cancelRekey, provideRekeyShare, rekeyVerification, restartVerification, startRekey, verifyRekeyShare, type NewShares,
  type Rekey
} from '../../cluster/rekey.js'
import { readShare } from '../../cluster/key-shares.js'
import { invalid, VaultError } from '../../refusal/index.js'
import { refuseRekeyOnSecondary } from '../../vault/replication/secondary-guards.js'
import { nodeOf } from '../addressee.js'
import { sendEmpty } from '../answer.js'
import { hasBody } from '../bodies.js'
import { goStruct, member } from '../struct-bodies.js'
import { areCeremoniesOn, ceremonyCluster } from './ceremonies.js'
import { localPlugin, WRITES, type LocalApp } from './local-plugin.js'
import { KEY_SHARES, renderKeys } from './seal-status.js'

const closed = { additionalProperties: false }
const MAY_BE_VERIFIED = {
  backup: Type.Boolean(),
  pgp_fingerprints: Type.Null(),
  verification_required: Type.Boolean(),
  verification_nonce: Type.Optional(Type.String())
}

const Progress = Type.Object({
  nonce: Type.String(),
  started: Type.Boolean(),
  t: Type.Integer(),
  n: Type.Integer(),
  progress: Type.Integer(),
  required: Type.Integer(),
  ...MAY_BE_VERIFIED
}, closed)
const Complete = Type.Object({
  nonce: Type.String(), complete: Type.Literal(true), ...KEY_SHARES, ...MAY_BE_VERIFIED
}, closed)
const Verification = Type.Object({
  nonce: Type.String(), started: Type.Boolean(), t: Type.Integer(), n: Type.Integer(), progress: Type.Integer()
}, closed)
const Verified = Type.Object({ nonce: Type.String(), complete: Type.Literal(true) }, closed)

const RekeyRequest = goStruct({
  secret_shares: member.int(),
  secret_threshold: member.int(),
  stored_shares: member.int(),
  pgp_keys: member.strings(),
  backup: member.bool(),
  require_verification: member.bool()
}, { goName: 'RekeyRequest', emptyBody: 'EOF' })

const SHARE = { nonce: member.string(), key: member.string() }
const CancelRequest = goStruct({ nonce: member.string() }, { goName: 'RekeyDeleteRequest', emptyBody: 'no fields' })
const UpdateRequest = goStruct(SHARE, { goName: 'RekeyUpdateRequest', emptyBody: 'EOF' })
const VerificationRequest = goStruct(SHARE, { goName: 'RekeyVerificationUpdateRequest', emptyBody: 'EOF' })

const PAGE = 'https://developer.hashicorp.com/vault/api-docs/system/rekey'

export const rekeyPlugin = localPlugin((app) => {
  addInit(app)
  addUpdate(app)
  addVerify(app)
}, { source: PAGE, before: ceremonyCluster })

function addInit (app: LocalApp): void {
  const url = '/v1/sys/rekey/init'
  const response = { 200: Progress }
  app.get(url, { schema: { response } }, (request) => renderRekey(ceremonyCluster(request)))
  app.route({
    method: WRITES,
    url,
    schema: { body: RekeyRequest, response },
    onRequest (request, _reply, next) {
      refuseRekeyOnSecondary(ceremonyCluster(request))
      next()
    },
    handler: (request) => start(ceremonyCluster(request), request.body)
  })
  app.delete(url, { schema: { body: CancelRequest } }, (request, reply) => {
    cancel(request, ceremonyCluster(request))
    sendEmpty(reply)
  })
}

function cancel (request: FastifyRequest, cluster: Cluster): void {
  if (!cluster.profile.rekeyCancelNeedsNonce) return cancelRekey(cluster)
  if (!hasBody(request)) throw invalid('EOF')
  cancelRekey(cluster, (request.body as Static<typeof CancelRequest>).nonce ?? '')
}

function start (cluster: Cluster, body: Static<typeof RekeyRequest>): Static<typeof Progress> {
  const { secret_shares: shares = 0, secret_threshold: threshold = 0, pgp_keys: pgpKeys = [] } = body
  const { backup = false, require_verification: requireVerification = false } = body
  startRekey(cluster, { shares, threshold, backup, pgpKeyCount: pgpKeys.length, requireVerification })
  return renderRekey(cluster)
}

function renderRekey ({ rekey, seal }: Cluster): Static<typeof Progress> {
  return {
    nonce: rekey?.nonce ?? '',
    started: rekey !== undefined,
    t: rekey?.threshold ?? 0,
    n: rekey?.shares ?? 0,
    progress: rekey?.provided.length ?? 0,
    required: seal?.threshold ?? 0,
    pgp_fingerprints: null,
    backup: rekey?.backup ?? false,
    verification_required: rekey?.verificationRequired ?? false,
    verification_nonce: rekey?.verification?.nonce
  }
}

function addUpdate (app: LocalApp): void {
  app.route({
    method: WRITES,
    url: '/v1/sys/rekey/update',
    schema: { body: UpdateRequest, response: { 200: Type.Union([Progress, Complete]) } },
    handler (request) {
      const cluster = ceremonyCluster(request)
      const { key = '', nonce = '' } = request.body
      const before = cluster.rekey
      const made = provideRekeyShare(cluster, { share: readShare(key), nonce })
      return made === undefined || before === undefined ? renderRekey(cluster) : renderNewShares(before, made)
    }
  })
}

function renderNewShares (rekey: Rekey, { keys, verificationNonce }: NewShares): Static<typeof Complete> {
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

function addVerify (app: LocalApp): void {
  const url = '/v1/sys/rekey/verify'
  const response = { 200: Verification }
  app.get(url, { schema: { response } }, (request) => renderVerification(ceremonyCluster(request)))
  app.route({
    method: WRITES,
    url,
    schema: { body: VerificationRequest, response: { 200: Type.Union([Verification, Verified]) } },
    handler (request) {
      const cluster = ceremonyCluster(request)
      const { key = '', nonce = '' } = request.body
      const isComplete = verifyRekeyShare(cluster, { share: readShare(key), nonce })
      return isComplete ? { nonce, complete: true as const } : renderVerification(cluster)
    }
  })
  // answers 200 with a new nonce (observed)
  app.delete(url, { schema: { response } }, (request) => {
    const cluster = ceremonyCluster(request)
    restartVerification(cluster)
    return renderVerification(cluster)
  })
}

function renderVerification (cluster: Cluster): Static<typeof Verification> {
  const { nonce, seal, provided } = rekeyVerification(cluster)
  return { nonce, started: true, t: seal.threshold, n: seal.shares, progress: provided.length }
}

const RECOVERY_VERBS: HTTPMethods[] = ['GET', 'PUT', 'POST', 'DELETE']

export const rekeyRecoveryPlugin = localPlugin((app) => {
  for (const name of ['init', 'update', 'verify']) {
    app.route({ method: RECOVERY_VERBS, url: `/v1/sys/rekey-recovery-key/${name}`, handler: refuseRecovery })
  }
}, { source: PAGE })

/** A Shamir seal has no recovery keys; in OpenBao's default these paths do not exist. */
function refuseRecovery (request: FastifyRequest): never {
  if (!areCeremoniesOn(nodeOf(request))) throw new VaultError('unsupported-path', 'unsupported path', false)
  ceremonyCluster(request)
  throw invalid('recovery rekeying not supported')
}
