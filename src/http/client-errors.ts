// What Node's parser cannot read: answered as Go's HTTP server answers it, so that clients see the text they know.
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { printJson } from '../json/index.js'
import type { ClientError } from './verbs.js'

const GO_HEADERS = '\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n'
const BAD_REQUEST = `HTTP/1.1 400 Bad Request${GO_HEADERS}400 Bad Request`
const ANSWERS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: `HTTP/1.1 431 Request Header Fields Too Large${GO_HEADERS}431 Request Header Fields Too Large`,
  HPE_INVALID_TRANSFER_ENCODING: `HTTP/1.1 501 Not Implemented${GO_HEADERS}Unsupported transfer encoding`
}
const HTTP_TO_HTTPS = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n'

/** A request line as any HTTP server would take it, whatever the verb. */
const REQUEST_LINE = /^[!#$%&'*+.^_`|~\w-]+ \S+ HTTP\/1\.[01]\r?$/
/** How long a client that goes on sending may take to notice the answer. */
const LINGER_MS = 500

/** Node keeps the response that is being written here. */
export type HttpSocket = Socket & { readonly _httpMessage?: ServerResponse | null }

/**
 * Answers a request that could not be read, and closes its connection: 400, 431 and 501 in Go's words; 405 to a verb
 * that the parser does not know, as Vault does; nothing to a client that is gone or has let its time run out, as Go.
 * Answers to earlier requests on the connection go out first.
 *
 * @see Go's `net/http` server, `func (c *conn) serve`
 */
export function answerClientError (error: ClientError, socket: Socket): void {
  if (socket.writableEnded) return
  if (!socket.writable || isSilent(error)) { socket.destroy(); return }
  answerInTurn(socket, answerTo(error))
}

/**
 * Answers a failed handshake: Go tells a client that speaks HTTP to a TLS port, and leaves all others without a word.
 */
export function answerTlsClientError (error: ClientError, socket: Socket): void {
  const { _parent: plain } = socket as { _parent?: Socket }
  if (error.code === 'ERR_SSL_HTTP_REQUEST' && plain?.writable === true) plain.end(HTTP_TO_HTTPS)
  else socket.destroy()
}

/** Resets, broken TLS records, timeouts: there is nobody to answer, or Go would not. */
function isSilent ({ code = '' }: ClientError): boolean {
  return !code.startsWith('HPE_')
}

function answerTo (error: ClientError): string {
  const { refusedVerb } = error
  if (refusedVerb !== undefined) {
    return methodNotAllowed(`this version of Node cannot take ${refusedVerb}: use GET with ?list=true`)
  }
  if (isAboutVerb(error) && REQUEST_LINE.test(lineOf(error))) return methodNotAllowed()
  return ANSWERS[error.code ?? ''] ?? BAD_REQUEST
}

/** An unknown verb, or one of RTSP's, which Node's parser knows, too. */
function isAboutVerb ({ code, reason = '' }: ClientError): boolean {
  return code === 'HPE_INVALID_METHOD' || (code === 'HPE_INVALID_CONSTANT' && reason.startsWith('Invalid method'))
}

/** The line at which the parser stopped. */
function lineOf ({ rawPacket, bytesParsed = 0 }: ClientError): string {
  if (rawPacket === undefined) return ''
  const start = bytesParsed === 0 ? 0 : rawPacket.lastIndexOf(0x0a, bytesParsed - 1) + 1
  const end = rawPacket.indexOf(0x0a, start)
  return rawPacket.toString('latin1', start, end < 0 ? undefined : end)
}

function methodNotAllowed (...errors: string[]): string {
  const body = `${printJson({ errors })}\n`
  return 'HTTP/1.1 405 Method Not Allowed\r\nCache-Control: no-store\r\nContent-Type: application/json\r\n' +
    'Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n' +
    `Connection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

/** Waits for the answers to earlier requests; a request whose own body is broken has only this answer. */
function answerInTurn (socket: HttpSocket, answer: string): void {
  const { _httpMessage: current } = socket
  if (current?.req.complete === true) {
    current.once('close', () => { if (socket.writable) answerInTurn(socket, answer) })
  } else if (current?.headersSent === true) {
    socket.destroy()
  } else {
    socket.setTimeout(LINGER_MS, () => { socket.destroy() })
    socket.end(answer)
  }
}
