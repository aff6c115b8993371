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
  const keyBits = wanted.keyBits === 0 ? DEFAULT_BITS[keyType] ?? 0 : wanted.keyBits
  const problem = bitsProblem(keyType, keyBits)
  if (problem !== undefined) throw invalid(prefix + problem)
  const signatureBits = usualHash(keyType, wanted.signatureBits)
  if (keyType === 'rsa' && !HASH_BITS.includes(signatureBits)) {
    throw invalid(`${prefix}unsupported hash signature algorithm: ${signatureBits}`)
  }
  return { keyType, keyBits, signatureBits }
}

/** Curves bring a hash of their own, and keep what was asked for. */
function usualHash (keyType: string, bits: number): number {
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
