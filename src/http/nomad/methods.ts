// Nomad's answer to a method that a path does not have.
import { NomadError } from '../../nomad/nomad-error.js'

/** @param status 404 on some paths, 405 on others (observed) */
export function invalidMethod (status: 404 | 405 | 501): NomadError {
  return new NomadError('Invalid method', status)
}
