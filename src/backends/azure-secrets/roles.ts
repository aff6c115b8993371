// azure/roles: what service principals may do.
// https://developer.hashicorp.com/vault/api-docs/secret/azure#create-update-role
import { Type, type Static } from '@sinclair/typebox'
import { goMap, isObject, JsonSyntaxError, parseJson, type JsonObject } from '../../json/index.js'
import { failure, invalid, NotSimulated } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { listFolder } from '../plain-objects.js'
import { askAzure, requireClient } from './config.js'
import { storedConfig, storedRoles, type AzureConfig, type AzureRole } from './stored.js'

/** Azure's own, by the name that people know. */
const BUILT_IN: Readonly<Record<string, string>> = {
  Owner: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
  Contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  Reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
}

const fields = Type.Object({
  name: field.lowerCaseString({ default: '', description: 'Name of the role.' }),
  application_object_id: field.string({ description: 'Application Object ID to use for static service principals.' }),
  azure_roles: field.string({ description: 'JSON list of Azure roles to assign.' }),
  azure_groups: field.string({ description: 'JSON list of Azure groups to add the service principal to.' }),
  ttl: field.durationSeconds({ description: 'Default lease for generated credentials.' }),
  max_ttl: field.durationSeconds({ description: 'Maximum time a service principal.' }),
  permanently_delete: field.bool({ default: false, description: 'Whether applications are permanently deleted.' }),
  persist_app: field.bool({ default: false, description: 'Persist the app between generated credentials.' })
})
type RoleCall = Call<Static<typeof fields>>

const nameIn = (call: Call<unknown>): string => (call.params.name ?? '').toLowerCase()

export const rolePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/azure#create-update-role', [
  definePath({
    path: 'roles',
    summary: 'List existing roles.',
    fields: Type.Object({}),
    operations: { list: (call) => listFolder(storedRoles(call), '') }
  }),
  definePath({
    path: 'roles/:name',
    summary: 'Manage the Vault roles used to generate Azure credentials.',
    fields,
    exists: (call) => storedRoles(call).get(nameIn(call)) !== undefined,
    operations: { read, create: write, update: write, delete: (call) => { storedRoles(call).delete(nameIn(call)) } }
  })
])

function read (call: Call<unknown>): LogicalResponse | undefined {
  if (storedConfig(call).value === undefined) throw failure('config is nil')
  const role = storedRoles(call).get(nameIn(call))
  return role && {
    data: goMap({
      application_object_id: role.applicationObjectId,
      azure_groups: role.azureGroups,
      azure_roles: role.azureRoles,
      max_ttl: role.maxTtlSeconds,
      permanently_delete: role.permanentlyDelete,
      persist_app: false,
      ttl: role.ttlSeconds
    })
  }
}

/** What a write leaves out stays. */
async function write (call: RoleCall): Promise<void> {
  const { fields: given } = call
  if (storedConfig(call).value === undefined) throw failure('config is nil')
  const config = requireClient(call)
  if (given.persist_app) throw new NotSimulated('applications of Azure that persist')
  const old: Partial<AzureRole> = storedRoles(call).get(nameIn(call)) ?? {}
  const ttlSeconds = given.ttl ?? old.ttlSeconds ?? 0
  const maxTtlSeconds = given.max_ttl ?? old.maxTtlSeconds ?? 0
  if (maxTtlSeconds !== 0 && ttlSeconds > maxTtlSeconds) throw invalid('ttl cannot be greater than max_ttl')
  const applicationObjectId = given.application_object_id ?? old.applicationObjectId ?? ''
  const applicationId = await applicationOf(call, config, applicationObjectId, old)
  const azureRoles = given.azure_roles === undefined ? old.azureRoles ?? null : listIn('roles', given.azure_roles)
  const azureGroups = given.azure_groups === undefined ? old.azureGroups ?? null : listIn('groups', given.azure_groups)
  for (const role of azureRoles ?? []) {
    await askAzure(call, config, `look up the role ${textOf(role, 'role_name') || textOf(role, 'role_id')}`, 'unable to lookup Azure role: ')
  }
  for (const group of azureGroups ?? []) {
    await askAzure(call, config, `look up the group ${textOf(group, 'group_name') || textOf(group, 'object_id')}`, 'unable to lookup Azure group: ')
  }
  const roles = azureRoles?.map((role) => known(call, config, role)) ?? null
  const groups = azureGroups?.map((group) => knownGroup(call, group)) ?? null
  refuseTwice(roles ?? [], groups ?? [])
  if (applicationObjectId === '' && (roles ?? []).length === 0 && (groups ?? []).length === 0) {
    throw invalid('either Azure role definitions, group definitions, or an Application Object ID must be provided')
  }
  storedRoles(call).put(nameIn(call), {
    azureRoles: roles,
    azureGroups: groups,
    applicationObjectId,
    applicationId,
    permanentlyDelete: given.permanently_delete,
    ttlSeconds,
    maxTtlSeconds
  })
}

async function applicationOf (
  call: RoleCall, config: AzureConfig, objectId: string, old: Partial<AzureRole>
): Promise<string> {
  if (objectId === '') return ''
  await askAzure(call, config, `look up the application ${objectId}`, 'error loading Application: ')
  if (call.fields.permanently_delete) {
    throw invalid('permanently_delete must be false if application_object_id is provided')
  }
  const isSame = old.applicationObjectId === objectId
  return isSame && old.applicationId !== undefined ? old.applicationId : call.cluster.random.stream('azure').uuid()
}

function listIn (what: string, text: string): readonly JsonObject[] {
  try {
    const list = parseJson(text)
    if (Array.isArray(list) && list.every(isObject)) return list
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw invalid(`error parsing Azure ${what} '${text}': ${error.message}`)
  }
  throw invalid(`error parsing Azure ${what} '${text}': json: cannot unmarshal it into a list of objects`)
}

function textOf (object: JsonObject, name: string): string {
  return typeof object[name] === 'string' ? object[name] : ''
}

/** A role of a name is there, with an id of Azure's or a new one. */
function known ({ cluster }: RoleCall, { subscriptionId }: AzureConfig, role: JsonObject): JsonObject {
  const name = textOf(role, 'role_name')
  const id = textOf(role, 'role_id')
  const uuid = BUILT_IN[name] ?? cluster.random.stream('azure').uuid()
  const definition = `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${uuid}`
  return { role_name: name, role_id: id || definition, scope: textOf(role, 'scope') }
}

function knownGroup ({ cluster }: RoleCall, group: JsonObject): JsonObject {
  const id = textOf(group, 'object_id') || cluster.random.stream('azure').uuid()
  return { group_name: textOf(group, 'group_name'), object_id: id }
}

function refuseTwice (roles: readonly JsonObject[], groups: readonly JsonObject[]): void {
  const seen = new Set<string>()
  for (const role of roles) {
    const id = textOf(role, 'role_id')
    const scope = textOf(role, 'scope')
    if (seen.has(`${id}||${scope}`)) throw invalid(`duplicate role_id and scope: '${id}', '${scope}'`)
    seen.add(`${id}||${scope}`)
  }
  for (const group of groups) {
    const id = textOf(group, 'object_id')
    if (seen.has(id)) throw invalid(`duplicate object_id '${id}'`)
    seen.add(id)
  }
}
