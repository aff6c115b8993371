// Collecting unseal key shares for a ceremony: root generation, rekey, DR operation tokens.
import { invalid } from '../refusal/index.js'
import { checkKeyLength, decodeKey, openRootKey } from './barrier.js'
import type { Cluster } from './cluster.js'
import { combineShares } from './shares.js'

/**
 * One share as sent in, checked.
 *
 * @returns the share, base64
 * @throws {VaultError} `invalid` in the order of Vault's raw handlers
 */
export function readShare (key: string): string {
  if (key === '') throw invalid("'key' must be specified in request body as JSON")
  const share = decodeKey(key)
  try {
    checkKeyLength(share)
  } catch (error) {
    throw invalid((error as Error).message.replace('invalid key: ', ''))
  }
  return Buffer.from(share).toString('base64')
}

/**
 * Whether shares open the cluster's root key.
 *
 * @param shares base64, as many as the threshold
 * @throws {VaultError} `invalid` with the reason
 */
export function verifyShares ({ seal }: Cluster, shares: readonly string[]): void {
  if (seal === undefined) throw invalid('Vault is not initialized')
  openRootKey(Buffer.from(seal.wrappedRootKey, 'base64'), combined(shares))
}

/** The unseal key that shares make up; a single share is the key. */
export function combined (shares: readonly string[]): Uint8Array {
  const keys = shares.map((share) => Buffer.from(share, 'base64'))
  return keys.length === 1 ? keys[0] as Buffer : combineShares(keys)
}
