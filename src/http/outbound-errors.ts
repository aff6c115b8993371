// What goes wrong when a request is sent, in the words of Go's client: Vault hands them on to its own clients.
import { getServers } from 'node:dns'
import type { Socket } from 'node:net'
import { joinHostPort } from './addresses.js'

/** What an error's text needs of the request. */
export interface Target {
  readonly method: string
  readonly url: string
  /** what the certificate is to be valid for, instead of the host of the URL */
  readonly serverName?: string
}

/** How far a request came. */
export interface Progress {
  /** the two ends, once connected: `127.0.0.1:50000->127.0.0.1:8200` */
  readonly connection?: string
  readonly phase: 'sent' | 'timed out' | 'reading' | 'timed out while reading'
}

/** A request that got no answer. Its message is that of Go's `url.Error`. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError'

  /**
   * @param target named in the message, its password hidden
   * @param reason what comes after: `dial tcp 127.0.0.1:1: connect: connection refused`
   */
  constructor ({ method, url }: Target, readonly reason: string, options?: ErrorOptions) {
    const verb = method.slice(0, 1).toUpperCase() + method.slice(1).toLowerCase()
    super(`${verb} "${withoutPassword(url)}": ${reason}`, options)
  }
}

type SystemError = Error & {
  readonly code?: string
  readonly syscall?: string
  readonly address?: string
  readonly port?: number
  readonly hostname?: string
  readonly errors?: readonly SystemError[]
  readonly rawPacket?: Buffer
  readonly cert?: { readonly subjectaltname?: string }
}

const CONNECT_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  EADDRNOTAVAIL: 'cannot assign requested address',
  ECONNRESET: 'connection reset by peer',
  EACCES: 'permission denied'
}
const UNVERIFIED = 'tls: failed to verify certificate: x509: '
const UNKNOWN_AUTHORITY = `${UNVERIFIED}certificate signed by unknown authority`
const REASONS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  CERT_SIGNATURE_FAILURE: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: `${UNVERIFIED}certificate has expired or is not yet valid`,
  CERT_NOT_YET_VALID: `${UNVERIFIED}certificate has expired or is not yet valid`
}

/** What is wrong with an address before anything is sent. */
export function urlError (target: Target): OutboundError | undefined {
  const { url } = target
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? ''
  if (scheme !== 'http' && scheme !== 'https') return new OutboundError(target, `unsupported protocol scheme "${scheme}"`)
  const authority = /^[a-z]+:\/\/(?:[^/?#]*@)?([^/?#]*)/i.exec(url)?.[1] ?? ''
  const port = /:([^\]:]*)$/.exec(authority)?.[1] ?? ''
  if (authority === '' || authority.startsWith(':')) return new OutboundError(target, 'http: no Host in request URL')
  if (/\D/.test(port)) return new OutboundError(target, `invalid port ":${port}" after host`)
  if (Number(port) > 65535) return new OutboundError(target, `dial tcp: address ${port}: invalid port`)
  return URL.canParse(url) ? undefined : new OutboundError(target, 'invalid URL')
}

/**
 * An error of Node's client in Go's words.
 *
 * @see Go's `net`, `net/http` and `crypto/tls`, as run for each of these cases
 */
export function outboundError (target: Target, error: SystemError, progress?: Progress): OutboundError {
  return new OutboundError(target, reasonFor(target, error, progress), { cause: error })
}

const TIMED_OUT = 'context deadline exceeded (Client.Timeout'

/** How far it came says most; then what the system, TLS or Node's parser had to say. */
function reasonFor (target: Target, error: SystemError, { connection, phase }: Progress = { phase: 'sent' }): string {
  switch (phase) {
    case 'timed out':
      if (connection === undefined) return `dial tcp ${dialled(target.url)}: i/o timeout`
      return `${TIMED_OUT} exceeded while awaiting headers)`
    case 'timed out while reading': return `${TIMED_OUT} or context cancellation while reading body)`
    case 'reading': return 'unexpected EOF'
    case 'sent':
      // the first of several addresses of a name
      return sendingReason(target, error.errors?.[0] ?? error, connection)
  }
}

function sendingReason ({ url, serverName }: Target, error: SystemError, connection: string | undefined): string {
  const { code = '', syscall } = error
  if (syscall === 'getaddrinfo') return lookupReason(error)
  if (syscall === 'connect') return connectReason(error)
  if (code === 'ECONNRESET' || code === 'EPIPE') return cutReason(error, connection)
  return tlsReason(serverName ?? hostOf(url), error) ?? parserReason(error) ?? error.message
}

function tlsReason (host: string, error: SystemError): string | undefined {
  const { code = '', message } = error
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return nameReason(host, error)
  // the one while a request is sent, the other in a handshake by itself
  const speaksPlain = /wrong version number/.test(message) && ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'].includes(code)
  return speaksPlain ? 'http: server gave HTTP response to HTTPS client' : REASONS[code]
}

function parserReason ({ code = '', rawPacket }: SystemError): string | undefined {
  if (!code.startsWith('HPE_')) return undefined
  return `net/http: HTTP/1.x transport connection broken: malformed HTTP response "${firstLine(rawPacket)}"`
}

/** Go names the name server that was asked. */
function lookupReason ({ code, hostname = '' }: SystemError): string {
  const server = getServers()[0]
  const asked = server === undefined ? '' : ` on ${HAS_PORT.test(server) ? server : joinHostPort(server, 53)}`
  return `dial tcp: lookup ${hostname}${asked}: ${code === 'ENOTFOUND' ? 'no such host' : 'server misbehaving'}`
}

const HAS_PORT = /^(?:\[.*\]|[\d.]+):\d+$/

function connectReason ({ code = '', address = '', port = 0 }: SystemError): string {
  const to = `dial tcp ${joinHostPort(address, port)}: `
  return to + (code === 'ETIMEDOUT' ? 'i/o timeout' : `connect: ${CONNECT_REASONS[code] ?? code}`)
}

/** A connection that was closed reads as its end; only one that was reset says so. */
function cutReason ({ syscall }: SystemError, connection = ''): string {
  if (syscall !== 'read' && syscall !== 'write') return 'EOF'
  return `${syscall} tcp ${connection}: ${syscall}: ${syscall === 'read' ? 'connection reset by peer' : 'broken pipe'}`
}

/** `127.0.0.1:50000->127.0.0.1:8200` */
export function endsOf ({ localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${joinHostPort(localAddress, localPort)}->${joinHostPort(remoteAddress, remotePort)}`
}

function hostOf (url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '')
}

function nameReason (host: string, { cert }: SystemError): string {
  const kind = /^[\d.]+$|:/.test(host) ? 'IP Address:' : 'DNS:'
  const names = (cert?.subjectaltname ?? '').split(', ')
    .filter((name) => name.startsWith(kind))
    .map((name) => shortened(name.slice(kind.length)))
  if (names.length > 0) return `${UNVERIFIED}certificate is valid for ${names.join(', ')}, not ${host}`
  if (kind === 'IP Address:') {
    return `${UNVERIFIED}cannot validate certificate for ${host} because it doesn't contain any IP SANs`
  }
  return `${UNVERIFIED}certificate is not valid for any names, but wanted to match ${host}`
}

/** Node spells out IPv6 addresses: `0:0:0:0:0:0:0:1` for `::1`. */
function shortened (name: string): string {
  return name.includes(':') ? new URL(`http://[${name}]`).hostname.slice(1, -1) : name
}

function firstLine (packet: Buffer | undefined): string {
  return packet?.toString('latin1').split(/\r?\n/, 1)[0] ?? ''
}

function dialled (url: string): string {
  const { hostname, port, protocol } = new URL(url)
  return `${hostname}:${port !== '' ? port : protocol === 'https:' ? '443' : '80'}`
}

function withoutPassword (url: string): string {
  return url.replace(/^([a-z]+:\/\/[^/?#:@]*):[^/?#@]*@/i, '$1:***@')
}
