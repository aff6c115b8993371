// gcp/roleset: service accounts of the engine's own, with roles on resources.
// https://developer.hashicorp.com/vault/api-docs/secret/gcp#create-update-roleset and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { GoError } from '../../go/values.js'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { listFolder } from '../plain-objects.js'
import { parseBindings } from './bindings.js'
import { createAccount, deleteAccount, inGoogle } from './google.js'
import { storedRoleSets, type RoleSet } from './stored.js'

export const ACCESS_TOKEN = 'access_token'
export const KEY = 'service_account_key'
const ACCOUNT_LENGTH = 30

const name = field.string({ description: 'Required. Name of the role.' })
const fields = Type.Object({
  name,
  secret_type: field.string({ description: `Type of secret of this role set. Defaults to '${ACCESS_TOKEN}'` }),
  project: field.string({ description: 'Name of the GCP project that this roleset\'s service account will belong to.' }),
  bindings: field.string({ description: 'Bindings configuration string.' }),
  token_scopes: field.stringList({ description: 'List of OAuth scopes to assign to credentials of this role set' })
})
type RoleSetCall = Call<Static<typeof fields>>

const list = (path: string) => definePath({
  path,
  summary: 'List existing rolesets.',
  fields: Type.Object({}),
  operations: { list: (call: Call<unknown>) => listFolder(storedRoleSets(call), '') }
})

export const roleSetPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/gcp#create-update-roleset', [
  list('rolesets'),
  list('roleset'),
  definePath({
    path: 'roleset/:name',
    summary: 'Read/write sets of IAM roles to be given to generated credentials for specified GCP resources.',
    fields,
    exists: (call) => storedRoleSets(call).get(nameIn(call)) !== undefined,
    operations: { read, create: write, update: write, delete: remove }
  }),
  definePath({
    path: 'roleset/:name/rotate',
    summary: 'Rotates or recreates the service account bound to a roleset.',
    fields: Type.Object({ name }),
    operations: { update: rotateAccount }
  }),
  definePath({
    path: 'roleset/:name/rotate-key',
    summary: 'Rotate the service account key used to generate access tokens for a roleset.',
    fields: Type.Object({ name }),
    operations: { update: rotateKey }
  })
])

function nameIn ({ params }: Call<unknown>): string {
  return params.name ?? ''
}

function read (call: RoleSetCall): LogicalResponse | undefined {
  const set = storedRoleSets(call).get(nameIn(call))
  return set && {
    data: goMap({
      bindings: goMap(set.bindings),
      project: set.project,
      secret_type: set.secretType,
      service_account_email: set.email,
      token_scopes: set.secretType === ACCESS_TOKEN ? set.tokenScopes : undefined
    })
  }
}

/** New bindings mean a new account. */
async function write (call: RoleSetCall): Promise<LogicalResponse | undefined> {
  const { fields: given } = call
  const old = storedRoleSets(call).get(nameIn(call))
  const secretType = typeOf(given.secret_type, old)
  const project = projectOf(given.project, old)
  const tokenScopes = scopesOf(given.token_scopes, secretType, old)
  if (given.bindings === '') throw invalid('bindings are empty')
  const rawBindings = given.bindings ?? old?.rawBindings
  if (rawBindings === undefined) throw invalid('bindings are required for new role set')
  if (old !== undefined && rawBindings === old.rawBindings) {
    storedRoleSets(call).put(nameIn(call), { ...old, tokenScopes })
    return undefined
  }
  const bindings = goMap(bindingsIn(rawBindings))
  await withNewAccount(call, { secretType, project, rawBindings, bindings, tokenScopes, email: '' }, old)
  const ignored = given.token_scopes !== undefined && secretType !== ACCESS_TOKEN
  if (!ignored) return undefined
  return { data: null, warnings: [`ignoring token_scopes, only valid for '${ACCESS_TOKEN}' secret type role set`] }
}

function typeOf (given: string | undefined, old: RoleSet | undefined): string {
  if (old !== undefined) {
    if (given !== undefined && given !== old.secretType) throw invalid('cannot change secret_type after roleset creation')
    return old.secretType
  }
  const type = given ?? ACCESS_TOKEN
  if (type !== ACCESS_TOKEN && type !== KEY) throw invalid(`invalid "secret_type" value: "${type}"`)
  return type
}

function projectOf (given: string | undefined, old: RoleSet | undefined): string {
  const project = given ?? old?.project
  if (project === undefined) throw invalid('project argument is required for new role set')
  if (old !== undefined && project !== old.project) {
    throw invalid(`cannot change project for existing role set (old: ${old.project}, new: ${project})`)
  }
  if (project === '') throw invalid('given empty project')
  return project
}

function scopesOf (given: readonly string[] | undefined, type: string, old: RoleSet | undefined): readonly string[] {
  if (given?.length === 0) throw invalid('cannot provide empty token_scopes')
  const scopes = given ?? old?.tokenScopes
  if (scopes === undefined && type === ACCESS_TOKEN) {
    throw invalid('token_scopes must be provided for creating access token role set')
  }
  return type === ACCESS_TOKEN ? scopes ?? [] : []
}

function bindingsIn (text: string): Record<string, string[]> {
  const bindings = orInvalid('unable to parse bindings: ', () => parseBindings(text))
  if (Object.keys(bindings).length === 0) throw invalid('unable to parse any bindings from given bindings HCL')
  return bindings
}

function orInvalid<T> (prefix: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw error instanceof GoError ? invalid(prefix + error.message) : error
  }
}

/** The new account first, then the role set, then the old account, which is not missed. */
async function withNewAccount (call: Call<unknown>, set: RoleSet, old: RoleSet | undefined): Promise<void> {
  const email = `${accountName(nameIn(call), call.nowMs)}@${set.project}.iam.gserviceaccount.com`
  try {
    await createAccount(call, set.project, email)
    for (const [resource, roles] of Object.entries(set.bindings)) {
      const names = Array.isArray(roles) ? roles.join(', ') : ''
      const asked = `bind ${email} to ${names} on ${resource}`
      await inGoogle(call, { asked, method: 'Post', path: `/${resource}:setIamPolicy` })
    }
  } catch (error) {
    throw error instanceof GoError ? invalid(error.message) : error
  }
  storedRoleSets(call).put(nameIn(call), { ...set, email })
  if (old === undefined || old.email === email) return
  await deleteAccount(call, old.project, old.email).catch((error: unknown) => {
    if (!(error instanceof GoError)) throw error
  })
}

/** `vaultmy-role-1234613`, at most 30 characters. */
function accountName (roleSet: string, nowMs: number): string {
  const suffix = `-${Math.floor(nowMs / 1000)}`
  const kept = roleSet.replace(/[^a-zA-Z0-9-]+/g, '-').slice(0, ACCOUNT_LENGTH - suffix.length - 'vault'.length)
  return `vault${kept}${suffix}`
}

/** An account that could not be deleted is a warning: Vault tries again later (inferred). */
async function remove (call: Call<unknown>): Promise<LogicalResponse | undefined> {
  const set = storedRoleSets(call).get(nameIn(call))
  if (set === undefined) return undefined
  storedRoleSets(call).delete(nameIn(call))
  try {
    await deleteAccount(call, set.project, set.email)
    return undefined
  } catch (error) {
    if (!(error instanceof GoError)) throw error
    return { data: null, warnings: [`unable to delete service account '${set.email}': ${error.message}`] }
  }
}

async function rotateAccount (call: Call<unknown>): Promise<void> {
  const set = requireSet(call)
  await withNewAccount(call, set, set)
}

/** The key behind access tokens is Google's and Vault's alone: nobody sees which it is. */
async function rotateKey (call: Call<unknown>): Promise<void> {
  const set = requireSet(call)
  if (set.secretType !== ACCESS_TOKEN) throw invalid('cannot rotate key for non-access-token role set')
  try {
    await inGoogle(call, { asked: `rotate the key of ${set.email}`, method: 'Post', path: `/v1/projects/${set.project}` })
  } catch (error) {
    throw error instanceof GoError ? invalid(error.message) : error
  }
}

function requireSet (call: Call<unknown>): RoleSet {
  const set = storedRoleSets(call).get(nameIn(call))
  if (set === undefined) throw invalid(`roleset '${nameIn(call)}' not found`)
  return set
}
