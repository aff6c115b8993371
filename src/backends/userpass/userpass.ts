// The auth method `userpass`: people log in with a name and a password.
// https://developer.hashicorp.com/vault/api-docs/auth/userpass
import type { Backend } from '../../vault/paths.js'
import { loginPath } from './login.js'
import { userPaths } from './users.js'

export const userpass: Backend = {
  type: 'userpass',
  help: () => [
    'The "userpass" credential provider allows authentication using',
    'a combination of a username and password. No additional factors',
    'are supported.',
    '',
    'The username/password combination is configured using the "users/"',
    'endpoints by a user with root access. Authentication is then done',
    'by supplying the two fields for "login".'
  ].join('\n'),
  paths: [...userPaths, loginPath]
}
