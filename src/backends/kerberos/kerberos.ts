// The auth method `kerberos`: people log in with the tickets of their realm; policies come from groups of a directory.
// https://developer.hashicorp.com/vault/api-docs/auth/kerberos
import { Type, type Static } from '@sinclair/typebox'
import { decodeBase64 } from '../../go/base64.js'
import { GoError } from '../../go/values.js'
import { printJson, type JsonObject } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Backend, type Call, type LogicalResponse } from '../../vault/paths.js'
import { tidyPolicies } from '../../vault/policies/policy-names.js'
import { knownFrom } from '../../vault/source.js'
import { configIn, configPath, namedPaths, type EntryKind } from '../auth-entry-paths.js'
import { ldapConfig, type LdapConfig } from '../ldap-auth/config.js'
import { logInPerson, policiesOf, refuseOtherNetworks, type WithPolicies } from '../people.js'

type KerberosConfig = JsonObject & {
  readonly add_group_aliases: boolean
  readonly keytab: string
  readonly remove_instance_name: boolean
  readonly service_account: string
}

const config: EntryKind<KerberosConfig> = {
  summary: 'The keys of the service.',
  fields: {
    add_group_aliases: field.bool({ description: 'Whether groups become external ones.' }),
    keytab: field.string({ description: 'The keytab, in base64.' }),
    remove_instance_name: field.bool({ description: 'Cuts names at their slash.' }),
    service_account: field.string({ description: 'Whose keys they are.' })
  },
  secret: ['keytab'],
  initial: { add_group_aliases: false, keytab: '', remove_instance_name: false, service_account: '' },
  plain: true,
  complete: (entry) => {
    const { keytab, service_account: account } = entry.values
    if (account === '') throw invalid('data does not contain service_account')
    if (keytab === '') throw invalid('data does not contain keytab')
    refuseKeytab(keytab)
    return entry
  }
}

function refuseKeytab (keytab: string): void {
  try {
    decodeBase64(keytab)
  } catch (error) {
    throw error instanceof GoError ? invalid(`invalid keytab: ${error.message}`) : error
  }
}

const groups: EntryKind<WithPolicies> = {
  summary: 'A group with policies.',
  fields: { policies: field.stringList({ description: 'Policies, separated by commas.' }) },
  initial: { policies: [] },
  plain: true,
  complete: (entry) => ({ ...entry, values: { policies: tidyPolicies(entry.values.policies, false) } })
}

const loginFields = Type.Object({
  authorization: field.string({ description: 'Negotiate and the ticket, where the header is not passed through.', default: '' })
})

const loginPath = definePath({
  path: 'login',
  summary: 'Logs in with a ticket.',
  fields: loginFields,
  unauthenticated: true,
  operations: { read: challenge, update: login }
})

/** What makes a client show its ticket. */
function challenge (): LogicalResponse {
  return {
    raw: {
      status: 401,
      contentType: 'application/json',
      headers: { 'www-authenticate': 'Negotiate' },
      body: `${printJson({ errors: ['authentication required'] })}\n`
    }
  }
}

async function login (call: Call<Static<typeof loginFields>>): Promise<LogicalResponse> {
  const configured = configIn<KerberosConfig>(call)
  if (configured === undefined) throw failure('backend kerberos not configured')
  const directory = configIn<LdapConfig>(call, 'config/ldap')
  if (directory === undefined) throw failure('ldap backend not configured')
  refuseOtherNetworks(call, directory.parameters)
  const [scheme, ticket = ''] = (call.request.headers.authorization ?? call.fields.authorization).split(' ')
  if (scheme !== 'Negotiate' || ticket === '') return challenge()
  const { user, groups: there } = await ownerOf(call, ticket, configured.values)
  const known = there.map((group) => group.toLowerCase())
  return logInPerson(call, {
    name: user,
    metadata: { user, domain: String(directory.values.upndomain) },
    parameters: directory.parameters,
    policies: policiesOf(call, undefined, known),
    groups: configured.values.add_group_aliases ? there : []
  })
}

/** Where every ticket is accepted, nobody says whose it is: the text itself does. */
async function ownerOf (call: Call<unknown>, ticket: string, { service_account: account, ...values }: KerberosConfig) {
  const realm = account.includes('@') ? account.slice(account.indexOf('@') + 1) : account
  const met = await call.cluster.outside.ask({ system: 'kerberos', address: realm, asked: 'look at a ticket' })
  const found = met.reach === 'known' && Object.hasOwn(met.entry.tickets, ticket) ? met.entry.tickets[ticket] : undefined
  if (met.reach === 'nothing' || (met.reach === 'known' && found === undefined)) {
    throw invalid('SPNEGO validation error: defective token detected')
  }
  const { user, groups: there = [] } = found ?? { user: Buffer.from(ticket, 'base64').toString('utf8') }
  return { user: values.remove_instance_name ? user.split('/')[0] ?? user : user, groups: there }
}

export const kerberos: Backend = {
  type: 'kerberos',
  help: () => 'The Kerberos Auth Backend allows authentication via Kerberos SPNEGO.',
  paths: knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/kerberos', [
    configPath(config),
    configPath(ldapConfig, { path: 'config/ldap', alwaysThere: true }),
    ...namedPaths(groups, { path: 'groups', nameOf: (name) => name.toLowerCase() }),
    loginPath
  ])
}
