// identity/oidc: tokens of entities, and a provider of OpenID Connect.
import { authorizePaths } from './authorize.js'
import { clientPaths } from './clients.js'
import { configPaths } from './config.js'
import { exchangePaths } from './exchange.js'
import { introspectPaths } from './introspect.js'
import { keyPaths } from './keys.js'
import { providerPaths } from './providers.js'
import { rolePaths } from './roles.js'
import { scopePaths } from './scopes.js'
import { userinfoPaths } from './userinfo.js'

export const oidcPaths = [
  ...configPaths, ...keyPaths, ...rolePaths, ...introspectPaths, ...scopePaths, ...clientPaths, ...providerPaths,
  ...authorizePaths, ...exchangePaths, ...userinfoPaths
]
