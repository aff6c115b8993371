// sys/rotate/root: new unseal key shares for the holder of a token, in place of sys/rekey.
import type { Static } from '@sinclair/typebox'
import { decodeKey } from '../../../cluster/barrier.js'
import type { Cluster } from '../../../cluster/cluster.js'
import {
  cancelRekey, provideRekeyShare, restartVerification, startRotation, verifyRekeyShare,
  type GivenShare, type NewShares, type Rekey
} from '../../../cluster/rekey.js'
import { ROTATION_WORDS } from '../../../cluster/rekey-words.js'
import { sealIn } from '../../../cluster/stored.js'
import { goMap } from '../../../json/index.js'
import { invalid, NotSimulated } from '../../../refusal/index.js'
import { definePath, type Call, type LogicalResponse } from '../../../vault/paths.js'
import { knownFrom, NAMED_ONLY } from '../../../vault/source.js'
import { hasKeyRotation, NoFields, requireShare, RotationFields, ShareFields } from './key-share-fields.js'

type ShareCall = Call<Static<typeof ShareFields>>

export const rootKeyPaths = knownFrom('https://openbao.org/api-docs/system/rotate/root', [
  definePath({
    path: 'rotate/root',
    summary: 'Rotates the root key; the key shares stay as they are.',
    sudo: true,
    inProfile: hasKeyRotation,
    fields: NoFields,
    operations: { update: rotateRootKey }
  }),
  definePath({
    path: 'rotate/root/init',
    summary: 'Starts, shows or cancels a rotation of the root key and its shares.',
    inProfile: hasKeyRotation,
    fields: RotationFields,
    operations: { read: ({ cluster }) => renderRotation(cluster), update: start, delete: cancel }
  }),
  definePath({
    path: 'rotate/root/update',
    summary: 'Takes one share of the key that is to be replaced.',
    inProfile: hasKeyRotation,
    fields: ShareFields,
    operations: { update: provide }
  }),
  definePath({
    path: 'rotate/root/verify',
    summary: 'Takes one of the new shares, to prove that they arrived.',
    inProfile: hasKeyRotation,
    fields: ShareFields,
    operations: { read: ({ cluster }) => renderVerification(cluster), update: verify, delete: restart }
  }),
  definePath({
    path: 'rotate/root/backup',
    summary: 'Shows or deletes the backup of the encrypted shares.',
    inProfile: hasKeyRotation,
    fields: NoFields,
    operations: { read: () => { throw invalid('no backed-up keys found') }, delete: () => undefined },
    source: NAMED_ONLY
  })
])

/** Nobody sees a root key; that it is a new one shows in what is written. */
function rotateRootKey ({ cluster }: Call<unknown>): undefined {
  const seal = sealIn(cluster.storage)
  if (seal.value !== undefined) seal.put(seal.value)
  cancelRekey(cluster)
}

function start ({ cluster, fields }: Call<Static<typeof RotationFields>>): LogicalResponse {
  if (fields.pgp_keys.length > 0) throw new NotSimulated('PGP keys')
  startRotation(cluster, {
    shares: fields.secret_shares,
    threshold: fields.secret_threshold,
    backup: fields.backup,
    requireVerification: fields.require_verification
  }, ROTATION_WORDS)
  return renderRotation(cluster)
}

function cancel ({ cluster }: Call<unknown>): undefined {
  cancelRekey(cluster)
}

function renderRotation ({ rekey, seal }: Cluster): LogicalResponse {
  const required = seal?.threshold ?? 0
  if (rekey === undefined) return { data: goMap({ started: false, t: 0, n: 0, required }) }
  return {
    data: goMap({
      started: true,
      nonce: rekey.nonce,
      t: rekey.threshold,
      n: rekey.shares,
      progress: rekey.provided.length,
      required,
      verification_required: rekey.verificationRequired,
      verification_nonce: rekey.verification?.nonce ?? ''
    })
  }
}

function provide ({ cluster, fields }: ShareCall): LogicalResponse {
  const given = shareOf(fields)
  const before = cluster.rekey
  const made = provideRekeyShare(cluster, given, ROTATION_WORDS)
  return made === undefined || before === undefined ? renderRotation(cluster) : renderNewShares(before, made)
}

/** The share in base64; unlike those of a rekey it may have any length. */
function shareOf (fields: Static<typeof ShareFields>): GivenShare {
  requireShare(fields)
  return { share: Buffer.from(decodeKey(fields.key)).toString('base64'), nonce: fields.nonce }
}

function renderNewShares (rotation: Rekey, { keys, verificationNonce = '' }: NewShares): LogicalResponse {
  const shares = keys.map((key) => Buffer.from(key))
  return {
    data: goMap({
      complete: true,
      nonce: rotation.nonce,
      keys: shares.map((share) => share.toString('hex')),
      keys_base64: shares.map((share) => share.toString('base64')),
      backup: rotation.backup,
      pgp_fingerprints: null,
      verification_required: rotation.verificationRequired,
      verification_nonce: verificationNonce
    })
  }
}

function verify ({ cluster, fields }: ShareCall): LogicalResponse {
  const isComplete = verifyRekeyShare(cluster, shareOf(fields), ROTATION_WORDS)
  return isComplete ? { data: goMap({ complete: true, nonce: fields.nonce }) } : renderVerification(cluster)
}

function restart ({ cluster }: Call<unknown>): LogicalResponse {
  if (cluster.rekey?.verification !== undefined) restartVerification(cluster)
  return renderVerification(cluster)
}

function renderVerification (cluster: Cluster): LogicalResponse {
  const { rekey } = cluster
  if (rekey === undefined) throw invalid('no rotation configuration found')
  const { threshold: t, shares: n } = rekey
  const { nonce = '', provided = [] } = rekey.verification ?? {}
  const started = rekey.verification !== undefined
  return { data: goMap({ started, nonce, t, n, progress: provided.length }) }
}
