// The auth method `gcp`: service accounts log in with tokens that they have signed.
// https://developer.hashicorp.com/vault/api-docs/auth/gcp
import { Type, type Static } from '@sinclair/typebox'
import { goQuote } from '../../go/values.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { invalid, NotSimulated } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Backend, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { logIn } from '../../vault/tokens/login.js'
import { configPath, entryNamed, namedPaths, type EntryKind } from '../auth-entry-paths.js'
import { claimsSignedBy } from '../jwt/issuers.js'
import { claimsIn } from '../jwt/key-sets.js'
import { isAboutToken, validate } from '../jwt/validation.js'
import { refuseOtherNetworks } from '../people.js'

const GOOGLE = 'https://www.googleapis.com'

const config: EntryKind<JsonObject> = {
  summary: 'What aliases and metadata are made of.',
  fields: {
    credentials: field.string({ description: 'Who asks Google, as JSON.' }),
    gce_alias: field.string({ description: 'role_id or instance_id.' }),
    gce_metadata: field.stringList({ description: 'Metadata of instances.' }),
    iam_alias: field.string({ description: 'role_id or unique_id.' }),
    iam_metadata: field.stringList({ description: 'Metadata of service accounts.' })
  },
  secret: ['credentials'],
  later: 'auth/gcp/config',
  initial: {
    credentials: '',
    gce_alias: '',
    gce_metadata: [
      'instance_creation_timestamp', 'instance_id', 'instance_name', 'project_id', 'project_number', 'role',
      'service_account_id', 'service_account_email', 'zone'
    ],
    iam_alias: '',
    iam_metadata: ['project_id', 'role', 'service_account_id', 'service_account_email']
  },
  plain: true,
  show: (shown) => goMap(Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== '')))
}

type GcpRole = JsonObject & {
  readonly add_group_aliases: boolean
  readonly allow_gce_inference: boolean
  readonly bound_projects: readonly string[] | null
  readonly bound_service_accounts: readonly string[] | null
  readonly max_jwt_exp: number
  readonly role_id: string
  readonly type: string
}

const roles: EntryKind<GcpRole> = {
  summary: 'Who logs in, and what their tokens are like.',
  fields: {
    add_group_aliases: field.bool({ description: 'Adds the project and its folders as groups.' }),
    allow_gce_inference: field.bool({ description: 'Lets instances in as their service account.' }),
    bound_projects: field.stringList({ description: 'Projects of which service accounts are.' }),
    bound_service_accounts: field.stringList({ description: 'Addresses of service accounts, or *.' }),
    max_jwt_exp: field.durationSeconds({ description: 'How long tokens may be good for.' }),
    type: field.string({ description: 'iam.' })
  },
  initial: {
    add_group_aliases: false,
    allow_gce_inference: true,
    bound_projects: null,
    bound_service_accounts: null,
    max_jwt_exp: 900,
    role_id: '',
    type: ''
  },
  complete: (entry, { cluster }) => {
    const { type, role_id: id, bound_service_accounts: accounts } = entry.values
    if (type === '') throw invalid('role type cannot be empty')
    if (type === 'gce') throw new NotSimulated('the role type "gce" of the "gcp" auth method')
    if (type !== 'iam') throw invalid(`role type '${type}' is invalid`)
    if (accounts === null || accounts.length === 0) {
      throw invalid("IAM role type must have at least one service account or '*'")
    }
    const uuid = id === '' ? cluster.random.stream('gcp').uuid() : id
    return { ...entry, values: { ...entry.values, role_id: uuid } }
  },
  show: ({ bound_projects: projects, ...shown }) =>
    ({ ...shown, ...(projects !== null && { bound_projects: projects }) }),
  acknowledge: () => ({ data: null })
}

const loginFields = Type.Object({
  role: field.string({ description: 'The role to log in with.', default: '' }),
  jwt: field.string({ description: 'The signed token.', default: '' })
})
type LoginCall = Call<Static<typeof loginFields>>

const loginPath = definePath({
  path: 'login',
  summary: 'Logs in with a token of a service account.',
  fields: loginFields,
  unauthenticated: true,
  operations: { update: login }
})

async function login (call: LoginCall): Promise<LogicalResponse> {
  const { role: name, jwt } = call.fields
  if (jwt === '') throw invalid('jwt argument is required')
  if (name === '') throw invalid('role is required')
  const role = entryNamed<GcpRole>(call, 'role', name.toLowerCase())
  if (role === undefined) throw invalid(`role ${goQuote(name)} not found`)
  refuseOtherNetworks(call, role.parameters)
  const account = await accountBehind(call, jwt, role.values.max_jwt_exp)
  const accounts = role.values.bound_service_accounts ?? []
  if (!accounts.includes('*') && !accounts.includes(account.email) && !accounts.includes(account.id)) {
    throw invalid(`service account ${account.email} (id: ${account.id}) is not authorized for role`)
  }
  const projects = role.values.bound_projects ?? []
  if (projects.length > 0 && !projects.includes(account.project)) {
    throw invalid(`service account ${account.email} (id: ${account.id}) is not in bound projects [${projects.join(' ')}]`)
  }
  return logIn(call, {
    aliasName: role.values.role_id,
    displayName: account.email,
    metadata: goMap({
      project_id: account.project, role: name, service_account_email: account.email, service_account_id: account.id
    }),
    parameters: role.parameters
  })
}

interface Account { readonly email: string, readonly id: string, readonly project: string }

/** Of a service account that was told, its keys count where there are some. */
async function accountBehind (call: LoginCall, jwt: string, maxSeconds: number): Promise<Account> {
  try {
    const claims = claimsIn(jwt)
    const email = String(claims.email ?? claims.sub ?? '')
    const met = await call.cluster.outside.ask({ system: 'gcp', address: GOOGLE, asked: `look up ${email}` })
    if (met.reach === 'nothing') throw invalid(`Could not find service account '${email}': ${met.reason}`)
    const told = met.reach === 'known' ? met.entry.serviceAccounts[email] : {}
    if (told === undefined) throw invalid(`Could not find service account '${email}'`)
    await claimsSignedBy(jwt, told.keys)
    refuseTimes(call, claims, maxSeconds, jwt)
    const [, project = ''] = /@([^.]+)\.iam\./.exec(email) ?? []
    return { email, id: told.id ?? String(claims.sub ?? ''), project: told.project ?? project }
  } catch (error) {
    throw isAboutToken(error) ? invalid(`role requires that service account JWTs are valid: ${error.message}`) : error
  }
}

function refuseTimes (call: LoginCall, claims: JsonObject, maxSeconds: number, jwt: string): void {
  const { nowMs } = call.cluster.timeline
  validate(jwt, claims, {
    issuer: '',
    subject: '',
    audiences: [`vault/${call.fields.role}`, `http://vault/${call.fields.role}`],
    algorithms: [],
    // only its end counts
    notBeforeLeeway: Number.MAX_SAFE_INTEGER,
    expirationLeeway: 0,
    clockSkewLeeway: 0,
    nowMs
  })
  const lifeSeconds = Number(claims.exp) - nowMs / 1000
  if (lifeSeconds > maxSeconds) {
    throw invalid(`role requires that service account JWTs expire within ${maxSeconds} seconds`)
  }
}

const lower = (name: string): string => name.toLowerCase()

export const gcpAuth: Backend = {
  type: 'gcp',
  help: () => 'The GCP backend plugin allows authentication for Google Cloud Platform entities.',
  paths: knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/gcp', [
    configPath(config, { alwaysThere: true }),
    ...namedPaths(roles, { path: 'role', listedAt: 'roles', nameOf: lower }),
    ...namedPaths(roles, { path: 'role', nameOf: lower }).slice(0, 1),
    loginPath
  ])
}
