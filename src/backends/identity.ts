// The engine of `identity/`: entities, groups and their aliases. https://developer.hashicorp.com/vault/api-docs/secret/identity
import type { Backend } from '../vault/paths.js'
import { aliasPaths } from './identity/aliases.js'
import { entityPaths } from './identity/entities.js'
import { groupAliasPaths } from './identity/group-aliases.js'
import { groupPaths } from './identity/groups.js'
import { lookupPaths } from './identity/lookup.js'
import { mergePaths } from './identity/merge.js'
import { oidcPaths } from './identity/oidc/paths.js'
import { mfaEnforcementPaths } from './identity/mfa-enforcements.js'
import { mfaMethodPaths } from './identity/mfa-methods.js'

/** Mounted at `identity/` in every cluster. */
export const identity: Backend = {
  type: 'identity',
  paths: [
    ...entityPaths, ...mergePaths, ...aliasPaths, ...groupPaths, ...groupAliasPaths, ...lookupPaths, ...oidcPaths,
    ...mfaMethodPaths, ...mfaEnforcementPaths
  ]
}
