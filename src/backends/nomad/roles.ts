// nomad/role: which tokens there are.
// https://developer.hashicorp.com/vault/api-docs/secret/nomad#create-update-role and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import type { Call } from '../../vault/paths.js'
import { namedEntryPaths } from '../named-entries.js'
import { storedRoles, type NomadRole } from './stored.js'

const fields = Type.Object({
  name: field.string({ description: 'Name of the role' }),
  policies: field.stringList({ description: 'Comma-separated string or list of policies as previously created in Nomad.' }),
  global: field.bool({ description: 'Boolean value describing if the token should be global or not.' }),
  type: field.string({ description: 'Which type of token to create: client or management.' })
})

type RoleCall = Call<Static<typeof fields>>

export const rolePaths = namedEntryPaths({
  path: 'role',
  summary: 'The tokens that there are, by name.',
  fields,
  area: storedRoles,
  write,
  render: ({ global, policies, type }) => goMap({ global, policies, type })
})

/** What is left out stays. The checks stand in the real server's order. */
function write ({ fields: given }: RoleCall, old: NomadRole | undefined): NomadRole {
  const type = given.type ?? old?.type ?? 'client'
  const policies = given.policies ?? old?.policies ?? []
  if (type === 'client' && policies.length === 0) throw invalid('policies cannot be empty when using client tokens')
  if (type === 'management' && policies.length > 0) {
    throw invalid('policies should be empty when using management tokens')
  }
  if (type !== 'client' && type !== 'management') throw invalid('type must be "client" or "management"')
  return { type, policies, global: given.global ?? old?.global ?? false }
}
