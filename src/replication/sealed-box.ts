// Activation tokens for one reader: sealed with the public key that the secondary to be has made.
import { createHash, createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto'
import { NONCE_BYTES, openBytes, sealBytes } from '../cluster/barrier.js'
import type { Cluster } from '../cluster/cluster.js'
import type { ReplicationKind } from './records.js'
import { privateKeysIn } from './stored.js'

const KEY_BYTES = 32
/** What stands before the 32 bytes of an X25519 key in PKCS #8 and SPKI. */
const PRIVATE_HEADER = Buffer.from('302e020100300506032b656e04220420', 'hex')
const PUBLIC_HEADER = Buffer.from('302a300506032b656e032100', 'hex')

/** Makes a key pair, kept until a link stands; an earlier one is gone. @returns the public key, 32 bytes in base64 */
export function generatePublicKey (cluster: Cluster, kind: ReplicationKind): string {
  const raw = cluster.random.stream('replication').bytes(KEY_BYTES)
  privateKeysIn(cluster.storage).put(kind, raw.toString('base64'))
  return rawPublicKey(privateKey(raw)).toString('base64')
}

export function forgetKeyPair ({ storage }: Cluster, kind: ReplicationKind): void {
  privateKeysIn(storage).delete(kind)
}

/** Undefined where the text is no public key. */
export function readPublicKey (text: string): Buffer | undefined {
  const raw = Buffer.from(text, 'base64')
  return raw.length === KEY_BYTES && raw.toString('base64') === text ? raw : undefined
}

/** Base64 of an ephemeral public key and what it sealed. */
export function sealFor (cluster: Cluster, publicKey: Buffer, text: string): string {
  const random = cluster.random.stream('replication')
  const ephemeral = privateKey(random.bytes(KEY_BYTES))
  const own = rawPublicKey(ephemeral)
  const key = sharedKey(ephemeral, publicKey, own)
  return Buffer.concat([own, sealBytes(key, Buffer.from(text), random.bytes(NONCE_BYTES))]).toString('base64')
}

/** Undefined where no key pair was made here, or the box is for another one. */
export function openBox ({ storage }: Cluster, kind: ReplicationKind, box: string): string | undefined {
  const stored = privateKeysIn(storage).get(kind)
  const bytes = Buffer.from(box, 'base64')
  if (stored === undefined || bytes.length <= KEY_BYTES) return undefined
  const ephemeral = bytes.subarray(0, KEY_BYTES)
  const key = sharedKey(privateKey(Buffer.from(stored, 'base64')), ephemeral, ephemeral)
  const opened = openBytes(key, bytes.subarray(KEY_BYTES))
  return opened === undefined ? undefined : Buffer.from(opened).toString('utf8')
}

function privateKey (raw: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PRIVATE_HEADER, raw]), format: 'der', type: 'pkcs8' })
}

function rawPublicKey (key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(PUBLIC_HEADER.length)
}

/** @throws where the other key is none: of low order, for example */
function sharedKey (own: KeyObject, other: Buffer, ephemeral: Buffer): Buffer {
  const publicKey = createPublicKey({ key: Buffer.concat([PUBLIC_HEADER, other]), format: 'der', type: 'spki' })
  const shared = diffieHellman({ privateKey: own, publicKey })
  return createHash('sha256').update(shared).update(ephemeral).digest()
}
