// The certificate that a leader's listener serves, looked at as a joining node does.
import type { TLSSocket } from 'node:tls'
import { outboundError } from './outbound-errors.js'

export interface TrustedBy {
  /** authorities to trust; the system's where it is empty */
  readonly caPem: string
  /** the name that the certificate is to be valid for; that of the address where it is empty */
  readonly serverName: string
}

const METHOD = 'PUT'
const HANDSHAKE_TIMEOUT_MS = 5000
/** Nobody listens: a node that lives in memory alone serves no certificate. */
const NO_LISTENER = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']

/**
 * Shakes hands and hangs up, so that nothing but the certificate is asked for.
 *
 * @param apiAddr `https://host:port`; with any other scheme there is nothing to look at
 * @returns why a client does not trust it, in Go's words: `tls: failed to verify certificate: x509: …`
 */
export async function mistrustOf (apiAddr: string, trustedBy: TrustedBy): Promise<string | undefined> {
  if (!apiAddr.toLowerCase().startsWith('https:')) return undefined
  const url = new URL(apiAddr)
  try {
    await shakeHands(url, trustedBy)
    return undefined
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if (NO_LISTENER.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    const { serverName } = trustedBy
    return outboundError({ method: METHOD, url: apiAddr, ...(serverName !== '' && { serverName }) }, error).reason
  }
}

async function shakeHands ({ hostname, port }: URL, { caPem, serverName }: TrustedBy): Promise<void> {
  const { connect } = await import('node:tls') // only when asked for: TLS takes time to load
  const host = hostname.replace(/^\[|\]$/g, '')
  const socket = connect({
    host,
    port: Number(port === '' ? 443 : port),
    timeout: HANDSHAKE_TIMEOUT_MS,
    ...(caPem === '' ? {} : { ca: caPem }),
    ...(serverName === '' ? {} : { servername: serverName })
  })
  try {
    await greeted(socket)
  } finally {
    socket.destroy()
  }
}

function greeted (socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve)
    socket.once('timeout', () => { reject(new Error('net/http: TLS handshake timeout')) })
    // stays for good: a late error has no one else to go to
    socket.on('error', reject)
  })
}
