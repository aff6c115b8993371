// The client certificate and key that a join brings: whether they are what they should be, in the words of Go.
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { invalid } from '../refusal/index.js'

const PEM_BLOCK = /-----BEGIN ([^\n-]+)-----\s+[\w+/=\s]+-----END \1-----/

/**
 * Both or none are used: a certificate without a key is let pass.
 *
 * @param certPem of the certificate
 * @param keyPem of its key
 * @throws {VaultError} `invalid` in the words of Go's `tls.X509KeyPair`
 * @see `reference/observed.md`, "Join and TLS"
 */
export function checkClientKeyPair (certPem: string, keyPem: string): void {
  if (certPem === '' || keyPem === '') return
  const certificate = certificateIn(certPem)
  const key = keyIn(keyPem)
  if (key.asymmetricKeyType !== certificate.publicKey.asymmetricKeyType) {
    throw invalid('tls: private key type does not match public key type')
  }
  if (!certificate.checkPrivateKey(key)) throw invalid('tls: private key does not match public key')
}

function certificateIn (pem: string): X509Certificate {
  if (!PEM_BLOCK.test(pem)) throw invalid('tls: failed to find any PEM data in certificate input')
  try {
    return new X509Certificate(pem)
  } catch {
    throw invalid('x509: malformed certificate')
  }
}

function keyIn (pem: string): KeyObject {
  if (!PEM_BLOCK.test(pem)) throw invalid('tls: failed to find any PEM data in key input')
  try {
    return createPrivateKey(pem)
  } catch {
    throw invalid('tls: failed to parse private key')
  }
}
