// The secrets engines `ldap` and `openldap`: passwords and entries of a directory.
// https://developer.hashicorp.com/vault/api-docs/secret/ldap
import { Type } from '@sinclair/typebox'
import { NotSimulated } from '../../refusal/index.js'
import { definePath, type Backend, type PathDefinition } from '../../vault/paths.js'
import { REFUSED } from '../../vault/source.js'
import { configPath } from './config.js'
import { credsPath, ldapLeases } from './creds.js'
import { dynamicRolePaths } from './dynamic-roles.js'
import { rotateDue, rotationPaths } from './rotation.js'
import { staticRolePaths } from './static-roles.js'

export const ldapSecrets: Backend = {
  type: 'ldap',
  help: () => [
    'The LDAP backend supports managing existing LDAP entry passwords by providing:',
    '',
    ' * end points to add entries',
    ' * manual rotation of entry passwords',
    ' * auto rotation of entry passwords',
    ' * check-in/check-out for libraries of entries',
    '',
    'After mounting this secret backend, configure it using the "ldap/config" path.'
  ].join('\n'),
  paths: [
    configPath, ...dynamicRolePaths, credsPath, ...staticRolePaths, ...rotationPaths, ...['library', 'library/*path'].map(library)
  ],
  leases: ldapLeases,
  alarm: rotateDue
}

function library (path: string): PathDefinition {
  const refuse = (): never => { throw new NotSimulated('libraries of accounts of the "ldap" secrets engine') }
  return definePath({
    path,
    summary: 'Not simulated: accounts that are checked out.',
    fields: Type.Object({}),
    checked: false,
    source: REFUSED,
    operations: { read: refuse, update: refuse, delete: refuse, list: refuse }
  })
}
