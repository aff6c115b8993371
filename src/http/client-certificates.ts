// What a client shows of itself when it connects with TLS.
import type { Socket } from 'node:net'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'

/** Certificates in base64, the client's own first, then those it brought along; empty: none. undefined: no TLS. */
export function clientCertificates (socket: Socket): readonly string[] | undefined {
  if (!('getPeerCertificate' in socket)) return undefined
  const chain: string[] = []
  let next: DetailedPeerCertificate | undefined = (socket as TLSSocket).getPeerCertificate(true)
  while (next?.raw !== undefined) {
    const text = next.raw.toString('base64')
    // a root is its own issuer
    if (chain.includes(text)) break
    chain.push(text)
    next = next.issuerCertificate
  }
  return chain
}
