// Who may call: a page in a browser on the same machine reaches loopback addresses, too, under a name of its own.
import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import { messageBody } from './errors.js'

/** What listeners are told about their callers. */
export interface Access {
  /** names by which clients may call, beside those that nobody else can own; `*.example.com` are all below it */
  readonly allowedHosts?: readonly string[] | undefined
  /** what `X-Vault-Mock-Control-Token` has to be below `/_mock/`; open to everybody without it */
  readonly controlToken?: string | undefined
}

export const CONTROL_TOKEN = 'x-vault-mock-control-token'

/** Who cannot be told from a page on the internet by its name: these cannot be registered there. */
const OWN_DOMAINS = ['localhost', 'local', 'internal', 'test', 'svc', 'cluster.local']
const PLAIN_NAME = /^[\w-]+$/

interface Refusal {
  readonly status: number
  readonly message: string
}

/**
 * Refuses a caller by its `Host`.
 *
 * @returns whether it was refused, and so is answered
 */
export function refusesHost (
  request: IncomingMessage, response: ServerResponse, { allowedHosts = [] }: Access
): boolean {
  const { host = '' } = request.headers
  if (host === '' || isAllowed(nameIn(host), allowedHosts)) return false
  const message = `the host "${host}" may not be called here; --allowed-hosts allows it`
  return refuse(response, { status: 403, message })
}

/**
 * Refuses who may not steer: by `Host`, `Origin`, a body that a page may send anywhere, or the control token.
 *
 * @returns whether it was refused, and so is answered
 */
export function refusesControl (request: IncomingMessage, response: ServerResponse, access: Access): boolean {
  if (refusesHost(request, response, access)) return true
  const refusal = foreignOrigin(request) ?? unlabelled(request) ?? withoutToken(request, access)
  return refusal !== undefined && refuse(response, refusal)
}

/** Whether only this machine reaches an address. */
export function isLoopback (host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function foreignOrigin ({ headers: { origin, host = '' } }: IncomingMessage): Refusal | undefined {
  if (origin === undefined || origin.replace(/^https?:\/\//, '').toLowerCase() === host.toLowerCase()) return undefined
  return { status: 403, message: `pages of ${origin} may not steer this server` }
}

/** A page may send what forms send without asking first. */
function unlabelled ({ headers }: IncomingMessage): Refusal | undefined {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  if (headers.origin === undefined || !hasBody || /^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '')) {
    return undefined
  }
  return { status: 415, message: 'a body that a page sends must be labelled application/json' }
}

function withoutToken ({ headers }: IncomingMessage, { controlToken }: Access): Refusal | undefined {
  if (controlToken === undefined) return undefined
  const given = Buffer.from(String(headers[CONTROL_TOKEN] ?? ''))
  const wanted = Buffer.from(controlToken)
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return undefined
  return { status: 403, message: 'the controls need the control token of this server in X-Vault-Mock-Control-Token' }
}

/** Without its port, in lower case. */
function nameIn (host: string): string {
  const name = host.startsWith('[') ? host.slice(1).split(']', 1)[0] ?? '' : host.replace(/:\d*$/, '')
  return name.toLowerCase().replace(/\.$/, '')
}

function isAllowed (name: string, allowedHosts: readonly string[]): boolean {
  if (isIP(name) !== 0 || PLAIN_NAME.test(name)) return true
  if (OWN_DOMAINS.some((domain) => name.endsWith(`.${domain}`))) return true
  return allowedHosts.map((each) => each.toLowerCase())
    .some((each) => each === name || (each.startsWith('*.') && name.endsWith(each.slice(1))))
}

function refuse (response: ServerResponse, { status, message }: Refusal): true {
  const body = messageBody(message)
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
  response.end(body)
  return true
}
