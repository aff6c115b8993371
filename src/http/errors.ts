// A refusal as Vault's HTTP answers it: status, and `{"errors":[…]}`.
import { multiError } from '../go/multierror.js'
import { printJson } from '../json/index.js'
import type { RefusalKind, VaultError } from '../refusal/index.js'

const STATUS: Readonly<Record<RefusalKind, number>> = {
  invalid: 400,
  failure: 500,
  denied: 403,
  'not-found': 404,
  'unsupported-path': 404,
  'unsupported-operation': 405,
  'no-route': 404,
  nothing: 404,
  sealed: 503,
  standby: 500,
  'rate-limited': 429,
  'missing-state': 412,
  'too-large': 413,
  'unsupported-type': 415,
  unavailable: 503
}

export const NO_ERRORS = '{"errors":[]}\n'

export function statusOf (error: VaultError): number {
  return STATUS[error.kind]
}

/** The body of a refusal: Go's multierror form where the text is wrapped, else the text as it is. */
export function errorBody (error: VaultError): string {
  if (error.message === '') return NO_ERRORS
  const text = error.wrapped ? multiError([error.message]) : error.message
  return `{"errors":[${printJson(text)}]}\n`
}

/** The body for one message as it is. */
export function messageBody (message: string): string {
  return message === '' ? NO_ERRORS : `{"errors":[${printJson(message)}]}\n`
}
