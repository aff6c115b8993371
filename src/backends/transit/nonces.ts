// Which keys take a nonce from their clients, and what is said where none does.
import type { Call, LogicalResponse } from '../../vault/paths.js'
import { typeOf } from './key-types.js'
import type { TransitKey } from './stored-keys.js'

/** Convergent symmetric keys of Vault 0.6.1, whose ciphertexts do not hold their nonces. */
export function takesNonce (key: TransitKey): boolean {
  return typeOf(key).kind === 'aead' && key.convergentEncryption && key.convergentVersion === 1
}

/**
 * The warning of a server that knows no such field.
 *
 * @see recorded: `encrypt with a nonce, not convergent`
 */
export function nonceRemark ({ cluster, request }: Call<unknown>): Pick<LogicalResponse, 'warnings'> {
  const isUnknown = !cluster.profile.transit.takesNonces && request.data.nonce !== undefined
  return isUnknown ? { warnings: ['Endpoint ignored these unrecognized parameters: [nonce]'] } : {}
}
