// Initialisation, unsealing and sealing.
import { invalid, removedFromCluster, VaultError } from '../refusal/index.js'
import { checkKeyLength, decodeKey, NONCE_BYTES, openRootKey, sealRootKey } from './barrier.js'
import type { Cluster } from './cluster.js'
import { firstKeyring } from './keyring.js'
import { NO_PROGRESS, type Node } from './node.js'
import { completeJoin } from './membership.js'
import { combineShares, splitKey } from './shares.js'
import { identityIn, keyringIn, sealIn, type StoredSeal } from './stored.js'

const KEY_BYTES = 32
/** A joiner is unsealed this long after its last share (observed: 0.75 to 1 s). */
const JOIN_TAKES_MS = 800

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
  cluster.change({ rootKey })
  if (cluster.raftUse !== 'ha_storage') {
    cluster.raft.bootstrap({ id: node.id, address: node.clusterAddr, suffrage: 'voter' })
  }
  const id = random.uuid()
  const drawn = `vault-cluster-${random.hex(8)}`
  identityIn(cluster.storage).put({ id, name: cluster.surroundings.clusterNameFor(cluster.label) ?? drawn })
  const { seal, keys } = makeSeal(cluster, rootKey, { shares, threshold })
  sealIn(cluster.storage).put(seal)
  keyringIn(cluster.storage).put(firstKeyring(cluster.timeline.nowMs))
  node.change({ sealConfig: { shares, threshold } })
  return keys
}

/** Wraps a root key with a new unseal key; what is stored, and the unseal key's shares. */
export function makeSeal (
  cluster: Cluster, rootKey: Buffer, { shares, threshold }: { readonly shares: number, readonly threshold: number }
): { seal: StoredSeal, keys: Uint8Array[] } {
  const random = cluster.random.stream('keys')
  const unsealKey = random.bytes(KEY_BYTES)
  const wrappedRootKey = Buffer.from(sealRootKey(rootKey, unsealKey, random.bytes(NONCE_BYTES))).toString('base64')
  const keys = splitKey(unsealKey, { shares, threshold }, (length) => random.bytes(length))
  return { seal: { shares, threshold, wrappedRootKey }, keys }
}

/** @throws {VaultError} `invalid`, in the order of Vault's `SealConfig.Validate` */
export function checkSealConfig (
  { shares, threshold }: { shares: number, threshold: number }, what = 'invalid seal configuration'
): void {
  const refuse = (reason: string) => invalid(`${what}: ${reason}`)
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
  if (node.removed) throw removedFromCluster()
  if (!reset && key === '') throw invalid("'key' must be specified in request body as JSON, or 'reset' set to true")
  if (reset) {
    if (!node.sealed) throw invalid('vault is unsealed')
    node.change({ unsealProgress: NO_PROGRESS })
    return
  }
  const share = decodeKey(key)
  if (migrate) throw new VaultError('failure', "can't perform a seal migration, no migration seal found", false)
  const { seal } = node.cluster
  if (seal === undefined) throw invalid('Vault is not initialized')
  checkKeyLength(share)
  if (node.sealed && !joinsSoon(node)) takeShare(node, seal, Buffer.from(share).toString('base64'))
}

function takeShare (node: Node, seal: StoredSeal, share: string): void {
  const { nonce, shares } = node.unsealProgress
  if (shares.includes(share)) return
  const given = [...shares, share]
  const threshold = node.sealConfig?.threshold ?? seal.threshold
  if (given.length < threshold) {
    const known = nonce === '' ? node.cluster.random.stream('ids').uuid() : nonce
    node.change({ unsealProgress: { nonce: known, shares: given } })
    return
  }
  node.change({ unsealProgress: NO_PROGRESS })
  const keys = given.map((text) => Buffer.from(text, 'base64'))
  const unsealKey = threshold === 1 ? keys[0] as Buffer : Buffer.from(combineShares(keys))
  const { wrongUnsealKeyText } = node.cluster.profile
  const wrapped = Buffer.from(seal.wrappedRootKey, 'base64')
  const rootKey = Buffer.from(openRootKey(wrapped, unsealKey, wrongUnsealKeyText))
  node.cluster.change({ rootKey })
  node.change({ sealConfig: { shares: seal.shares, threshold: seal.threshold } })
  if (node.joinPending) joinSoon(node)
  else becomeUnsealed(node)
}

/** Whatever unseals nodes of a cluster ends here: they serve from now on. */
export function becomeUnsealed (node: Node, ...others: readonly Node[]): void {
  for (const each of [node, ...others]) {
    each.change({ sealed: false, votesWhileSealed: false })
    each.telemetry.note('vault.core.unseal')
    each.cluster.announce('unsealed', each)
  }
  node.cluster.connectivityChanged()
}

function joinSoon (node: Node): void {
  const { timeline } = node.cluster
  timeline.schedule({ atMs: timeline.nowMs + JOIN_TAKES_MS, kind: 'cluster.join', urgency: 'transition', ids: idsOf(node) })
}

function joinsSoon (node: Node): boolean {
  return node.cluster.timeline.find('cluster.join', idsOf(node)) !== undefined
}

function idsOf (node: Node): { cluster: string, node: string } {
  return { cluster: node.cluster.key, node: node.id }
}

/**
 * The joiner's challenge is answered: it is a member, or stays sealed until it joins again. Handler of `cluster.join`.
 */
export function finishJoin (node: Node): void {
  if (!node.joinPending || !completeJoin(node)) return
  node.change({ joinPending: false })
  becomeUnsealed(node)
}

/** Seals a node: it leaves raft's quorum until it is unsealed again. */
export function sealNode (node: Node): void {
  if (node.sealed) return
  node.telemetry.note('vault.core.seal-internal')
  node.change({ sealed: true, unsealProgress: NO_PROGRESS, activeSinceAtMs: 0 })
  node.cluster.connectivityChanged()
  node.cluster.announce('sealed', node)
}
