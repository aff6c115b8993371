// The auth method `kubernetes`: pods log in with the tokens of their service accounts, which the cluster reviews.
// https://developer.hashicorp.com/vault/api-docs/auth/kubernetes
import type { Backend } from '../../vault/paths.js'
import { configPath } from './config.js'
import { loginPath } from './login.js'
import { rolePaths } from './roles.js'

export const kubernetesAuth: Backend = {
  type: 'kubernetes',
  help: () => 'The Kubernetes Auth Backend allows authentication for Kubernetes service accounts.',
  paths: [configPath, ...rolePaths, loginPath]
}
