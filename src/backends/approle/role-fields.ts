// auth/approle/role/<name>/<field>: single fields of a role, each at a path of its own.
// https://developer.hashicorp.com/vault/api-docs/auth/approle#read-update-or-delete-approle-properties
import { Type, type Static } from '@sinclair/typebox'
import { goMap, type JsonObject, type JsonValue } from '../../json/index.js'
import { invalid, unsupportedPath } from '../../refusal/index.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { NAMED_ONLY } from '../../vault/source.js'
import { nameIn, renderRole, roleFields, updateRole } from './roles.js'
import { roleNamed } from './stored-roles.js'

type RoleFields = Partial<Static<typeof roleFields>>

interface SingleField {
  /** the last segment of the path */
  readonly path: string
  readonly name: keyof RoleFields
  readonly olderName?: keyof RoleFields
  /** what a DELETE leaves */
  readonly cleared: JsonValue
}

const FIELDS: readonly SingleField[] = [
  { path: 'policies', name: 'token_policies', olderName: 'policies', cleared: [] },
  { path: 'bound-cidr-list', name: 'secret_id_bound_cidrs', olderName: 'bound_cidr_list', cleared: [] },
  { path: 'secret-id-bound-cidrs', name: 'secret_id_bound_cidrs', cleared: [] },
  { path: 'token-bound-cidrs', name: 'token_bound_cidrs', cleared: [] },
  { path: 'bind-secret-id', name: 'bind_secret_id', cleared: true },
  { path: 'secret-id-num-uses', name: 'secret_id_num_uses', cleared: 0 },
  { path: 'secret-id-ttl', name: 'secret_id_ttl', cleared: 0 },
  { path: 'period', name: 'token_period', olderName: 'period', cleared: 0 },
  { path: 'token-num-uses', name: 'token_num_uses', cleared: 0 },
  { path: 'token-ttl', name: 'token_ttl', cleared: 0 },
  { path: 'token-max-ttl', name: 'token_max_ttl', cleared: 0 }
]

export const roleFieldPaths: readonly PathDefinition[] = FIELDS.map((single) => {
  const { path, name, olderName = name, cleared } = single
  return definePath({
    source: NAMED_ONLY,
    path: `role/:role_name/${path}`,
    summary: `The field ${name} of a role.`,
    fields: Type.Pick(roleFields, ['role_name', name, olderName]),
    operations: {
      read: (call) => read(call, single),
      update: (call) => { write(call, single) },
      delete: (call) => { change(call, { [name]: cleared }) }
    }
  })
})

function read (call: Call<unknown>, { name, olderName = name }: SingleField): LogicalResponse | undefined {
  const role = roleNamed(call, nameIn(call))
  if (role === undefined) return undefined
  const { [name]: value, [olderName]: older } = renderRole(role, call.cluster.profile)
  return { data: goMap({ [name]: value, ...(older === undefined ? {} : { [olderName]: older }) }) }
}

function write (call: Call<RoleFields>, { name, olderName = name }: SingleField): void {
  const { [name]: value, [olderName]: older } = call.fields
  if (value === undefined && older === undefined) throw invalid(`missing ${name}`)
  change(call, { [name]: value, [olderName]: older })
}

/** @throws VaultError 404 where there is no such role */
function change (call: Call<unknown>, fields: JsonObject): void {
  const role = roleNamed(call, nameIn(call))
  if (role === undefined) throw unsupportedPath()
  updateRole(call, role, Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)))
}
