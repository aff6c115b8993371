// The types of keys: what each is made of, and what can be done with it.

/** How a type's keys work. */
export type KeyKind =
  | { readonly kind: 'aead', readonly cipher: Cipher, readonly keyBytes: number, readonly nonceBytes: number }
  | { readonly kind: 'rsa', readonly bits: number }
  | { readonly kind: 'ecdsa', readonly curve: Curve }
  | { readonly kind: 'ed25519' }
  | { readonly kind: 'hmac' }

/** What seals: Node's names, and the one that Node has not. */
export type Cipher = 'aes-128-gcm' | 'aes-256-gcm' | 'chacha20-poly1305' | 'xchacha20-poly1305'

/** By the names that keys show. */
export type Curve = 'P-256' | 'P-384' | 'P-521'

/** A type with its name, e.g. `aes256-gcm96`. */
export type KeyType = KeyKind & { readonly name: string }

/** The bytes that an HMAC key may have. */
export const FEWEST_HMAC_BYTES = 32
export const MOST_HMAC_BYTES = 512

const KINDS: Readonly<Record<string, KeyKind>> = {
  'aes128-gcm96': { kind: 'aead', cipher: 'aes-128-gcm', keyBytes: 16, nonceBytes: 12 },
  'aes256-gcm96': { kind: 'aead', cipher: 'aes-256-gcm', keyBytes: 32, nonceBytes: 12 },
  'chacha20-poly1305': { kind: 'aead', cipher: 'chacha20-poly1305', keyBytes: 32, nonceBytes: 12 },
  'xchacha20-poly1305': { kind: 'aead', cipher: 'xchacha20-poly1305', keyBytes: 32, nonceBytes: 24 },
  ed25519: { kind: 'ed25519' },
  'ecdsa-p256': { kind: 'ecdsa', curve: 'P-256' },
  'ecdsa-p384': { kind: 'ecdsa', curve: 'P-384' },
  'ecdsa-p521': { kind: 'ecdsa', curve: 'P-521' },
  'rsa-2048': { kind: 'rsa', bits: 2048 },
  'rsa-3072': { kind: 'rsa', bits: 3072 },
  'rsa-4096': { kind: 'rsa', bits: 4096 },
  hmac: { kind: 'hmac' }
}

/** All that there are on some server. */
export const KEY_TYPE_NAMES: readonly string[] = Object.keys(KINDS)

/** The type of a name; undefined for one that no server has. */
export function keyType (name: string): KeyType | undefined {
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined
  return kind && { ...kind, name }
}

/** The type that a stored key names. */
export function typeOf ({ type }: { readonly type: string }): KeyType {
  const found = keyType(type)
  if (found === undefined) throw new Error(`a stored key of the unknown type ${type}`)
  return found
}

/** Of Vault's `EncryptionSupported` and `DecryptionSupported`, which agree. */
export function encrypts ({ kind }: KeyType): boolean {
  return kind === 'aead' || kind === 'rsa'
}

export function signs (type: KeyType): boolean {
  return isPair(type)
}

/** Keys for contexts can be derived from it. */
export function derives ({ kind }: KeyType): boolean {
  return kind === 'aead' || kind === 'ed25519'
}

/** A private key and a public one. */
export function isPair ({ kind }: KeyType): boolean {
  return kind === 'rsa' || kind === 'ecdsa' || kind === 'ed25519'
}

/** Whether what is signed is hashed first: Ed25519 hashes by itself. */
export function hashesInput ({ kind }: KeyType): boolean {
  return kind === 'rsa' || kind === 'ecdsa'
}
