// Generating a root token, or a DR operation token, from unseal key shares.
import { Type } from '@sinclair/typebox'
import { invalid } from '../refusal/index.js'
import { closed, oneOf, texts, type State } from '../sim/declared.js'
import type { Cluster } from './cluster.js'
import { readShare, verifyShares } from './key-shares.js'

/** A ceremony under way; `shares` in base64. */
export const RootGenerationForm = Type.Object({
  nonce: Type.String(),
  otp: Type.String(),
  /** what it makes; both share one slot */
  strategy: oneOf('root', 'dr-operation-token'),
  shares: texts
}, closed)

export type RootGeneration = State<typeof RootGenerationForm>
export type RootGenerationStrategy = RootGeneration['strategy']

/** How far a ceremony is; `encodedToken` is there once it is complete. */
export interface RootGenerationProgress {
  readonly nonce: string
  readonly started: boolean
  readonly progress: number
  readonly required: number
  readonly encodedToken: string
}

export function rootGenerationProgress (cluster: Cluster): RootGenerationProgress {
  const running = cluster.rootGeneration
  return {
    nonce: running?.nonce ?? '',
    started: running !== undefined,
    progress: running?.shares.length ?? 0,
    required: cluster.seal?.threshold ?? 0,
    encodedToken: ''
  }
}

/** What a ceremony begins with. */
interface RootGenerationWish {
  /** one-time password of the profile's length; empty: one is made */
  readonly otp: string
  readonly pgpKey: string
  readonly strategy: RootGenerationStrategy
}

/**
 * Opens a ceremony.
 *
 * @returns the password if it was made here, else an empty text
 * @throws {VaultError} `invalid` for a PGP key, a password of the wrong length, or a ceremony under way
 * @see recordings `keys`
 */
export function startRootGeneration (cluster: Cluster, { otp, pgpKey, strategy }: RootGenerationWish): string {
  const { otpLength } = cluster.profile
  if (pgpKey !== '') throw invalid('error parsing PGP key: vault-mock does not encrypt with PGP keys')
  if (otp !== '' && otp.length !== otpLength) throw invalid('OTP string is wrong length')
  if (cluster.rootGeneration !== undefined) throw invalid('root generation already in progress')
  const made = otp === '' ? cluster.random.stream('otp').base62(otpLength) : ''
  const nonce = cluster.random.stream('ids').uuid()
  cluster.change({ rootGeneration: { nonce, otp: otp === '' ? made : otp, strategy, shares: [] } })
  return made
}

export function cancelRootGeneration (cluster: Cluster): void {
  cluster.change({ rootGeneration: undefined })
}

/** A key share, and the ceremony that it is meant for. */
interface GivenShare {
  readonly key: string
  readonly nonce: string
  readonly strategy: RootGenerationStrategy
}

/**
 * Takes one share; the last one makes the token and closes the ceremony.
 *
 * @param mint makes the token
 * @throws {VaultError} `invalid`; wrong shares are forgotten, ceremony and nonce stay
 */
export function provideRootGenerationShare (
  cluster: Cluster,
  { key, nonce, strategy }: GivenShare,
  mint: () => string
): RootGenerationProgress {
  const share = readShare(key)
  const running = cluster.rootGeneration
  if (running === undefined) throw invalid('no root generation in progress')
  if (running.strategy !== strategy) throw invalid('incorrect strategy supplied; a generate root operation of another type is already in progress')
  if (nonce !== running.nonce) {
    throw invalid(`incorrect nonce supplied; nonce for this root generation operation is "${running.nonce}"`)
  }
  if (running.shares.includes(share)) throw invalid('given key has already been provided during this generation operation')
  const shares = [...running.shares, share]
  cluster.change({ rootGeneration: { ...running, shares } })
  const progress = rootGenerationProgress(cluster)
  if (shares.length < progress.required) return progress
  checkShares(cluster, running, shares)
  cluster.change({ rootGeneration: undefined })
  return { ...progress, encodedToken: encodeToken(mint(), running.otp) }
}

function checkShares (cluster: Cluster, running: RootGeneration, shares: readonly string[]): void {
  try {
    verifyShares(cluster, shares)
  } catch (error) {
    cluster.change({ rootGeneration: { ...running, shares: [] } })
    throw invalid(`root generation aborted: ${(error as Error).message}`)
  }
}

/** Token XOR password, base64 without padding. */
function encodeToken (token: string, otp: string): string {
  const password = Buffer.from(otp)
  const bytes = Buffer.from(token).map((byte, i) => byte ^ (password[i] ?? 0))
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}
