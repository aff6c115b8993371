// The auth method `github`: members of an organization log in with their tokens; teams and users have policies.
// https://developer.hashicorp.com/vault/api-docs/auth/github
import { Type, type Static } from '@sinclair/typebox'
import { dialError, type EntryOf } from '../../cluster/outside.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { parseGoUrl } from '../../go/urls.js'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Backend, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { tidyPolicies } from '../../vault/policies/policy-names.js'
import { knownFrom } from '../../vault/source.js'
import { entriesOf, listEntries, type AuthEntry } from '../auth-entries.js'
import { configIn, configPath, type EntryKind } from '../auth-entry-paths.js'
import { logInPerson, refuseOtherNetworks } from '../people.js'

type GithubConfig = JsonObject & {
  readonly base_url: string
  readonly organization: string
  /** 0 until it is known */
  readonly organization_id: number
}

const PUBLIC_API = 'https://api.github.com/'
/** Who somebody is where every token is accepted: nobody says so. */
const ANYBODY = 'anybody'

const config: EntryKind<GithubConfig> = {
  summary: 'The organization, and what tokens will be like.',
  fields: {
    base_url: field.string({ description: 'The API of an own GitHub.' }),
    organization: field.string({ description: 'Name of the organization.' }),
    organization_id: field.int({ description: 'Its id; looked up where it is not said.' })
  },
  initial: { base_url: '', organization: '', organization_id: 0 },
  complete
}

async function complete (entry: AuthEntry<GithubConfig>, call: Call<object>): Promise<AuthEntry<GithubConfig>> {
  const { organization, base_url: given, organization_id: id } = entry.values
  if (organization === '') throw invalid('organization is a required parameter')
  const url = given === '' || given.endsWith('/') ? given : `${given}/`
  if (url !== '' && parseGoUrl(url) === undefined) {
    const escape = /%.{0,2}/.exec(url)?.[0] ?? ''
    throw invalid(`error parsing given base_url: parse "${url}": invalid URL escape "${escape}"`)
  }
  const values = { ...entry.values, base_url: url }
  if (id !== 0) return { ...entry, values }
  return { ...entry, values: { ...values, organization_id: await idOf(call, values) } }
}

/** @throws VaultError `unable to fetch the organization_id, …` */
async function idOf (call: Call<object>, { organization, base_url: base }: GithubConfig): Promise<number> {
  const address = base === '' ? PUBLIC_API : base
  const url = `${address}orgs/${organization}`
  const met = await call.cluster.outside.ask({ system: 'github', address, asked: `look up ${organization}` })
  const told = met.reach === 'known' ? met.entry.organizations?.[organization] : undefined
  if (told !== undefined) return told
  // a number that everybody could work out
  if (met.reach === 'anything') return 1
  const reason = met.reach === 'nothing' ? `Get "${url}": ${dialed(url, met.reason)}` : `GET ${url}: 404 Not Found []`
  throw failure(`unable to fetch the organization_id, you must manually set it in the config: ${reason}`)
}

function dialed (url: string, reason: string): string {
  const { hostname, port, protocol } = new URL(url)
  return dialError(hostname, port === '' ? (protocol === 'https:' ? 443 : 80) : port, reason)
}

/** Policies of a team or a user, in one text. */
function mapPaths (kind: 'teams' | 'users'): PathDefinition[] {
  const folder = `map/${kind}/`
  const keyIn = ({ params }: Call<unknown>): string => (params.key ?? '').toLowerCase()
  const fields = Type.Object({
    key: field.string({ description: 'Its name.' }), value: field.string({ description: 'Policies, with commas.' })
  })
  return [
    definePath({
      path: `map/${kind}`,
      summary: `Lists ${kind} that have policies.`,
      fields: Type.Object({}),
      operations: { list: listEntries(folder), read: listEntries(folder) }
    }),
    definePath({
      path: `map/${kind}/:key`,
      summary: 'Its policies.',
      fields,
      operations: {
        // recorded: what is not there is an answer with nothing in it; what was not given is not shown
        read: (call) => {
          const value = entriesOf<string | null>(call, folder).get(keyIn(call))
          return { data: value === undefined ? null : goMap({ key: keyIn(call), ...(value !== null && { value }) }) }
        },
        update: (call: Call<Static<typeof fields>>) => {
          entriesOf<string | null>(call, folder).put(keyIn(call), call.fields.value ?? null)
        },
        delete: (call) => { entriesOf<string>(call, folder).delete(keyIn(call)) }
      } as PathDefinition['operations']
    })
  ]
}

const loginFields = Type.Object({ token: field.string({ description: 'A personal access token.', default: '' }) })

const loginPath = definePath({
  path: 'login',
  summary: 'Logs in with a token of GitHub.',
  fields: loginFields,
  unauthenticated: true,
  operations: { update: login }
})

async function login (call: Call<Static<typeof loginFields>>): Promise<LogicalResponse> {
  const configured = configIn<GithubConfig>(call)
  if (configured === undefined) throw failure('configuration has not been set')
  refuseOtherNetworks(call, configured.parameters)
  const { base_url: base, organization } = configured.values
  const address = base === '' ? PUBLIC_API : base
  const met = await call.cluster.outside.ask({ system: 'github', address, asked: 'look up whose a token is' })
  const url = `${address}user`
  if (met.reach === 'nothing') throw failure(`Get "${url}": ${dialed(url, met.reason)}`)
  const { name, teams } = met.reach === 'known'
    ? memberWith(met.entry, call.fields.token, configured.values)
    : { name: ANYBODY, teams: [] }
  const policies = [...teams.map((team) => `teams/${team}`), `users/${name}`].flatMap((key) =>
    (entriesOf<string | null>(call, 'map/').get(key.toLowerCase()) ?? '').split(','))
  return logInPerson(call, {
    name,
    metadata: { org: organization, username: name },
    parameters: configured.parameters,
    policies: tidyPolicies(policies.filter((policy) => policy !== ''), false),
    groups: teams
  })
}

/** @throws VaultError for a token of nobody, or of somebody outside of the organization */
function memberWith (
  { users, organizations = {} }: EntryOf<'github'>, token: string, config: GithubConfig
): { readonly name: string, readonly teams: readonly string[] } {
  const [name, user] = Object.entries(users).find(([, each]) => each.token === token) ?? []
  if (name === undefined || user === undefined) {
    throw failure(`GET ${config.base_url || PUBLIC_API}user: 401 Bad credentials []`)
  }
  const membership = Object.entries(user.organizations).find(([organization]) =>
    organizations[organization] === undefined
      ? organization === config.organization
      : organizations[organization] === config.organization_id)
  if (membership === undefined) throw failure('user is not part of required org')
  return { name, teams: membership[1] }
}

export const github: Backend = {
  type: 'github',
  help: () => [
    'The GitHub credential provider allows authentication via GitHub.',
    '',
    'Users provide a personal access token to log in, and the credential',
    'provider verifies they\'re part of the correct organization and then',
    'maps the user to a set of Vault policies according to the teams they\'re',
    'part of.'
  ].join('\n'),
  paths: knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/github', [
    configPath(config), ...mapPaths('teams'), ...mapPaths('users'), loginPath
  ])
}
