// Keys for contexts: what a derived key makes of a request's context.
import { createHmac } from 'node:crypto'
import { invalid } from '../../refusal/index.js'
import { keyBytes } from './key-material.js'
import type { KeyVersion, TransitKey } from './stored-keys.js'

/** The number of HKDF among the derivations (`sdk/helper/keysutil/consts.go`). */
export const HKDF_SHA256 = 1
const NO_SALT = Buffer.alloc(32)

/**
 * The bytes to work with: the version's own, or of a derived key those for a context.
 *
 * @throws {VaultError} `missing 'context' for key derivation; …`
 * @see recorded: `fixed: convergent encryption`, `fixed: sign derived ed25519`
 */
export function bytesFor (key: TransitKey, version: KeyVersion, context: Buffer, count: number): Buffer {
  const bytes = keyBytes(version) ?? Buffer.alloc(0)
  if (!key.derived) return bytes
  if (context.length === 0) {
    throw invalid("missing 'context' for key derivation; the key was created using a derived key, which means " +
      'additional, per-request information must be included in order to perform operations with the key')
  }
  return key.kdf === HKDF_SHA256 ? hkdf(bytes, context, count) : counterMode(bytes, context)
}

/** RFC 5869 without a salt. Node's own takes no more than 1024 bytes of context. */
function hkdf (secret: Buffer, context: Buffer, count: number): Buffer {
  const pseudorandomKey = createHmac('sha256', NO_SALT).update(secret).digest()
  let block: Buffer = Buffer.alloc(0)
  let output: Buffer = block
  for (let number = 1; output.length < count; number++) {
    block = createHmac('sha256', pseudorandomKey).update(block).update(context).update(Buffer.of(number)).digest()
    output = Buffer.concat([output, block])
  }
  return output.subarray(0, count)
}

/** 256 bits in one round of NIST SP 800-108, counted from 0 (`sdk/helper/kdf/kdf.go`). */
function counterMode (secret: Buffer, context: Buffer): Buffer {
  const [round, bits] = [Buffer.alloc(4), Buffer.from('00000100', 'hex')]
  return createHmac('sha256', secret).update(round).update(context).update(bits).digest()
}
