// The auth method `approle`: machines log in with a role id and a secret id.
import { Type } from '@sinclair/typebox'
import { definePath, type Backend } from '../../vault/paths.js'
import { tidyStarted } from '../tidying.js'
import { loginPath } from './login.js'
import { roleFieldPaths } from './role-fields.js'
import { rolePaths } from './roles.js'
import { secretIdPaths } from './secret-ids.js'

const tidyPath = definePath({
  source: 'https://developer.hashicorp.com/vault/api-docs/auth/approle',
  path: 'tidy/secret-id',
  summary: 'Looks for what expired secret ids left behind.',
  fields: Type.Object({}),
  operations: { update: tidyStarted }
})

export const approle: Backend = {
  type: 'approle',
  help: (product) => [
    `Any registered Role can authenticate itself with ${product}. The credentials`,
    'depends on the constraints that are set on the Role. One common required',
    "credential is the 'role_id' which is a unique identifier of the Role.",
    "It can be retrieved from the 'role/<appname>/role-id' endpoint.",
    '',
    "The default constraint configuration is 'bind_secret_id', which requires",
    "the credential 'secret_id' to be presented during login. Refer to the",
    'documentation for other types of constraints.'
  ].join('\n'),
  paths: [loginPath, ...rolePaths, ...roleFieldPaths, ...secretIdPaths, tidyPath]
}
