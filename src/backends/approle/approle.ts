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
  paths: [loginPath, ...rolePaths, ...roleFieldPaths, ...secretIdPaths, tidyPath]
}
