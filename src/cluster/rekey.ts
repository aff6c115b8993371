// Replacing the unseal key and its shares, with verification if wanted: rekeying, and OpenBao's rotation.
import { Type } from '@sinclair/typebox'
import { invalid, VaultError } from '../refusal/index.js'
import { closed, count, instant, texts, type State } from '../sim/declared.js'
import { openRootKey } from './barrier.js'
import type { Cluster } from './cluster.js'
import { combined, verifyShares } from './key-shares.js'
import { REKEY_WORDS, type CeremonyWords } from './rekey-words.js'
import { checkSealConfig, makeSeal } from './seal.js'
import { SealForm, sealIn, type StoredSeal } from './stored.js'

const FREE_TO_CANCEL_AFTER_MS = 600_000

/** A rekey under way; shares in base64. */
export const RekeyForm = Type.Object({
  nonce: Type.String(),
  startedAtMs: instant,
  shares: count,
  threshold: count,
  backup: Type.Boolean(),
  verificationRequired: Type.Boolean(),
  provided: texts,
  /** once the new shares are out and wait to be proven */
  verification: Type.Optional(Type.Object({ nonce: Type.String(), seal: SealForm, provided: texts }, closed))
}, closed)

export type Rekey = State<typeof RekeyForm>

export interface RekeyRequest {
  readonly shares: number
  readonly threshold: number
  readonly backup: boolean
  readonly pgpKeyCount: number
  readonly requireVerification: boolean
}

/** What the last share brought: the new key shares, and a nonce if they must be verified. */
export interface NewShares {
  readonly keys: readonly Uint8Array[]
  readonly verificationNonce?: string
}

/**
 * Opens a rekey.
 *
 * @throws {VaultError} `invalid` or `failure` with the texts of `sys/rekey/init`
 * @see recordings `keys`
 */
export function startRekey (cluster: Cluster, request: RekeyRequest): void {
  const { shares, threshold } = request
  if (threshold > shares) throw invalid('provided threshold greater than the total shares')
  if (request.backup && request.pgpKeyCount === 0) throw invalid('cannot request a backup of the new keys without providing PGP keys for encryption')
  if (request.pgpKeyCount !== 0 && request.pgpKeyCount !== shares) throw invalid('incorrect number of PGP keys for rekey')
  try {
    checkSealConfig({ shares, threshold }, 'invalid rekey seal configuration')
  } catch (error) {
    throw new VaultError('failure', (error as Error).message, false)
  }
  if (cluster.rekey !== undefined) throw invalid(REKEY_WORDS.alreadyRunning)
  begin(cluster, request)
}

/**
 * Opens a rotation of the root key, which is a rekey by other words and with other checks.
 *
 * @throws {VaultError} `invalid` with the texts of `sys/rotate/root/init`
 * @see recordings `rotate`
 */
export function startRotation (cluster: Cluster, request: Omit<RekeyRequest, 'pgpKeyCount'>, words: CeremonyWords): void {
  if (cluster.rekey !== undefined) throw invalid(words.alreadyRunning)
  checkSealConfig(request, 'invalid rotate seal configuration')
  begin(cluster, request)
}

function begin (cluster: Cluster, request: Omit<RekeyRequest, 'pgpKeyCount'>): void {
  const { shares, threshold, backup, requireVerification: verificationRequired } = request
  const nonce = cluster.random.stream('ids').uuid()
  const startedAtMs = cluster.timeline.nowMs
  cluster.change({ rekey: { nonce, startedAtMs, shares, threshold, backup, verificationRequired, provided: [] } })
}

/** A share of the old or the new key, in base64, and the nonce of what it is for. */
export interface GivenShare {
  readonly share: string
  readonly nonce: string
}

/**
 * Forgets a rekey; none under way is no error.
 *
 * @param nonce where only who knows it may, until ten minutes have passed (`RekeyCancel` of 1.21)
 * @throws {VaultError} `invalid`: `invalid request`
 */
export function cancelRekey (cluster: Cluster, nonce?: string): void {
  const { rekey, timeline } = cluster
  const mayCancel = rekey === undefined || nonce === undefined || nonce === rekey.nonce ||
    timeline.nowMs - rekey.startedAtMs >= FREE_TO_CANCEL_AFTER_MS
  if (!mayCancel) throw invalid('invalid request')
  cluster.change({ rekey: undefined })
}

/**
 * Takes one share of the old key.
 *
 * @returns the new shares after the last one, else nothing
 * @throws {VaultError} `invalid`
 */
export function provideRekeyShare (
  cluster: Cluster, { share, nonce }: GivenShare, words = REKEY_WORDS
): NewShares | undefined {
  const running = cluster.rekey
  if (running === undefined) throw invalid(words.notRunning)
  if (running.verification !== undefined) throw invalid(words.mustBeVerified(running.verification.nonce))
  if (nonce !== running.nonce) throw invalid(words.wrongNonce(running.nonce))
  if (running.provided.includes(share)) throw invalid(words.shareGivenTwice)
  const provided = [...running.provided, share]
  cluster.change({ rekey: { ...running, provided } })
  if (provided.length < (cluster.seal?.threshold ?? 1)) return undefined
  return makeShares(cluster, { ...running, provided }, words)
}

function makeShares (cluster: Cluster, running: Rekey, words: CeremonyWords): NewShares {
  try {
    verifyShares(cluster, running.provided)
  } catch (error) {
    cluster.change({ rekey: { ...running, provided: [] } })
    throw invalid(words.wrongKey((error as Error).message))
  }
  const { seal, keys } = makeSeal(cluster, cluster.rootKey as Buffer, running)
  if (!running.verificationRequired) {
    install(cluster, seal)
    return { keys }
  }
  const verificationNonce = cluster.random.stream('ids').uuid()
  const verification = { nonce: verificationNonce, seal, provided: [] }
  cluster.change({ rekey: { ...running, provided: [], verification } })
  return { keys, verificationNonce }
}

/** Puts the new seal in force; standbys go on showing the old numbers (observed). */
function install (cluster: Cluster, seal: StoredSeal): void {
  sealIn(cluster.storage).put(seal)
  cluster.change({ rekey: undefined })
  cluster.activeNode?.change({ sealConfig: { shares: seal.shares, threshold: seal.threshold } })
}

type Verification = NonNullable<Rekey['verification']>

/** The verification under way. @throws {VaultError} `invalid` where there is none */
export function rekeyVerification (
  cluster: Cluster, words = REKEY_WORDS
): Verification & { readonly rekey: Rekey } {
  const { rekey } = cluster
  if (rekey === undefined) throw invalid(words.nothingToVerify)
  if (rekey.verification === undefined) throw invalid(words.notVerifying)
  return { ...rekey.verification, rekey }
}

/** Takes one of the new shares; with the last the new key is in force. @returns whether it is */
export function verifyRekeyShare (cluster: Cluster, { share, nonce }: GivenShare, words = REKEY_WORDS): boolean {
  const { rekey, ...verification } = rekeyVerification(cluster, words)
  if (nonce !== verification.nonce) throw invalid(words.wrongVerificationNonce(verification.nonce))
  if (verification.provided.includes(share)) throw invalid(words.newShareGivenTwice)
  const provided = [...verification.provided, share]
  cluster.change({ rekey: { ...rekey, verification: { ...verification, provided } } })
  if (provided.length < verification.seal.threshold) return false
  openWith(cluster, verification, provided, words)
  install(cluster, verification.seal)
  return true
}

function openWith (
  cluster: Cluster, verification: Verification, provided: readonly string[], words: CeremonyWords
): void {
  try {
    openRootKey(Buffer.from(verification.seal.wrappedRootKey, 'base64'), combined(provided))
  } catch (error) {
    restartVerification(cluster)
    throw invalid(words.wrongNewKey((error as Error).message))
  }
}

/** Forgets the new shares given so far, under a new nonce. */
export function restartVerification (cluster: Cluster): void {
  const { rekey, ...verification } = rekeyVerification(cluster)
  const nonce = cluster.random.stream('ids').uuid()
  cluster.change({ rekey: { ...rekey, verification: { ...verification, nonce, provided: [] } } })
}
