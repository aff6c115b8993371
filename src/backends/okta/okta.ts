// The auth method `okta`: people log in with their names and passwords of an Okta organization.
// https://developer.hashicorp.com/vault/api-docs/auth/okta
import { Type, type Static } from '@sinclair/typebox'
import { dialError, type Met } from '../../cluster/outside.js'
import type { JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Backend, type Call, type LogicalResponse } from '../../vault/paths.js'
import { tidyPolicies } from '../../vault/policies/policy-names.js'
import { knownFrom } from '../../vault/source.js'
import { configIn, configPath, namedPaths, type EntryKind } from '../auth-entry-paths.js'
import { logInPerson, policiesOf, refuseOtherNetworks, valuesNamed, type WithGroups, type WithPolicies } from '../people.js'

type OktaConfig = JsonObject & {
  readonly api_token: string
  readonly base_url: string
  readonly bypass_okta_mfa: boolean
  readonly org_name: string
}

const config: EntryKind<OktaConfig> = {
  summary: 'The organization, and what tokens will be like.',
  fields: {
    api_token: field.string({ description: 'What reads groups there.' }),
    base_url: field.string({ description: 'The domain, okta.com by default.' }),
    bypass_okta_mfa: field.bool({ description: 'Whether second factors are left out.' }),
    org_name: field.string({ description: 'Name of the organization.' }),
    organization: field.string({ description: 'Deprecated, use org_name.' }),
    token: field.string({ description: 'Deprecated, use api_token.' })
  },
  secret: ['api_token'],
  initial: { api_token: '', base_url: '', bypass_okta_mfa: false, org_name: '' },
  complete: (entry, { fields }) => {
    const { organization, token } = fields as { readonly organization?: string, readonly token?: string }
    const name = entry.values.org_name || organization || ''
    if (name === '') throw invalid('org_name is missing')
    return { ...entry, values: { ...entry.values, org_name: name, api_token: entry.values.api_token || (token ?? '') } }
  },
  show: ({ base_url: url, ...shown }) => ({ ...shown, ...(url !== '' && { base_url: url }), organization: shown.org_name })
}

const policies = field.stringList({ description: 'Policies, separated by commas.' })

const users: EntryKind<WithGroups> = {
  summary: 'Somebody with policies and groups of their own.',
  fields: { policies, groups: field.stringList({ description: 'Groups beside those of Okta.' }) },
  initial: { groups: [], policies: [] },
  plain: true
}

const groups: EntryKind<WithPolicies> = {
  summary: 'A group with policies.',
  fields: { policies },
  initial: { policies: [] },
  plain: true,
  complete: (entry) => ({ ...entry, values: { policies: tidyPolicies(entry.values.policies, false) } })
}

const loginFields = Type.Object({
  username: field.string({ description: 'Name of the user.', default: '' }),
  password: field.string({ description: 'Password of the user.', default: '' }),
  totp: field.string({ description: 'A second factor; not asked for here.' }),
  nonce: field.string({ description: 'For a number challenge; not asked for here.' }),
  provider: field.string({ description: 'GOOGLE or OKTA; not asked for here.' })
})
type LoginCall = Call<Static<typeof loginFields>>

const loginPath = definePath({
  path: 'login/*username',
  summary: 'Logs in with a name and a password.',
  fields: loginFields,
  unauthenticated: true,
  operations: { update: login }
})

async function login (call: LoginCall): Promise<LogicalResponse> {
  const configured = configIn<OktaConfig>(call)
  if (configured === undefined) throw invalid('Okta auth method not configured')
  refuseOtherNetworks(call, configured.parameters)
  const { username, password } = call.fields
  const { org_name: organization, base_url: domain, api_token: token } = configured.values
  const host = `${organization}.${domain === '' ? 'okta.com' : domain}`
  const met = await call.cluster.outside.ask({ system: 'okta', address: `https://${host}`, asked: `log in ${username}` })
  const there = groupsThere(met, { host, username, password })
  const user = valuesNamed<WithGroups>(call, 'users', username)
  const ofOkta = token === '' ? [] : there
  const all = [...ofOkta, ...user?.groups ?? []]
  const own = policiesOf(call, user, all)
  return logInPerson(call, {
    name: username,
    metadata: { username, policies: own.join(',') },
    parameters: configured.parameters,
    policies: own,
    groups: all,
    warnings: token === '' || ofOkta.length > 0
      ? []
      : ['no Okta groups found; only policies from locally-defined groups available']
  })
}

interface Presented { readonly host: string, readonly username: string, readonly password: string }

/** @throws VaultError `Okta auth failed: …` */
function groupsThere (met: Met<'okta'>, { host, username, password }: Presented): readonly string[] {
  if (met.reach === 'nothing') {
    throw invalid(`Okta auth failed: Post "https://${host}/api/v1/authn": ${dialError(host, 443, met.reason)}`)
  }
  if (met.reach !== 'known') return []
  const user = Object.hasOwn(met.entry.users, username) ? met.entry.users[username] : undefined
  if (user?.password === password) return user.groups ?? []
  throw invalid('Okta auth failed: The API returned an error: Authentication failed (code=E0000004)')
}

export const okta: Backend = {
  type: 'okta',
  help: () => [
    'The Okta credential provider allows authentication querying,',
    'checking username and password, and associating policies.  If an api token is',
    'configured groups are pulled down from Okta.'
  ].join('\n'),
  paths: knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/okta', [
    configPath(config),
    ...namedPaths(users, { path: 'users', pattern: 'users/*name' }),
    ...namedPaths(groups, { path: 'groups', pattern: 'groups/*name' }),
    loginPath
  ])
}
