// What Vault reads from the headers of a request.
import type { IncomingHttpHeaders } from 'node:http'
import { parseDurationMs } from '../go/durations.js'
import { GoError } from '../go/values.js'
import { invalid } from '../refusal/index.js'

/** Those that a logical request carries along. */
const HEADERS_OF_INTEREST = [
  'x-vault-index', 'x-vault-inconsistent', 'x-vault-forward', 'x-vault-recover-snapshot-id', 'x-vault-recover-source-path',
  'authorization', 'x-vault-mfa', 'origin', 'content-type', 'accept'
] as const

export function headerText (header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header
}

export function headersOfInterest (headers: IncomingHttpHeaders): Record<string, string | undefined> {
  const found: Record<string, string | undefined> = {}
  for (const name of HEADERS_OF_INTEREST) if (headers[name] !== undefined) found[name] = headerText(headers[name])
  return found
}

/** `X-Vault-Token` wins over `Authorization: Bearer …`, whose prefix is matched to the letter. */
export function tokenOf (headers: IncomingHttpHeaders): string {
  const token = headerText(headers['x-vault-token'])
  if (token !== undefined && token !== '') return token
  const { authorization } = headers
  return authorization?.startsWith('Bearer ') === true ? authorization.slice('Bearer '.length).trim() : ''
}

/** The client wants a redirect where its request would be forwarded. */
export function refusesForwarding (headers: IncomingHttpHeaders): boolean {
  return (headers['x-vault-no-request-forwarding'] ?? '') !== ''
}

/**
 * How long the answer is to be wrapped; undefined where that is not wanted.
 *
 * @throws {VaultError} `invalid`
 */
export function wrapTtlOf (headers: IncomingHttpHeaders): number | undefined {
  const header = headers['x-vault-wrap-ttl']
  return typeof header === 'string' && header !== '' ? parseWrapTtl(header) : undefined
}

function parseWrapTtl (header: string): number {
  const ttlMs = parsed(header)
  if (ttlMs < 0) throw invalid('requested wrap ttl cannot be negative')
  return ttlMs
}

function parsed (header: string): number {
  try {
    return parseDurationMs(header)
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    throw invalid(`error parsing X-Vault-Wrap-TTL header: ${error.message}`)
  }
}
