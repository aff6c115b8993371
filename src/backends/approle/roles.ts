// auth/approle/role: the roles that machines log in with, and their ids.
// https://developer.hashicorp.com/vault/api-docs/auth/approle#create-update-approle and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../../json/index.js'
import type { Profile } from '../../profiles/index.js'
import { failure, invalid, VaultError } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import {
  changeParameters, NO_PARAMETERS, renderParameters, tokenParameterFields
} from '../../vault/tokens/token-parameters.js'
import { hasOldName } from '../renamed-fields.js'
import { deleteRole, putRole, roleNamed, roleNames, roleWithId, type AppRole } from './stored-roles.js'

export const roleFields = Type.Object({
  role_name: field.string({ description: 'Name of the role.' }),
  bind_secret_id: field.bool({ description: 'Whether a login needs a secret id.' }),
  bound_cidr_list: field.stringList({ description: 'Deprecated, use secret_id_bound_cidrs.' }),
  secret_id_bound_cidrs: field.stringList({ description: 'Networks logins may come from.' }),
  secret_id_num_uses: field.int({ description: 'Number of logins a secret id is good for; 0: any number.' }),
  secret_id_ttl: field.durationSeconds({ description: 'Life of the secret ids; 0: for ever.' }),
  local_secret_ids: field.bool({ description: 'Keeps secret ids within this cluster; set at creation only.' }),
  policies: field.stringList({ description: 'Deprecated, use token_policies.' }),
  period: field.durationSeconds({ description: 'Deprecated, use token_period.' }),
  role_id: field.string({ description: 'Id of the role; by default one is drawn.' }),
  ...tokenParameterFields
})
const roleIdFields = Type.Object({
  role_name: field.string({ description: 'Name of the role.' }),
  role_id: field.string({ description: 'Id of the role.' })
})

type RoleFields = Static<typeof roleFields>
type RoleCall = Call<RoleFields>

export const rolePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/auth/approle', [
  definePath({
    path: 'role',
    summary: 'Lists the roles.',
    fields: Type.Object({}),
    operations: { list: listRoles }
  }),
  definePath({
    path: 'role/:role_name',
    summary: 'A role.',
    fields: roleFields,
    exists: (call) => roleNamed(call, nameIn(call)) !== undefined,
    operations: { read, create: write, update: write, delete: remove }
  }),
  definePath({
    path: 'role/:role_name/role-id',
    summary: 'The id of a role.',
    fields: roleIdFields,
    operations: { read: readRoleId, update: writeRoleId }
  })
])

/** Role names are lower case. */
export function nameIn (call: Call<unknown>): string {
  return (call.params.role_name ?? '').toLowerCase()
}

/** @throws VaultError 404 `role "x" does not exist` */
export function requireRole (call: Call<unknown>): AppRole {
  const role = roleNamed(call, nameIn(call))
  if (role === undefined) throw new VaultError('not-found', `role "${nameIn(call)}" does not exist`)
  return role
}

function listRoles (call: Call<unknown>): LogicalResponse {
  return { data: goMap({ keys: roleNames(call) }) }
}

/** @see recorded: `approle role read` */
function read (call: RoleCall): LogicalResponse | undefined {
  const role = roleNamed(call, nameIn(call))
  return role && { data: renderRole(role, call.cluster.profile) }
}

/** A role as reads show it. */
export function renderRole (role: AppRole, profile: Profile): JsonObject {
  return goMap({
    bind_secret_id: role.bindSecretId,
    local_secret_ids: role.localSecretIds,
    secret_id_bound_cidrs: role.secretIdBoundCidrs,
    secret_id_num_uses: role.secretIdNumUses,
    secret_id_ttl: role.secretIdTtlSeconds,
    ...renderParameters(role.parameters, profile),
    ...(role.oldPolicies ? { policies: role.parameters.policies } : {}),
    ...(role.oldPeriod ? { period: role.parameters.periodSeconds } : {})
  })
}

function write (call: RoleCall): undefined {
  const { fields } = call
  const known = roleNamed(call, nameIn(call))
  if (known !== undefined && fields.local_secret_ids === true && !known.localSecretIds) {
    throw invalid('local_secret_ids can only be modified during role creation')
  }
  updateRole(call, known ?? newRole(call), fields)
}

/** The role after a write; what it leaves out stays. */
function changeRole (old: AppRole, fields: Partial<RoleFields>): AppRole {
  return {
    ...old,
    roleId: fields.role_id || old.roleId,
    bindSecretId: fields.bind_secret_id ?? old.bindSecretId,
    secretIdBoundCidrs: fields.secret_id_bound_cidrs ?? fields.bound_cidr_list ?? old.secretIdBoundCidrs,
    secretIdNumUses: fields.secret_id_num_uses ?? old.secretIdNumUses,
    secretIdTtlSeconds: fields.secret_id_ttl ?? old.secretIdTtlSeconds,
    oldPolicies: hasOldName(fields.token_policies, fields.policies, old.oldPolicies),
    oldPeriod: hasOldName(fields.token_period, fields.period, old.oldPeriod),
    parameters: changeParameters(old.parameters, {
      ...fields,
      token_policies: fields.token_policies ?? fields.policies,
      token_period: fields.token_period ?? fields.period
    })
  }
}

/** Changes fields of a role, new or there already, and stores it. */
export function updateRole (call: Call<unknown>, role: AppRole, fields: Partial<RoleFields>): void {
  const changed = changeRole(role, fields)
  refuseContradictions(call, changed)
  putRole(call, changed)
}

function refuseContradictions (call: Call<unknown>, role: AppRole): void {
  if (role.secretIdNumUses < 0) throw invalid('secret_id_num_uses cannot be negative')
  if (!role.bindSecretId && (role.secretIdBoundCidrs ?? []).length === 0 && role.parameters.boundCidrs.length === 0) {
    throw failure('at least one constraint should be enabled on the role')
  }
  refuseTakenRoleId(call, role)
}

function refuseTakenRoleId (call: Call<unknown>, role: AppRole): void {
  const holder = roleWithId(call, role.roleId)
  if (holder !== undefined && holder.name !== role.name) throw failure('role_id already in use')
}

function remove (call: RoleCall): undefined {
  const role = roleNamed(call, nameIn(call))
  if (role !== undefined) deleteRole(call, role)
}

function readRoleId (call: Call<unknown>): LogicalResponse | undefined {
  const role = roleNamed(call, nameIn(call))
  return role && { data: goMap({ role_id: role.roleId }) }
}

function writeRoleId (call: Call<Static<typeof roleIdFields>>): undefined {
  const role = requireRole(call)
  const { role_id: roleId = '' } = call.fields
  if (roleId === '') throw invalid('missing role_id')
  refuseTakenRoleId(call, { ...role, roleId })
  putRole(call, { ...role, roleId })
}

function newRole (call: RoleCall): AppRole {
  return {
    name: nameIn(call),
    roleId: call.cluster.random.stream('tokens').uuid(),
    bindSecretId: true,
    localSecretIds: call.fields.local_secret_ids === true,
    secretIdBoundCidrs: null,
    secretIdNumUses: 0,
    secretIdTtlSeconds: 0,
    oldPolicies: false,
    oldPeriod: false,
    parameters: NO_PARAMETERS
  }
}
