// auth/ldap/login: the directory judges a name and a password, and says which groups somebody is in.
import { Type, type Static } from '@sinclair/typebox'
import type { EntryOf, Met } from '../../cluster/outside.js'
import { GoError, goQuote } from '../../go/values.js'
import { VaultError } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { newEntry, type AuthEntry } from '../auth-entries.js'
import { configIn } from '../auth-entry-paths.js'
import { askDirectory } from '../directories.js'
import { logInPerson, policiesOf, refuseOtherNetworks, valuesNamed, type WithGroups } from '../people.js'
import { InvalidCredentials, withLockout } from '../user-lockout.js'
import { ldapConfig, type LdapConfig } from './config.js'

const fields = Type.Object({
  username: field.string({ description: 'Name of the user.' }),
  password: field.string({ description: 'Password of the user.', default: '' })
})
type LoginCall = Call<Static<typeof fields>>

export const loginPath = definePath({
  path: 'login/*username',
  summary: 'Logs in with a name and a password.',
  fields,
  unauthenticated: true,
  operations: { update: login }
})

/** @see recorded: `outside-auth`, ldap logins */
async function login (call: LoginCall): Promise<LogicalResponse> {
  const config = configIn<LdapConfig>(call) ?? newEntry(ldapConfig.initial)
  const { values } = config
  refuseOtherNetworks(call, config.parameters)
  const { username = '', password } = call.fields
  if (values.deny_null_bind && password === '') {
    throw refused(call, 'password cannot be of zero length when passwordless binds are being denied')
  }
  const met = await connect(call, values, username)
  const canonical = values.case_sensitive_names ? username : username.toLowerCase()
  return withLockout(call, canonical, () => {
    const ofDirectory = met.reach === 'known' ? groupsThere(met.entry, values, canonical, password) : []
    return admit(call, config, { username, canonical, ofDirectory })
  })
}

/** 400, or 500 where the profile takes it for its own fault. */
function refused ({ cluster }: Pick<LoginCall, 'cluster'>, text: string): VaultError {
  return new VaultError(cluster.profile.ldapLogin.isFailure ? 'failure' : 'invalid', text)
}

interface Found {
  readonly username: string
  readonly canonical: string
  readonly ofDirectory: readonly string[]
}

function admit (
  call: LoginCall, config: AuthEntry<LdapConfig>, { username, canonical, ofDirectory }: Found
): LogicalResponse {
  const { values, parameters } = config
  const user = valuesNamed<WithGroups>(call, 'users', canonical)
  const groups = [...user?.groups ?? [], ...ofDirectory]
  const canonicalGroups = values.case_sensitive_names ? groups : groups.map((group) => group.toLowerCase())
  return logInPerson(call, {
    name: username,
    aliasName: values.username_as_alias ? username : canonical,
    aliasMetadata: { name: username },
    metadata: { username },
    parameters,
    policies: policiesOf(call, user, canonicalGroups),
    groups,
    warnings: ofDirectory.length > 0 ? [] : [noGroups(values)]
  })
}

function noGroups ({ groupdn }: LdapConfig): string {
  const there = `no LDAP groups found in groupDN ${goQuote(groupdn)}`
  return `${there}; only policies from locally-defined groups available`
}

async function connect ({ cluster }: LoginCall, { url }: LdapConfig, username: string): Promise<Met<'ldap'>> {
  try {
    return (await askDirectory(cluster, { url, asked: `log in ${username}`, words: cluster.profile.ldapLogin })).met
  } catch (error) {
    throw error instanceof GoError ? refused({ cluster }, cluster.profile.ldapLogin.before + error.message) : error
  }
}

/** @throws {InvalidCredentials} where the directory does not let somebody in */
function groupsThere (
  { users, binds }: EntryOf<'ldap'>, { binddn, bindpass }: LdapConfig, name: string, password: string
): readonly string[] {
  const binder = binddn !== '' && binds !== undefined && binds[binddn] !== bindpass
  const key = Object.keys(users).find((each) => each === name || each.toLowerCase() === name)
  const user = key === undefined ? undefined : users[key]
  if (binder || user === undefined || user.password !== password) {
    throw new InvalidCredentials('ldap operation failed: failed to bind as user')
  }
  return user.groups ?? []
}
