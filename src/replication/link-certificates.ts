// The certificates of replication links: each primary is an authority for its secondaries and its cluster addresses.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Cluster } from '../cluster/cluster.js'
import type { Storage } from '../cluster/storage.js'
import { ALWAYS, authorityCertificate, leafCertificate, pem, type Issuer } from '../cluster/x509.js'
import type { JsonObject } from '../json/index.js'
import { linkAuthorityKeyIn } from './stored.js'

const SEED_BYTES = 32
/** What stands before the 32 bytes of an Ed25519 key in PKCS #8. */
const PRIVATE_HEADER = Buffer.from('302e020100300506032b657004220420', 'hex')
const NAME = 'replication'
const SCALAR_DIGITS = 132

/** What a secondary shows, and whom it trusts: base64 of DER, the key in PKCS #8. */
export type LinkCertificates = JsonObject & {
  readonly caCert: string
  readonly clientCert: string
  readonly clientKey: string
}

/** A key of P-521 as activation payloads have it: decimal numbers. */
export type ClientKey = JsonObject & { readonly x: string, readonly y: string, readonly d: string }

/**
 * The authority of a primary, made when it is first asked for a secondary. Its DR secondaries have it, too: one of them
 * may be the primary next.
 */
export function linkAuthority (cluster: Cluster): Issuer {
  const stored = linkAuthorityKeyIn(cluster.storage)
  if (!stored.isThere) stored.put(cluster.random.stream('replication-links').bytes(SEED_BYTES).toString('base64'))
  return authorityIn(cluster.storage) ?? newAuthority()
}

/** The authority that a cluster has; undefined: it was never asked for a secondary. */
export function authorityIn (storage: Storage): Issuer | undefined {
  const seed = linkAuthorityKeyIn(storage).value
  if (seed === undefined) return undefined
  const key = Buffer.concat([PRIVATE_HEADER, Buffer.from(seed, 'base64')])
  return { commonName: NAME, privateKey: createPrivateKey({ key, format: 'der', type: 'pkcs8' }) }
}

/** One that nobody has heard of. */
export function newAuthority (): Issuer {
  return { commonName: NAME, privateKey: generateKeyPairSync('ed25519').privateKey }
}

/** The certificates of an activation payload, base64 of DER. */
export function activationCertificates (
  issuer: Issuer, id: string, key: ClientKey
): Pick<LinkCertificates, 'caCert' | 'clientCert'> {
  const publicKey = createPublicKey(clientKeyOf(key))
  return {
    caCert: authorityCertificate(issuer, ALWAYS).toString('base64'),
    clientCert: leafCertificate({ commonName: id, publicKey, hosts: [] }, issuer, ALWAYS).toString('base64')
  }
}

/** The private key that the numbers of an activation payload stand for, PKCS #8 in base64. */
export function clientKeyIn (key: ClientKey): string {
  return clientKeyOf(key).export({ format: 'der', type: 'pkcs8' }).toString('base64')
}

function clientKeyOf ({ x, y, d }: ClientKey): KeyObject {
  const key = { kty: 'EC', crv: 'P-521', x: base64url(x), y: base64url(y), d: base64url(d) }
  return createPrivateKey({ key, format: 'jwk' })
}

function base64url (decimal: string): string {
  return Buffer.from(BigInt(decimal).toString(16).padStart(SCALAR_DIGITS, '0'), 'hex').toString('base64url')
}

/** What a server shows at a cluster address, in PEM; made with the key of its authority. */
export function serverCertificates (issuer: Issuer, host: string): { caPem: string, certPem: string, keyPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    caPem: pem(authorityCertificate(issuer, ALWAYS)),
    certPem: pem(leafCertificate({ commonName: NAME, publicKey, hosts: [host, 'localhost'] }, issuer, ALWAYS)),
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  }
}
