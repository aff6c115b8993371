// The auth methods `jwt` and `oidc`, which are one: people and machines log in with signed tokens of an issuer, or by
// way of a provider's page.
// https://developer.hashicorp.com/vault/api-docs/auth/jwt
import type { Backend } from '../../vault/paths.js'
import { configPath } from './config.js'
import { loginPath } from './login.js'
import { oidcPaths } from './oidc.js'
import { rolePaths } from './roles.js'

export const jwt: Backend = {
  type: 'jwt',
  help: () => 'The JWT backend plugin allows authentication using JWTs (including OIDC).',
  paths: [configPath, ...rolePaths, loginPath, ...oidcPaths]
}
