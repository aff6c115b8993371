// Requests for certificates as clients send them, checked against what may be signed.
import { invalid } from '../../refusal/index.js'
import type { Role } from './role-form.js'
import { keyBitsOf, keyTypeOf } from './x509/keys.js'
import { MalformedDer } from './x509/der.js'
import { firstPemBlock } from './x509/pem.js'
import { parseRequest, type ParsedRequest } from './x509/request.js'
import type { KeyObject } from 'node:crypto'

/** A request whose key may be certified. */
export type SignableRequest = ParsedRequest & { readonly publicKey: KeyObject }

const SHORTEST_RSA = 2048

/**
 * Reads a request and checks its key.
 *
 * @throws VaultError `csr contains no data`, `role requires keys of type ec`, `request signature invalid` …
 */
export function readRequest (pem: string, role: Pick<Role, 'key_type' | 'key_bits'>): SignableRequest {
  if (pem === '') throw invalid('"csr" is empty')
  const block = firstPemBlock(pem)
  if (block === undefined) throw invalid('csr contains no data')
  const request = parsed(block.der)
  const { publicKey } = request
  if (publicKey === undefined || keyTypeOf(publicKey) === undefined) {
    throw invalid('Refusing to sign CSR with empty PublicKey. This usually means the SubjectPublicKeyInfo field has an OID ' +
      'not recognized by Go, such as 1.2.840.113549.1.1.10 for rsaPSS.')
  }
  checkKey(publicKey, role)
  if (!request.isSignedByItself) throw invalid('request signature invalid')
  return { ...request, publicKey }
}

function parsed (der: Buffer): ParsedRequest {
  try {
    return parseRequest(der)
  } catch (error) {
    if (!(error instanceof MalformedDer)) throw error
    throw invalid('certificate request could not be parsed: asn1: structure error: tags don\'t match')
  }
}

function checkKey (key: KeyObject, { key_type: wanted, key_bits: leastBits }: Pick<Role, 'key_type' | 'key_bits'>): void {
  const type = keyTypeOf(key)
  if (wanted !== 'any' && type !== wanted) throw invalid(`role requires keys of type ${wanted}`)
  const bits = keyBitsOf(key)
  if (type === 'rsa' && wanted === 'any' && bits < SHORTEST_RSA) {
    throw invalid('RSA keys < 2048 bits are unsafe and not supported')
  }
  const least = wanted === 'any' ? { rsa: SHORTEST_RSA, ec: 224, ed25519: 0 }[type ?? 'ed25519'] : leastBits
  if (type === 'ed25519' || bits >= least) return
  throw invalid(`role requires a minimum of a ${least}-bit key, but CSR's key is ${bits} bits`)
}
