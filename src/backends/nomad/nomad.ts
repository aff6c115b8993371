// The secrets engine `nomad`: tokens of Nomad's ACLs, real ones where a Nomad region stands in the same world.
// https://developer.hashicorp.com/vault/api-docs/secret/nomad
import type { Backend } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { lifetimesPath } from '../lifetimes.js'
import { accessPath } from './access.js'
import { credsPath, nomadLeases } from './creds.js'
import { rolePaths } from './roles.js'

const SOURCE = 'https://developer.hashicorp.com/vault/api-docs/secret/nomad'

export const nomad: Backend = {
  type: 'nomad',
  help: () => 'The Nomad backend dynamically generates tokens of Nomad\'s ACLs.',
  paths: [accessPath, ...knownFrom(SOURCE, [lifetimesPath, ...rolePaths]), credsPath],
  leases: nomadLeases
}
