// auth/approle/role/<name>/<field>: single fields of a role, each at a path of its own.
import { Type } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import { invalid, unsupportedPath } from '../../refusal/index.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { nameIn, renderRole, roleFields, updateRole } from './roles.js'
import { roleNamed } from './stored-roles.js'

type FieldName = keyof typeof roleFields.properties

/** The last segment of the path, the field's name, an older name of it, and what a DELETE leaves. */
const FIELDS: readonly (readonly [path: string, name: FieldName, cleared: JsonObject[string], olderName?: FieldName])[] = [
  ['policies', 'token_policies', [], 'policies'],
  ['bound-cidr-list', 'secret_id_bound_cidrs', [], 'bound_cidr_list'],
  ['secret-id-bound-cidrs', 'secret_id_bound_cidrs', []],
  ['token-bound-cidrs', 'token_bound_cidrs', []],
  ['bind-secret-id', 'bind_secret_id', true],
  ['secret-id-num-uses', 'secret_id_num_uses', 0],
  ['secret-id-ttl', 'secret_id_ttl', 0],
  ['period', 'token_period', 0, 'period'],
  ['token-num-uses', 'token_num_uses', 0],
  ['token-ttl', 'token_ttl', 0],
  ['token-max-ttl', 'token_max_ttl', 0]
]

export const roleFieldDefinitions: readonly PathDefinition[] = FIELDS.map(([path, name, cleared, olderName = name]) => definePath({
  path: `role/:role_name/${path}`,
  summary: `The field ${name} of a role.`,
  fields: Type.Pick(roleFields, ['role_name', name, olderName]),
  operations: {
    read: (call) => read(call, name, olderName),
    update: (call) => { write(call, name, olderName) },
    delete: (call) => { change(call, { [name]: cleared }) }
  }
}))

function read (call: Call<unknown>, name: FieldName, olderName: FieldName): LogicalResponse | undefined {
  const role = roleNamed(call, nameIn(call))
  if (role === undefined) return undefined
  const shown = renderRole(role, call.cluster.profile)
  return { data: goMap({ [name]: shown[name], ...(shown[olderName] === undefined ? {} : { [olderName]: shown[olderName] }) }) }
}

function write (call: Call<unknown>, name: FieldName, olderName: FieldName): void {
  const fields = call.fields as Partial<Record<FieldName, JsonObject[string]>>
  if (fields[name] === undefined && fields[olderName] === undefined) throw invalid(`missing ${name}`)
  change(call, { [name]: fields[name], [olderName]: fields[olderName] })
}

/** @throws VaultError 404 where there is no such role */
function change (call: Call<unknown>, fields: Readonly<Record<string, JsonObject[string]>>): void {
  const role = roleNamed(call, nameIn(call))
  if (role === undefined) throw unsupportedPath()
  updateRole(call, role, Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)))
}
