// The auth method `token`: what tokens can do with tokens.
import type { Backend } from '../paths.js'
import { createPaths } from './token-create.js'
import { lookupPaths } from './token-lookup.js'
import { renewPaths } from './token-renew.js'
import { revokePaths } from './token-revoke.js'
import { rolePaths } from './token-role-paths.js'

/** Mounted at `auth/token/` in every cluster. */
export const tokenBackend: Backend = {
  type: 'token',
  paths: [...createPaths, ...lookupPaths, ...renewPaths, ...revokePaths, ...rolePaths]
}
