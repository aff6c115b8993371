// XChaCha20's longer nonces: its first 16 bytes make a key of their own (draft-irtf-cfrg-xchacha-03 §2.2).

const ROUNDS = 10
/** `expand 32-byte k` in little-endian words. */
const CONSTANTS = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574]
/** Columns, then diagonals. */
const QUARTERS: ReadonlyArray<readonly [number, number, number, number]> = [
  [0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15],
  [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]
]

/**
 * The key and the nonce of 12 bytes with which ChaCha20-Poly1305 does what XChaCha20-Poly1305 would do.
 *
 * @param nonce 24 bytes
 */
export function subkeyAndNonce (key: Buffer, nonce: Buffer): { readonly key: Buffer, readonly nonce: Buffer } {
  return {
    key: hChaCha20(key, nonce.subarray(0, 16)),
    nonce: Buffer.concat([Buffer.alloc(4), nonce.subarray(16)])
  }
}

function hChaCha20 (key: Buffer, nonce: Buffer): Buffer {
  const state = Uint32Array.from([...CONSTANTS, ...words(key), ...words(nonce)])
  for (let round = 0; round < ROUNDS; round++) {
    for (const quarter of QUARTERS) quarterRound(state, quarter)
  }
  const output = Buffer.alloc(32)
  const kept = [...state.subarray(0, 4), ...state.subarray(12)]
  kept.forEach((word, i) => { output.writeUInt32LE(word, i * 4) })
  return output
}

function words (bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(i * 4))
}

function quarterRound (state: Uint32Array, [a, b, c, d]: readonly [number, number, number, number]): void {
  const mix = (to: number, from: number, turned: number, bits: number): void => {
    state[to] = state[to]! + state[from]!
    const mixed = state[turned]! ^ state[to]!
    state[turned] = (mixed << bits) | (mixed >>> (32 - bits))
  }
  mix(a, b, d, 16)
  mix(c, d, b, 12)
  mix(a, b, d, 8)
  mix(c, d, b, 7)
}
