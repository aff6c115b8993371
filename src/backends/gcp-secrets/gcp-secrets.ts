// The secrets engine `gcp`: tokens and keys of service accounts.
// https://developer.hashicorp.com/vault/api-docs/secret/gcp
import { Type } from '@sinclair/typebox'
import { NotSimulated } from '../../refusal/index.js'
import { definePath, type Backend, type PathDefinition } from '../../vault/paths.js'
import { REFUSED } from '../../vault/source.js'
import { configPath } from './config.js'
import { roleSetPaths } from './role-sets.js'
import { gcpLeases, secretPaths } from './secrets.js'

const MISSING: readonly (readonly [path: string, subject: string])[] = [
  ['config/rotate-root', 'the rotation of the credentials'],
  ['static-accounts', 'static accounts'],
  ['static-account', 'static accounts'],
  ['static-account/*path', 'static accounts'],
  ['impersonated-accounts', 'impersonated accounts'],
  ['impersonated-account', 'impersonated accounts'],
  ['impersonated-account/*path', 'impersonated accounts']
]

export const gcpSecrets: Backend = {
  type: 'gcp',
  help: () => [
    'The GCP secrets backend dynamically generates GCP IAM service',
    'account keys with a given set of IAM policies.',
    '',
    'After mounting this secret backend, credentials and IAM roles must',
    'be configured using the "config/" and "roleset/" endpoints.'
  ].join('\n'),
  paths: [configPath, ...roleSetPaths, ...secretPaths, ...MISSING.map(([path, subject]) => missing(path, subject))],
  leases: gcpLeases
}

function missing (path: string, subject: string): PathDefinition {
  const refuse = (): never => { throw new NotSimulated(`${subject} of the "gcp" secrets engine`) }
  return definePath({
    path,
    summary: `Not simulated: ${subject}.`,
    fields: Type.Object({}),
    checked: false,
    source: REFUSED,
    operations: { read: refuse, update: refuse, delete: refuse, list: refuse }
  })
}
