// What a Nomad server says when it would not do something.

/**
 * An error that Nomad explains in plain text. A `coded` one keeps its words on the way from the leader; a plain one
 * comes back from there with `rpc error: ` before it.
 *
 * @see Nomad `structs.NewErrRPCCoded`
 */
export class NomadError extends Error {
  override readonly name = 'NomadError'

  /** @param status of the HTTP answer; what is not coded is 500 */
  constructor (message: string, readonly status = 500) {
    super(message)
  }

  get coded (): boolean { return this.status !== 500 }
}

/** 400 with these words. */
export function badRequest (message: string): NomadError {
  return new NomadError(message, 400)
}

export function permissionDenied (): NomadError {
  return new NomadError('Permission denied', 403)
}
