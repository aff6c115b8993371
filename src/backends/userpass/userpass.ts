// The auth method `userpass`: people log in with a name and a password.
// https://developer.hashicorp.com/vault/api-docs/auth/userpass
import type { Backend } from '../../vault/paths.js'
import { loginPath } from './login.js'
import { userPaths } from './users.js'

export const userpass: Backend = {
  type: 'userpass',
  paths: [...userPaths, loginPath]
}
