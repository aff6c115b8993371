// Documents of the outside that are really there: on loopback, for whoever runs an identity provider of their own.
import type { Fetched, OutsideRequest } from '../cluster/outside.js'
import { send } from './outbound.js'

const PATIENCE_MS = 10_000
const LARGEST_DOCUMENT_BYTES = 1 << 20

/** @throws {OutboundError} where there is no answer */
export async function fetchOutside ({ url, method, headers, body, caPem }: OutsideRequest): Promise<Fetched> {
  const answer = await send({
    url,
    method,
    headers: { ...headers, ...(body !== undefined && { 'Content-Length': String(Buffer.byteLength(body)) }) },
    ...(body !== undefined && { body }),
    caPem: caPem === '' ? undefined : caPem,
    timeoutMs: PATIENCE_MS,
    maxAnswerBytes: LARGEST_DOCUMENT_BYTES
  })
  return { status: answer.status, text: answer.body.toString('utf8') }
}
