// What the simulation says when the real server would explain an error.

/**
 * Why something is refused. HTTP turns each kind into a status and a shape (`http/errors.ts`):
 *
 * - `invalid`: the request is wrong; 400, the message as it is
 * - `failure`: the server could not do it; 500, wrapped as `1 error occurred` on authenticated paths
 * - `denied`: 403; `not-found`: 404; `conflict`-like coded errors are `invalid`, as in Vault
 * - `unsupported-path` 404 and `unsupported-operation` 405: the router's own words
 * - `no-route`: 404, no mount answers for the path
 * - `nothing`: 404 with an empty list of errors: there is nothing at that path
 * - `sealed`: 503; `standby`: 500, the active node is not known
 * - `rate-limited`: 429; `missing-state`: 412; `too-large`: 413; `unsupported-type`: 415
 * - `unavailable`: 503, the message as it is
 */
export type RefusalKind =
  | 'invalid' | 'failure' | 'denied' | 'not-found' | 'unsupported-path' | 'unsupported-operation'
  | 'no-route' | 'nothing' | 'sealed' | 'standby' | 'rate-limited' | 'missing-state' | 'too-large'
  | 'unsupported-type' | 'unavailable'

/** A refusal: an error that the real server would explain to its client. Anything else thrown is a fault of ours. */
export class VaultError extends Error {
  override readonly name = 'VaultError'

  /**
   * @param kind decides status and shape
   * @param message the real server's words; empty for `{"errors":[]}`
   * @param wrapped true where the server wraps its text as `1 error occurred:\n\t* …\n\n` once the caller is
   *   authenticated; by default only Go's plain errors: `failure`, `unsupported-path`, `unsupported-operation`
   */
  constructor (
    readonly kind: RefusalKind,
    message = '',
    readonly wrapped: boolean = kind === 'failure' || kind === 'unsupported-path' || kind === 'unsupported-operation'
  ) {
    super(message)
  }
}

/** Something that the real server has and the simulation has not: said plainly, and worth a line in the log. */
export class NotSimulated extends VaultError {
  /** @param subject e.g. `the "aws" secrets engine` */
  constructor (subject: string) {
    super('invalid', `vault-mock does not simulate ${subject}; see the table "not simulated" in its README`)
  }
}

/** 400 with these words. */
export function invalid (message: string): VaultError {
  return new VaultError('invalid', message)
}

/** 500 with these words: what Go's server answers to a plain error. */
export function failure (message: string): VaultError {
  return new VaultError('failure', message)
}

/** 404 with an empty list of errors. */
export function nothing (): VaultError {
  return new VaultError('nothing')
}

/** 404: no such path in the backend, or not in this profile or edition. */
export function unsupportedPath (): VaultError {
  return new VaultError('unsupported-path', 'unsupported path')
}

/** 405: the path exists, the verb does not. */
export function unsupportedOperation (): VaultError {
  return new VaultError('unsupported-operation', 'unsupported operation')
}

/** 404: the community edition's stub of an enterprise route. */
export function enterpriseOnly (): VaultError {
  return new VaultError('not-found', 'enterprise-only feature')
}

/** 500: a node that was taken out of its cluster and knows it, as from 1.19 on. */
export function removedFromCluster (): VaultError {
  return new VaultError('failure', 'node was removed from a HA cluster', false)
}
