// PEM, as Go writes it.
import type { KeyObject } from 'node:crypto'

/** @param publicKey of RSA or an elliptic curve; ends with a newline */
export function publicPem (publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString()
}

/** @param der base64; does not end with a newline */
export function certificatePem (der: string): string {
  return pemBlock('CERTIFICATE', Buffer.from(der, 'base64')).trimEnd()
}

/** Ends with a newline. */
export function pemBlock (label: string, der: Uint8Array): string {
  const lines = Buffer.from(der).toString('base64').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
