// Which keys and hashes may be asked for.
import { invalid } from '../../refusal/index.js'

export interface KeyParameters {
  readonly keyType: string
  readonly keyBits: number
  readonly signatureBits: number
}

const DEFAULT_BITS: Readonly<Record<string, number>> = { rsa: 2048, ec: 256 }
const RSA_BITS: readonly number[] = [2048, 3072, 4096, 8192]
const EC_BITS: readonly number[] = [224, 256, 384, 521]
const HASH_BITS: readonly number[] = [256, 384, 512]
const SHORTEST_RSA = 2048

/**
 * The parameters with what is usual in place of zeros.
 *
 * @throws VaultError `unknown key type dsa` and others, each behind the prefix
 */
export function checkedKeyParameters (wanted: KeyParameters, prefix = ''): KeyParameters {
  const { keyType } = wanted
  const keyBits = checkedKeyBits(wanted, (problem) => invalid(prefix + problem))
  const signatureBits = usualHash(keyType, wanted.signatureBits)
  if (keyType === 'rsa' && !HASH_BITS.includes(signatureBits)) {
    throw invalid(`${prefix}unsupported hash signature algorithm: ${signatureBits}`)
  }
  return { keyType, keyBits, signatureBits }
}

/**
 * The parameters of an authority whose hash is its issuer's: of a root its own, which is looked at first; of an
 * intermediate nobody's yet.
 *
 * @throws VaultError
 */
export function checkedAuthority (wanted: KeyParameters, signsItself: boolean): KeyParameters {
  const { keyType } = wanted
  const signatureBits = signsItself ? usualHash(keyType, wanted.signatureBits) : wanted.signatureBits
  if (signsItself && !isHashFor(keyType, signatureBits)) {
    throw invalid(`unsupported hash signature algorithm for keyType ${keyType}: ${signatureBits}`)
  }
  return { keyType, keyBits: checkedKeyBits(wanted, invalid), signatureBits }
}

/** Bits with what is usual in place of zero; throws what is made of a problem. */
export function checkedKeyBits (
  { keyType, keyBits }: Pick<KeyParameters, 'keyType' | 'keyBits'>, refusal: (problem: string) => Error
): number {
  const bits = keyBits === 0 ? DEFAULT_BITS[keyType] ?? 0 : keyBits
  const problem = bitsProblem(keyType, bits)
  if (problem !== undefined) throw refusal(problem)
  return bits
}

/** Whether a hash goes with a type of keys; curves bring their own. */
export function isHashFor (keyType: string, bits: number): boolean {
  return ['any', 'ec', 'ed25519'].includes(keyType) || HASH_BITS.includes(bits)
}

/** Curves bring a hash of their own, and keep what was asked for. */
export function usualHash (keyType: string, bits: number): number {
  if (keyType === 'rsa') return bits === 0 ? 256 : bits
  return keyType === 'ec' ? bits : 0
}

function bitsProblem (keyType: string, bits: number): string | undefined {
  switch (keyType) {
    case 'rsa':
      if (bits < SHORTEST_RSA) return `RSA keys < ${SHORTEST_RSA} bits are unsafe and not supported: got ${bits}`
      return RSA_BITS.includes(bits) ? undefined : `unsupported bit length for RSA key: ${bits}`
    case 'ec': return EC_BITS.includes(bits) ? undefined : `unsupported bit length for EC key: ${bits}`
    case 'any':
    case 'ed25519': return undefined
    default: return `unknown key type ${keyType}`
  }
}
