// identity/mfa/login-enforcement: of whom MFA is asked at login.
import { Type, type Static } from '@sinclair/typebox'
import type { Storage } from '../../cluster/storage.js'
import { goMap, type JsonObject } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { entityById } from '../../vault/identity.js'
import { groupById } from '../../vault/identity-groups.js'
import type { MfaEnforcement } from '../../vault/login-mfa.js'
import { mountsOf } from '../../vault/mounts/mounts.js'
import { namespaceIn } from '../../vault/namespaces/namespaces.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { stored } from '../../vault/stored.js'
import { listOf } from './render.js'

const enforcementFields = Type.Object({
  name: field.string({ description: 'Name of the enforcement.' }),
  mfa_method_ids: field.stringList({ description: 'Ids of methods, any of which will do.' }),
  auth_method_accessors: field.stringList({ description: 'Accessors of mounts.' }),
  auth_method_types: field.stringList({ description: 'Types of mounts.' }),
  identity_group_ids: field.stringList({ description: 'Ids of groups, through any depth.' }),
  identity_entity_ids: field.stringList({ description: 'Ids of entities.' })
})

type EnforcementCall = Call<Static<typeof enforcementFields>>

export const mfaEnforcementPaths = knownFrom(
  'https://developer.hashicorp.com/vault/api-docs/secret/identity/mfa/login-enforcement', [
    definePath({
      path: 'mfa/login-enforcement',
      summary: 'Lists the enforcements.',
      fields: Type.Object({}),
      operations: { list }
    }),
    definePath({
      path: 'mfa/login-enforcement/:name',
      summary: 'An enforcement.',
      fields: enforcementFields,
      operations: {
        read: (call) => show(call, enforcementIn(call)),
        update: write,
        delete: (call) => { stored.mfaEnforcements(call.storage).delete(call.params.name ?? '') }
      }
    })
  ])

function enforcementIn ({ storage, params }: EnforcementCall): MfaEnforcement | undefined {
  return stored.mfaEnforcements(storage).get(params.name ?? '')
}

function list ({ storage }: Call<unknown>): LogicalResponse | undefined {
  const all = [...stored.mfaEnforcements(storage).entries()]
  const shown = all.map(([name, each]) => [name, render(storage, each)] as const)
  return listOf(shown.map(([name]) => name), Object.fromEntries(shown))
}

function show ({ storage }: Pick<Call, 'storage'>, enforcement: MfaEnforcement | undefined): LogicalResponse | undefined {
  return enforcement && { data: render(storage, enforcement) }
}

function render (storage: Storage, enforcement: MfaEnforcement): JsonObject {
  return goMap({
    auth_method_accessors: enforcement.authMethodAccessors,
    auth_method_types: enforcement.authMethodTypes,
    id: enforcement.id,
    identity_entity_ids: enforcement.identityEntityIds,
    identity_group_ids: enforcement.identityGroupIds,
    mfa_method_ids: enforcement.methodIds,
    name: enforcement.name,
    namespace_id: storage.namespaceId,
    namespace_path: namespaceIn(storage).path
  })
}

/** Checks in the order of `handleMFALoginEnforcementUpdate`; lists that are not given stay. */
function write (call: EnforcementCall): undefined {
  const { storage, fields, cluster, params } = call
  const old = enforcementIn(call)
  const methods = stored.mfaMethods(storage)
  if (fields.mfa_method_ids === undefined) throw invalid('missing method ids')
  if (!fields.mfa_method_ids.every((id) => methods.has(id))) throw invalid("one of the provided method ids doesn't exist")
  const { auth_method_accessors: accessors, auth_method_types: types } = fields
  const { identity_group_ids: groupIds, identity_entity_ids: entityIds } = fields
  refuseUnknownMounts(call)
  if (groupIds?.every((id) => groupById(storage, id) !== undefined) === false) {
    throw invalid("one of the provided group ids doesn't exist")
  }
  if (entityIds?.every((id) => entityById(storage, id) !== undefined) === false) {
    throw invalid("one of the provided entity ids doesn't exist")
  }
  if ((accessors ?? types ?? groupIds ?? entityIds) === undefined) {
    throw invalid('One of auth_method_accessors, auth_method_types, identity_group_ids, identity_entity_ids must be specified')
  }
  const name = params.name ?? ''
  stored.mfaEnforcements(storage).put(name, {
    id: old?.id ?? cluster.random.stream('identity').uuid(),
    name,
    methodIds: fields.mfa_method_ids,
    authMethodAccessors: accessors ?? old?.authMethodAccessors ?? [],
    authMethodTypes: types ?? old?.authMethodTypes ?? [],
    identityGroupIds: groupIds ?? old?.identityGroupIds ?? [],
    identityEntityIds: entityIds ?? old?.identityEntityIds ?? []
  })
}

function refuseUnknownMounts ({ storage, fields }: EnforcementCall): void {
  const mounts = mountsOf(storage, 'auth')
  const { auth_method_accessors: accessors = [], auth_method_types: types = [] } = fields
  if (!accessors.every((accessor) => mounts.some((mount) => mount.accessor === accessor))) {
    throw invalid('one of the auth method accessors provided is invalid')
  }
  if (types.every((type) => mounts.some((mount) => mount.type === type))) return
  throw invalid('one of the auth method types provided is invalid')
}
