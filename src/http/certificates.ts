// A certificate authority and a server certificate made at start, for HTTPS without any files of the user's own.
import { generateKeyPairSync } from 'node:crypto'
import { authorityCertificate, leafCertificate, pem } from '../cluster/x509.js'

export interface CertificateOptions {
  /** a name or an IP address, valid beside localhost, 127.0.0.1 and ::1 */
  readonly host: string
  readonly nowMs: number
  /** default a day before `nowMs`: other machines' clocks may be behind */
  readonly notBeforeAtMs?: number
  /** default 825 days after `notBeforeAtMs`, the longest that all clients accept */
  readonly notAfterAtMs?: number
}

/** PEM texts. The certificate is signed by the authority, whose key is thrown away. */
export interface Certificates { readonly caPem: string, readonly certPem: string, readonly keyPem: string }

const DAY_MS = 86_400_000
const LONGEST_VALIDITY_MS = 825 * DAY_MS
const CA_NAME = 'vault-mock CA'
const ALWAYS_VALID_FOR = ['localhost', '127.0.0.1', '::1']
const P256 = { namedCurve: 'P-256' }

/**
 * Makes an authority and a certificate signed by it: ECDSA on P-256 with SHA-256, in a few milliseconds.
 *
 * @example
 * const { caPem, certPem, keyPem } = makeCertificates({ host: 'vault.test', nowMs })
 */
export function makeCertificates (options: CertificateOptions): Certificates {
  const { host, nowMs, notBeforeAtMs = nowMs - DAY_MS, notAfterAtMs = notBeforeAtMs + LONGEST_VALIDITY_MS } = options
  const issuer = { commonName: CA_NAME, privateKey: generateKeyPairSync('ec', P256).privateKey }
  const { privateKey, publicKey } = generateKeyPairSync('ec', P256)
  const validity = { notBeforeAtMs, notAfterAtMs }
  const hosts = [...new Set([...ALWAYS_VALID_FOR, ...(host === '' ? [] : [host])])]
  const server = leafCertificate({ commonName: hosts.at(-1) ?? 'localhost', publicKey, hosts }, issuer, validity)
  return {
    caPem: pem(authorityCertificate(issuer, validity)),
    certPem: pem(server),
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  }
}
