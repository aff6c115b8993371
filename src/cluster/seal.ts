// Initialisation, unsealing and sealing.
import { invalid, VaultError } from '../refusal/index.js'
import { checkKeyLength, decodeKey, NONCE_BYTES, openRootKey, sealRootKey } from './barrier.js'
import type { Cluster, StoredSeal } from './cluster.js'
import { firstKeyring } from './keyring.js'
import { NO_PROGRESS, type Node } from './node.js'
import { completeJoin } from './membership.js'
import { combineShares, splitKey } from './shares.js'

const KEY_BYTES = 32
/** A joiner opens this long after its last share (observed: 0.75 to 1 s). */
const JOIN_OPENS_MS = 800

export interface InitRequest {
  readonly shares: number
  readonly threshold: number
  /** how many PGP keys were given; the mock does not encrypt with them */
  readonly pgpKeyCount: number
}

/**
 * Gives a fresh node a storage of its own and the keys to it; the node stays sealed.
 *
 * @returns the key shares, 32 bytes for a single share, else 33
 * @throws {VaultError} `invalid` with the texts of `sys/init`; parameters are checked before the state
 * @see recordings `lifecycle`
 */
export function initialize (node: Node, { shares, threshold, pgpKeyCount }: InitRequest): Uint8Array[] {
  const { cluster } = node
  checkSealConfig({ shares, threshold })
  if (pgpKeyCount !== 0 && pgpKeyCount !== shares) throw invalid(cluster.profile.pgpCountText)
  if (node.initialized) throw invalid('Vault is already initialized')
  const random = cluster.random.stream('keys')
  const rootKey = random.bytes(KEY_BYTES)
  cluster.rootKey = rootKey
  if (cluster.surroundings.raftUse === 'storage') cluster.raft.bootstrap({ id: node.id, address: node.clusterAddr, suffrage: 'voter' })
  cluster.storage.put('own/cluster', { id: random.uuid(), name: `vault-cluster-${random.hex(8)}` })
  const { seal, keys } = makeSeal(cluster, rootKey, { shares, threshold })
  cluster.storage.put('own/seal', seal)
  cluster.storage.put('own/keyring', firstKeyring(cluster.timeline.nowMs))
  node.sealConfig = { shares, threshold }
  return keys
}

/** Wraps a root key with a new unseal key; what is stored, and the unseal key's shares. */
export function makeSeal (cluster: Cluster, rootKey: Buffer, { shares, threshold }: { shares: number, threshold: number }): { seal: StoredSeal, keys: Uint8Array[] } {
  const random = cluster.random.stream('keys')
  const unsealKey = random.bytes(KEY_BYTES)
  const wrappedRootKey = Buffer.from(sealRootKey(rootKey, unsealKey, random.bytes(NONCE_BYTES))).toString('base64')
  return { seal: { shares, threshold, wrappedRootKey }, keys: splitKey(unsealKey, { shares, threshold }, (count) => random.bytes(count)) }
}

/** @throws {VaultError} `invalid`, in the order of Vault's `SealConfig.Validate` */
export function checkSealConfig ({ shares, threshold }: { shares: number, threshold: number }): void {
  const refuse = (reason: string) => invalid(`invalid seal configuration: ${reason}`)
  if (shares < 1) throw refuse('shares must be at least one')
  if (threshold < 1) throw refuse('threshold must be at least one')
  if (shares > 1 && threshold === 1) throw refuse('threshold must be greater than one for multiple shares')
  if (shares > 255) throw refuse('shares must be less than 256')
  if (threshold > 255) throw refuse('threshold must be less than 256')
  if (threshold > shares) throw refuse('threshold cannot be larger than shares')
}

export interface UnsealRequest {
  readonly key: string
  readonly reset: boolean
  readonly migrate: boolean
}

/**
 * Takes one share, or forgets the ones given. At the threshold the shares must really open the stored root key.
 *
 * @throws {VaultError} `failure` on a removed node (1.19+) or for `migrate`; `invalid` with the texts of `sys/unseal`
 * @see recordings `lifecycle`, `keys`
 */
export function unseal (node: Node, { key, reset, migrate }: UnsealRequest): void {
  if (node.removed) throw new VaultError('failure', 'node was removed from a HA cluster', false)
  if (!reset && key === '') throw invalid("'key' must be specified in request body as JSON, or 'reset' set to true")
  if (reset) {
    if (!node.sealed) throw invalid('vault is unsealed')
    node.unsealProgress = NO_PROGRESS
    return
  }
  const share = decodeKey(key)
  if (migrate) throw new VaultError('failure', "can't perform a seal migration, no migration seal found", false)
  const { seal } = node.cluster
  if (seal === undefined) throw invalid('Vault is not initialized')
  checkKeyLength(share)
  if (node.sealed && !opensSoon(node)) takeShare(node, seal, Buffer.from(share).toString('base64'))
}

function takeShare (node: Node, seal: StoredSeal, share: string): void {
  const { nonce, shares } = node.unsealProgress
  if (shares.includes(share)) return
  const given = [...shares, share]
  const threshold = node.sealConfig?.threshold ?? seal.threshold
  if (given.length < threshold) {
    node.unsealProgress = { nonce: nonce === '' ? node.cluster.random.stream('ids').uuid() : nonce, shares: given }
    return
  }
  node.unsealProgress = NO_PROGRESS
  const keys = given.map((text) => Buffer.from(text, 'base64'))
  const unsealKey = threshold === 1 ? keys[0] as Buffer : Buffer.from(combineShares(keys))
  node.cluster.rootKey = Buffer.from(openRootKey(Buffer.from(seal.wrappedRootKey, 'base64'), unsealKey))
  node.sealConfig = { shares: seal.shares, threshold: seal.threshold }
  if (node.joinPending) openSoon(node)
  else open(node)
}

function open (node: Node): void {
  node.sealed = false
  node.votesWhileSealed = false
  node.cluster.announce('unsealed', node)
  node.cluster.connectivityChanged()
}

function openSoon (node: Node): void {
  const { timeline } = node.cluster
  timeline.schedule({ atMs: timeline.nowMs + JOIN_OPENS_MS, kind: 'cluster.join', urgency: 'transition', ids: idsOf(node) })
}

function opensSoon (node: Node): boolean {
  return node.cluster.timeline.find('cluster.join', idsOf(node)) !== undefined
}

function idsOf (node: Node): { cluster: string, node: string } {
  return { cluster: node.cluster.key, node: node.id }
}

/** The joiner's challenge is answered: it becomes a member and opens, or stays sealed until it joins again. Handler of `cluster.join`. */
export function finishJoin (node: Node): void {
  if (!node.joinPending || !completeJoin(node)) return
  node.joinPending = false
  open(node)
}

/** Seals a node: it leaves raft's quorum until it is unsealed again. */
export function sealNode (node: Node): void {
  if (node.sealed) return
  node.sealed = true
  node.unsealProgress = NO_PROGRESS
  node.activeSinceAtMs = 0
  node.cluster.connectivityChanged()
  node.cluster.announce('sealed', node)
}
