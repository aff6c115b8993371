// The hash functions by the names that requests give them.

/** Node's names; `none` stands for no hash at all. */
const HASHES: Readonly<Record<string, string>> = {
  none: 'none',
  sha1: 'sha1',
  'sha2-224': 'sha224',
  'sha2-256': 'sha256',
  'sha2-384': 'sha384',
  'sha2-512': 'sha512',
  'sha3-224': 'sha3-224',
  'sha3-256': 'sha3-256',
  'sha3-384': 'sha3-384',
  'sha3-512': 'sha3-512'
}

const BYTES: Readonly<Record<string, number>> = {
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
  'sha3-224': 28,
  'sha3-256': 32,
  'sha3-384': 48,
  'sha3-512': 64
}

/** Node's name of a hash function; undefined for an unknown one. */
export function hashNamed (name: string): string | undefined {
  return Object.hasOwn(HASHES, name) ? HASHES[name] : undefined
}

/** How long a hash is. @param hash Node's name; 0 for `none` */
export function hashBytes (hash: string): number {
  return BYTES[hash] ?? 0
}
