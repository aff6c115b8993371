// Shamir's secret sharing over GF(256), byte for byte as Vault splits its unseal key.
import { invalid } from '../refusal/index.js'

/** The field's polynomial, x^8 + x^4 + x^3 + x + 1: the one of AES, and Vault's. */
const POLYNOMIAL = 0x11b
const FIELD_ORDER = 255

const { exponents, logarithms } = fieldTables()

/**
 * Splits a key into shares, any `threshold` of which give it back. A share is one byte per byte of the key and, last,
 * its x coordinate, so 33 bytes for a key of 32. A single share is the key itself, as in Vault.
 *
 * @param parts both 1 to 255, threshold at most shares; `init` and `rekey` refuse anything else before
 * @param randomBytes coefficients and coordinates are drawn from it
 */
export function splitKey (
  key: Uint8Array,
  parts: { readonly shares: number, readonly threshold: number },
  randomBytes: (count: number) => Uint8Array
): Uint8Array[] {
  if (parts.shares === 1) return [Uint8Array.from(key)]
  const shares = coordinates(parts.shares, randomBytes).map((x) => {
    const share = new Uint8Array(key.length + 1)
    share[key.length] = x
    return share
  })
  key.forEach((secret, index) => {
    const polynomial = Uint8Array.of(secret, ...randomBytes(parts.threshold - 1))
    for (const share of shares) share[index] = evaluate(polynomial, share[key.length]!)
  })
  return shares
}

/**
 * The key that shares give together. One share alone is taken for the key itself; too few shares, or wrong ones, give
 * a wrong key, not an error.
 *
 * @throws VaultError `invalid` for shares that cannot belong together; inner texts are those of Vault's shamir package
 */
export function combineShares (shares: readonly Uint8Array[]): Uint8Array {
  const [first] = shares
  if (first === undefined) throw uncombinable('less than two parts cannot be used to reconstruct the secret')
  if (shares.length === 1) return Uint8Array.from(first)
  if (first.length < 2) throw uncombinable('parts must be at least two bytes long')
  if (shares.some((share) => share.length !== first.length)) throw uncombinable('all parts must be the same length')
  const last = first.length - 1
  const xs = shares.map((share) => share[last]!)
  if (new Set(xs).size !== xs.length) throw uncombinable('duplicate part detected')
  const weights = xs.map((x) => weight(x, xs))
  return first.slice(0, last).map((_, index) => {
    return shares.reduce((sum, share, part) => sum ^ multiply(share[index]!, weights[part]!), 0)
  })
}

function uncombinable (reason: string): Error {
  return invalid(`invalid key: failed to compute combined key: ${reason}`)
}

/** Distinct x coordinates from 1 to 255: zero would hand out the secret. */
function coordinates (count: number, randomBytes: (count: number) => Uint8Array): number[] {
  const found = new Set<number>()
  while (found.size < count) {
    for (const x of randomBytes(count - found.size)) if (x !== 0) found.add(x)
  }
  return [...found]
}

/** A polynomial's value, its coefficients from the constant upwards. */
function evaluate (polynomial: Uint8Array, x: number): number {
  return polynomial.reduceRight((sum, coefficient) => multiply(sum, x) ^ coefficient, 0)
}

/** What the share at `x` contributes to the value at zero: Lagrange's basis polynomial there. */
function weight (x: number, xs: readonly number[]): number {
  return xs.reduce((product, other) => other === x ? product : multiply(product, divide(other, other ^ x)), 1)
}

function multiply (a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : exponents[(logarithms[a]! + logarithms[b]!) % FIELD_ORDER]!
}

/** `b` is never zero here: it is the difference of two distinct coordinates. */
function divide (a: number, b: number): number {
  return a === 0 ? 0 : exponents[(logarithms[a]! - logarithms[b]! + FIELD_ORDER) % FIELD_ORDER]!
}

function fieldTables (): { exponents: Uint8Array, logarithms: Uint8Array } {
  const exponents = new Uint8Array(FIELD_ORDER)
  const logarithms = new Uint8Array(256)
  let power = 1
  for (let exponent = 0; exponent < FIELD_ORDER; exponent++) {
    exponents[exponent] = power
    logarithms[power] = exponent
    power = multiplyByGenerator(power)
  }
  return { exponents, logarithms }
}

/** By x + 1, whose powers are all elements but zero. */
function multiplyByGenerator (a: number): number {
  const doubled = a << 1
  return a ^ (doubled > 255 ? doubled ^ POLYNOMIAL : doubled)
}
