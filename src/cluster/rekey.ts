// Replacing the unseal key and its shares, with verification if wanted.
import { Type } from '@sinclair/typebox'
import { invalid, VaultError } from '../refusal/index.js'
import { closed, count, texts, type State } from '../sim/declared.js'
import { openRootKey } from './barrier.js'
import type { Cluster } from './cluster.js'
import { combined, readShare, verifyShares } from './key-shares.js'
import { checkSealConfig, makeSeal } from './seal.js'
import { SealForm, sealIn, type StoredSeal } from './stored.js'

/** A rekey under way; shares in base64. */
export const RekeyForm = Type.Object({
  nonce: Type.String(),
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
    checkSealConfig({ shares, threshold })
  } catch (error) {
    throw new VaultError('failure', (error as Error).message.replace('invalid seal configuration', 'invalid rekey seal configuration'), false)
  }
  if (cluster.rekey !== undefined) throw invalid('rekey already in progress')
  const { backup, requireVerification: verificationRequired } = request
  const nonce = cluster.random.stream('ids').uuid()
  cluster.change({ rekey: { nonce, shares, threshold, backup, verificationRequired, provided: [] } })
}

/** Forgets a rekey; none under way is no error. */
export function cancelRekey (cluster: Cluster): void {
  cluster.change({ rekey: undefined })
}

/** A key share, and the nonce of the ceremony that it is meant for. */
interface GivenShare { readonly key: string, readonly nonce: string }

/**
 * Takes one share of the old key.
 *
 * @returns the new shares after the last one, else nothing
 * @throws {VaultError} `invalid`
 */
export function provideRekeyShare (cluster: Cluster, { key, nonce }: GivenShare): NewShares | undefined {
  const share = readShare(key)
  const running = cluster.rekey
  if (running === undefined) throw invalid('no barrier rekey in progress')
  if (nonce !== running.nonce) {
    throw invalid(`incorrect nonce supplied; nonce for this rekey operation is "${running.nonce}"`)
  }
  if (running.provided.includes(share)) throw invalid('given key has already been provided during this generation operation')
  const provided = [...running.provided, share]
  cluster.change({ rekey: { ...running, provided } })
  return provided.length < (cluster.seal?.threshold ?? 1) ? undefined : makeShares(cluster, { ...running, provided })
}

function makeShares (cluster: Cluster, running: Rekey): NewShares {
  try {
    verifyShares(cluster, running.provided)
  } catch (error) {
    cluster.change({ rekey: { ...running, provided: [] } })
    throw invalid(`rekey aborted: ${(error as Error).message}`)
  }
  const { seal, keys } = makeSeal(cluster, cluster.rootKey as Buffer, running)
  if (!running.verificationRequired) {
    install(cluster, seal)
    return { keys }
  }
  const verificationNonce = cluster.random.stream('ids').uuid()
  cluster.change({ rekey: { ...running, verification: { nonce: verificationNonce, seal, provided: [] } } })
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
export function rekeyVerification (cluster: Cluster): Verification & { readonly rekey: Rekey } {
  const { rekey } = cluster
  if (rekey === undefined) throw invalid('no rekey configuration found')
  if (rekey.verification === undefined) throw invalid('no rekey verification in progress')
  return { ...rekey.verification, rekey }
}

/** Takes one of the new shares; with the last the new key is in force. @returns whether it is */
export function verifyRekeyShare (cluster: Cluster, { key, nonce }: GivenShare): boolean {
  const share = readShare(key)
  const { rekey, ...verification } = rekeyVerification(cluster)
  if (nonce !== verification.nonce) {
    throw invalid(`incorrect nonce supplied; nonce for this verify operation is "${verification.nonce}"`)
  }
  if (verification.provided.includes(share)) throw invalid('given key has already been provided during this verify operation')
  const provided = [...verification.provided, share]
  cluster.change({ rekey: { ...rekey, verification: { ...verification, provided } } })
  if (provided.length < verification.seal.threshold) return false
  openWith(cluster, verification, provided)
  install(cluster, verification.seal)
  return true
}

function openWith (cluster: Cluster, verification: Verification, provided: readonly string[]): void {
  try {
    openRootKey(Buffer.from(verification.seal.wrappedRootKey, 'base64'), combined(provided))
  } catch (error) {
    restartVerification(cluster)
    throw invalid(`rekey verification aborted: ${(error as Error).message}`)
  }
}

/** Forgets the new shares given so far, under a new nonce. */
export function restartVerification (cluster: Cluster): void {
  const { rekey, ...verification } = rekeyVerification(cluster)
  const nonce = cluster.random.stream('ids').uuid()
  cluster.change({ rekey: { ...rekey, verification: { ...verification, nonce, provided: [] } } })
}
