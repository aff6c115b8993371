// The auth methods that answer, made known to the router.
import { registerBackend } from '../backends.js'
import { approle } from './approle.js'
import { tokenBackend } from './token.js'
import { userpass } from './userpass.js'

/** Registers all of them; to be called once, before the first request. */
export function registerAuthMethods (): void {
  registerBackend('token', tokenBackend)
  registerBackend('approle', approle)
  registerBackend('userpass', userpass)
}
