// The auth method `ldap`: people log in with their names and passwords of a directory.
// https://developer.hashicorp.com/vault/api-docs/auth/ldap
import { field } from '../../vault/fields/fields.js'
import type { Backend, Call } from '../../vault/paths.js'
import { tidyPolicies } from '../../vault/policies/policy-names.js'
import { knownFrom } from '../../vault/source.js'
import type { AuthEntry } from '../auth-entries.js'
import { configIn, configPath, namedPaths, type EntryKind } from '../auth-entry-paths.js'
import type { WithGroups, WithPolicies } from '../people.js'
import { ldapConfig, type LdapConfig } from './config.js'
import { loginPath } from './login.js'

const policies = field.stringList({ description: 'Policies, separated by commas.' })

export const users: EntryKind<WithGroups> = {
  summary: 'Somebody with policies and groups of their own.',
  fields: { policies, groups: field.stringList({ description: 'Groups beside those of the directory.' }) },
  initial: { groups: [], policies: [] },
  plain: true,
  complete: tidied,
  show: ({ groups, ...shown }) => ({ ...shown, groups: Array.isArray(groups) ? groups.join(',') : '' })
}

const groups: EntryKind<WithPolicies> = {
  summary: 'A group with policies.',
  fields: { policies },
  initial: { policies: [] },
  plain: true,
  complete: tidied
}

function tidied<Values extends WithPolicies> (entry: AuthEntry<Values>): AuthEntry<Values> {
  return { ...entry, values: { ...entry.values, policies: tidyPolicies(entry.values.policies, false) } }
}

/** Lower case, unless the configuration tells them apart. */
function nameOf (name: string, call: Call<unknown>): string {
  return configIn<LdapConfig>(call)?.values.case_sensitive_names === true ? name : name.toLowerCase()
}

export const ldapAuth: Backend = {
  type: 'ldap',
  help: () => [
    'The "ldap" credential provider allows authentication querying',
    'a LDAP server, checking username and password, and associating groups',
    'to set of policies.'
  ].join('\n'),
  paths: knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/ldap', [
    configPath(ldapConfig, { alwaysThere: true }),
    ...namedPaths(users, { path: 'users', pattern: 'users/*name', nameOf }),
    ...namedPaths(groups, { path: 'groups', pattern: 'groups/*name', nameOf }),
    loginPath
  ])
}
