// The secrets engine `totp`: time-based one-time passwords (RFC 6238), made and checked.
// https://developer.hashicorp.com/vault/api-docs/secret/totp
import type { Backend } from '../../vault/paths.js'
import { codePath } from './codes.js'
import { keyPaths } from './keys.js'

export const totp: Backend = {
  type: 'totp',
  help: () => 'The TOTP backend dynamically generates time-based one-time use passwords.',
  paths: [...keyPaths, codePath]
}
