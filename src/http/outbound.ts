// The only HTTP client of the program: one request, one answer, and errors in the words of Go's client.
//
// Every request has a connection of its own and goes where its URL says: redirects are not followed, and variables
// such as HTTP_PROXY are not read.
import { request as httpRequest, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { RequestOptions } from 'node:https'
import { endsOf, OutboundError, outboundError, urlError } from './outbound-errors.js'

export { OutboundError } from './outbound-errors.js'

export interface OutboundRequest {
  /** `http:` or `https:` */
  readonly url: string
  readonly method: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** for everything, from the look-up of the name to the last byte */
  readonly timeoutMs: number
  /** `timeoutMs` is how long nothing may come or go, in place of a limit for everything: slow is not dead */
  readonly limitsSilence?: boolean
  /** authorities to trust instead of the system's */
  readonly caPem?: string | undefined
  /** what the certificate is to be valid for, instead of the host of the URL */
  readonly serverName?: string
  /** what it shows of itself, and that the authority is enough: the certificate may be of any name */
  readonly asMember?: { readonly certPem: string, readonly keyPem: string }
  /** given each piece of a 200's body as it comes, in place of the answer's `body` */
  readonly take?: (chunk: Buffer) => Promise<void>
  /** a longer answer is an error; default 64 MiB */
  readonly maxAnswerBytes?: number
}

export interface OutboundAnswer {
  readonly status: number
  /** names in lower case */
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

const MAX_ANSWER_BYTES = 64 << 20

/**
 * Sends a request and reads the whole answer, whatever its status.
 *
 * @throws {OutboundError} where there is no answer, with Go's text: `Put "http://127.0.0.1:1/v1/x": dial tcp
 *   127.0.0.1:1: connect: connection refused`
 */
export async function send (request: OutboundRequest): Promise<OutboundAnswer> {
  const wrong = urlError(request)
  if (wrong !== undefined) throw wrong
  const { signal: timeout, watch } = patienceFor(request)
  try {
    const sending = await start(request, timeout)
    watch(sending)
    const answer = await responseTo(sending, request, timeout)
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: await bodyOf(answer, request, timeout) }
  } catch (error) {
    throw error instanceof OutboundError ? error : outboundError(request, error as Error)
  }
}

interface Patience { readonly signal: AbortSignal, readonly watch: (sending: ClientRequest) => void }

function patienceFor ({ timeoutMs, limitsSilence = false }: OutboundRequest): Patience {
  if (!limitsSilence) return { signal: AbortSignal.timeout(timeoutMs), watch: () => {} }
  const controller = new AbortController()
  const giveUp = (): void => { controller.abort() }
  return { signal: controller.signal, watch: (sending) => { sending.setTimeout(timeoutMs, giveUp) } }
}

async function start (request: OutboundRequest, signal: AbortSignal): Promise<ClientRequest> {
  const { url, method, headers, body, caPem, serverName, asMember } = request
  const options: RequestOptions = { method, headers: { 'User-Agent': 'Go-http-client/1.1', ...headers }, agent: false, signal }
  if (!url.toLowerCase().startsWith('https:')) return httpRequest(url, options).end(body)
  const https = await import('node:https') // only when asked for: TLS takes time to load
  const member = asMember && { cert: asMember.certPem, key: asMember.keyPem, checkServerIdentity: () => undefined }
  return https.request(url, { ...options, ca: caPem, servername: serverName, ...member }).end(body)
}

function responseTo (sending: ClientRequest, request: OutboundRequest, timeout: AbortSignal): Promise<IncomingMessage> {
  let connection: string | undefined
  sending.once('socket', (socket) => { socket.once('connect', () => { connection = endsOf(socket) }) })
  return new Promise((resolve, reject) => {
    sending.once('response', resolve)
    // stays for good: a late error has no one else to go to
    sending.on('error', (error) => {
      reject(outboundError(request, error, { connection, phase: timeout.aborted ? 'timed out' : 'sent' }))
    })
  })
}

async function bodyOf (answer: IncomingMessage, request: OutboundRequest, timeout: AbortSignal): Promise<Buffer> {
  const { maxAnswerBytes = MAX_ANSWER_BYTES } = request
  const take = answer.statusCode === 200 ? request.take : undefined
  const chunks: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > maxAnswerBytes) throw new OutboundError(request, `answer longer than ${maxAnswerBytes} bytes`)
      if (take === undefined) chunks.push(chunk)
      else await take(chunk)
    }
  } catch (error) {
    if (error instanceof OutboundError) throw error
    throw outboundError(request, error as Error, { phase: timeout.aborted ? 'timed out while reading' : 'reading' })
  }
  return Buffer.concat(chunks)
}
