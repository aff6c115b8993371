// What is logged of requests: one line each when it is answered, and at `debug` how that came about.
//
// Nothing that a request carries is printed but its method and its path, in which tokens are masked: no header, no
// query, no body, and no refusal's text that could quote them.
import { LogController, type FastifyBaseLogger, type FastifyReply, type FastifyRequest, type FastifyServerOptions } from 'fastify'
import { MASK, maskedUrl } from '../control/masking.js'
import { NotSimulated, type VaultError } from '../refusal/index.js'
import { addresseeNames } from './addressee.js'
import { tokenOf } from './request-headers.js'
import { verbOf } from './verbs.js'

/** Where Vault takes snapshots: what is wrong with one is worth a line. */
const SNAPSHOT_PATH = /^\/v1\/sys\/storage\/raft\/snapshot/

type LogOptions = Pick<FastifyServerOptions, 'loggerInstance' | 'logController' | 'genReqId'>

/**
 * Fastify's options for a log, or for none: then no request pays for it.
 *
 * @param app begins the ids of its requests, since several apps write into one log
 */
export function requestLog (logger: FastifyBaseLogger | undefined, app: string): LogOptions {
  if (logger === undefined) return { logController: new LogController({ disableRequestLogging: true }) }
  let count = 0
  return {
    loggerInstance: logger,
    logController: new RequestLog({ requestIdLogLabel: 'request' }),
    genReqId: () => `${app}-${++count}`
  }
}

class RequestLog extends LogController {
  override incomingRequest (request: FastifyRequest): void {
    if (request.log.level !== 'trace') return
    const { headers, raw } = request
    const facts = { remote: raw.socket.remoteAddress, headers: Object.keys(headers) }
    request.log.trace({ method: verbOf(raw), path: shownPath(request), ...facts }, 'request received')
  }

  override requestCompleted (error: Error | null | undefined, request: FastifyRequest, reply: FastifyReply): void {
    if (request.log.level !== 'info' && !logsDecisions(request)) return
    const line = {
      method: verbOf(request.raw),
      path: shownPath(request),
      status: reply.statusCode,
      ms: rounded(reply.elapsedTime),
      ...addresseeNames(request),
      request_id: request.vaultRequestId
    }
    request.log.info(line, error == null ? 'request completed' : 'request cut off')
  }

  /** A client that goes away is told of by the line above. */
  override streamError (): void {}
  override routeNotFound (): void {}
}

function rounded (ms: number): number {
  return Math.round(ms * 100) / 100
}

/** Without the query, and without what looks like a token or is the request's own. */
function shownPath (request: FastifyRequest): string {
  const path = maskedUrl(request.url.split('?', 1)[0] ?? '')
  const token = tokenOf(request.headers)
  if (token.length < SHORTEST_MASKED) return path
  return path.split('/').map((segment) => segment === token ? MASK : segment).join('/')
}

/** A shorter one, such as `root`, is a word of its own. */
const SHORTEST_MASKED = 8

/** Whether decisions are worth collecting. */
export function logsDecisions ({ log }: FastifyRequest): boolean {
  return log.level === 'debug' || log.level === 'trace'
}

/** A step of the pipeline that decided something. */
export function noteDecision (request: FastifyRequest, what: string, facts: object): void {
  request.log.debug({ ...facts, request_id: request.vaultRequestId }, what)
}

/** Refusals that a user will wonder about are warnings; of others `debug` has the kind. */
export function noteRefusal (request: FastifyRequest, error: VaultError): void {
  const path = shownPath(request)
  if (error instanceof NotSimulated) request.log.warn({ path }, error.message)
  else if (SNAPSHOT_PATH.test(path) && (error.kind === 'invalid' || error.kind === 'failure')) {
    request.log.warn({ path, reason: error.message }, 'snapshot refused')
  } else if (error.kind === 'unsupported-path') {
    request.log.warn({ path }, 'there is no such path in this profile and edition')
  } else if (logsDecisions(request)) noteDecision(request, 'refused', { kind: error.kind })
}
