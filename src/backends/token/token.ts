// The auth method `token`: what tokens can do with tokens.
// https://developer.hashicorp.com/vault/api-docs/auth/token
import type { Backend } from '../../vault/paths.js'
import { createPaths } from './create.js'
import { lookupPaths } from './lookup.js'
import { renewPaths } from './renew.js'
import { revokePaths } from './revoke.js'
import { rolePaths } from './roles.js'

/** Mounted at `auth/token/` in every cluster. */
export const tokenBackend: Backend = {
  type: 'token',
  paths: [...createPaths, ...lookupPaths, ...renewPaths, ...revokePaths, ...rolePaths]
}
