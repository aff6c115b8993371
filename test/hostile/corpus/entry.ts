// One reproduction: what to send, and what the real server answers.
import type { Body, Expected, Piece, RequestStep, Step, Target } from '../cases.js'

interface Named {
  readonly name: string
  /** what the real server answers, or what is promised where there is no real server to ask */
  readonly real: string
  /** of the server; `--profile vault-1.14` */
  readonly flags?: readonly string[]
  /** starting data in place of the usual secret, policy and token */
  readonly data?: string
}

/** Steps, or, where a case as data is not enough, something to do; it throws what is wrong. */
export type Entry = Named & ({ readonly steps: readonly Step[] } | { readonly act: () => Promise<void> })

export const ROOT: ReadonlyArray<readonly [string, string]> = [['X-Vault-Token', 'root']]

/** A request as root, and the status (and some of the text) that has to come back. */
export function send (
  line: string,
  body?: string | Body,
  expect?: Expected | number,
  more: Partial<RequestStep> = {}
): RequestStep {
  const [method = '', ...path] = line.split(' ')
  return {
    kind: 'request',
    to: 'main',
    method,
    path: path.join(' '),
    headers: ROOT,
    ...body === undefined ? {} : { body: typeof body === 'string' ? [body] : body },
    ...expect === undefined ? {} : { expect: typeof expect === 'number' ? { status: expect } : expect },
    ...more
  }
}

/** The same with a header more. */
export function sendWith (
  header: readonly [string, string],
  ...[line, body, expect, more]: Parameters<typeof send>
): RequestStep {
  return send(line, body, expect, { headers: [...ROOT, header], ...more })
}

export function raw (pieces: readonly Piece[], to: Target = 'main'): Step {
  return { kind: 'raw', to, pieces, ending: 'probe' }
}

export const HEALTHY = send('GET /v1/sys/health', undefined, 200)
