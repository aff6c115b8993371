// The secrets engine `kubernetes`: tokens of service accounts.
// https://developer.hashicorp.com/vault/api-docs/secret/kubernetes
import type { Backend } from '../../vault/paths.js'
import { configPath } from './config.js'
import { credsPath, kubernetesLeases } from './creds.js'
import { rolePaths } from './roles.js'

export const kubernetesSecrets: Backend = {
  type: 'kubernetes',
  help: () => 'The Kubernetes Secret Engine generates Kubernetes service account tokens.',
  paths: [configPath, ...rolePaths, credsPath],
  leases: kubernetesLeases
}
