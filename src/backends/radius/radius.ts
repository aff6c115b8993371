// The auth method `radius`: a RADIUS server judges names and passwords.
// https://developer.hashicorp.com/vault/api-docs/auth/radius
import { Type, type Static } from '@sinclair/typebox'
import type { Met } from '../../cluster/outside.js'
import type { JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Backend, type Call, type LogicalResponse } from '../../vault/paths.js'
import { tidyPolicies } from '../../vault/policies/policy-names.js'
import { knownFrom } from '../../vault/source.js'
import type { AuthEntry } from '../auth-entries.js'
import { configIn, configPath, namedPaths, type EntryKind } from '../auth-entry-paths.js'
import { logInPerson, refuseOtherNetworks, valuesNamed, type WithPolicies } from '../people.js'

type RadiusConfig = JsonObject & {
  readonly dial_timeout: number
  readonly host: string
  readonly nas_identifier: string
  readonly nas_port: number
  readonly port: number
  readonly read_timeout: number
  readonly secret: string
  readonly unregistered_user_policies: readonly string[]
}

const config: EntryKind<RadiusConfig> = {
  summary: 'The server, and what tokens will be like.',
  fields: {
    dial_timeout: field.durationSeconds({ description: 'How long connecting may take.' }),
    host: field.lowerCaseString({ description: 'The server.' }),
    nas_identifier: field.string({ description: 'What this server calls itself there.' }),
    nas_port: field.int({ description: 'The port of that name.' }),
    port: field.int({ description: 'The port of the server.' }),
    read_timeout: field.durationSeconds({ description: 'How long an answer may take.' }),
    secret: field.string({ description: 'What both servers know.' }),
    unregistered_user_policies: field.stringList({ description: 'Policies of those of whom nothing else is known.' })
  },
  secret: ['secret'],
  initial: {
    dial_timeout: 10,
    host: '',
    nas_identifier: '',
    nas_port: 10,
    port: 1812,
    read_timeout: 10,
    secret: '',
    unregistered_user_policies: []
  },
  complete: (entry) => {
    const { host, secret, unregistered_user_policies: policies } = entry.values
    if (host === '') throw invalid('config parameter `host` cannot be empty')
    if (secret === '') throw invalid('config parameter `secret` cannot be empty')
    if (policies.includes('root')) throw invalid('root policy cannot be granted by an auth method')
    return entry
  }
}

const users: EntryKind<WithPolicies> = {
  summary: 'Somebody with policies of their own.',
  fields: { policies: field.stringList({ description: 'Policies, separated by commas.' }) },
  initial: { policies: [] },
  plain: true,
  complete: (entry) => ({ ...entry, values: { policies: tidyPolicies(entry.values.policies, false) } })
}

const loginFields = Type.Object({
  urlusername: field.string({ description: 'Name of the user, in the path.', default: '' }),
  username: field.string({ description: 'Name of the user.', default: '' }),
  password: field.string({ description: 'Password of the user.', default: '' })
})
type LoginCall = Call<Static<typeof loginFields>>

const loginPaths = ['login', 'login/:urlusername'].map((path) => definePath({
  path,
  summary: 'Logs in with a name and a password.',
  fields: loginFields,
  unauthenticated: true,
  operations: { update: login }
}))

async function login (call: LoginCall): Promise<LogicalResponse> {
  const configured = configIn<RadiusConfig>(call)
  if (configured === undefined) throw invalid('radius backend not configured')
  refuseOtherNetworks(call, configured.parameters)
  const { urlusername, password } = call.fields
  const username = call.fields.username || urlusername
  if (username === '') throw invalid('username cannot be empty')
  if (password === '') throw invalid('password cannot be empty')
  const { host, port } = configured.values
  const met = await call.cluster.outside.ask({
    system: 'radius', address: `${host}:${port}`, asked: `log in ${username}`
  })
  refuse(met, configured, username, password)
  const policies = valuesNamed<WithPolicies>(call, 'users', username)?.policies ??
    configured.values.unregistered_user_policies
  const { parameters } = configured
  return logInPerson(call, { name: username, metadata: { username, policies: policies.join(',') }, parameters, policies })
}

/** A server that is not there, or knows another secret, does not answer (inferred: there is no refusal of that). */
function refuse (met: Met<'radius'>, { values }: AuthEntry<RadiusConfig>, name: string, password: string): void {
  if (met.reach === 'nothing') throw invalid(met.reason.startsWith('connect:') ? NO_ANSWER : met.reason)
  if (met.reach !== 'known') return
  const { users: known, secret = values.secret } = met.entry
  if (secret !== values.secret) throw invalid(NO_ANSWER)
  const user = Object.hasOwn(known, name) ? known[name] : undefined
  if (user?.password !== password) throw invalid('access denied by the authentication server')
}

const NO_ANSWER = 'context deadline exceeded'

export const radius: Backend = {
  type: 'radius',
  help: () => [
    'The "radius" credential provider allows authentication against',
    'a RADIUS server, checking username and associating users',
    'to set of policies.'
  ].join('\n'),
  paths: knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/radius', [
    configPath(config), ...namedPaths(users, { path: 'users', nameOf: (name) => name.toLowerCase() }), ...loginPaths
  ])
}
