// The secrets engine `aws`: users of IAM and credentials of STS.
// https://developer.hashicorp.com/vault/api-docs/secret/aws
import type { Backend } from '../../vault/paths.js'
import { configPaths } from './config.js'
import { awsLeases, credsPaths } from './creds.js'
import { rolePaths } from './roles.js'

export const aws: Backend = {
  type: 'aws',
  help: () => [
    'The AWS backend dynamically generates AWS access keys for a set of',
    'IAM policies. The AWS access keys have a configurable lease set and',
    'are automatically revoked at the end of the lease.',
    '',
    'After mounting this backend, credentials to generate IAM keys must',
    'be configured with the "root" path and policies must be written using',
    'the "roles/" endpoints before any access keys can be generated.'
  ].join('\n'),
  paths: [...configPaths, ...rolePaths, ...credsPaths],
  leases: awsLeases
}
