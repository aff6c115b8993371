// identity/oidc/scope and identity/oidc/assignment: what clients may ask for, and for whom.
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../../json/index.js'
import { invalid } from '../../../refusal/index.js'
import { field } from '../../../vault/fields/fields.js'
import { definePath, type Call, type LogicalResponse } from '../../../vault/paths.js'
import { knownFrom } from '../../../vault/source.js'
import { distinct } from '../distinct.js'
import { listOf } from '../render.js'
import { ALLOW_ALL, nameIn, namesOf, oidc } from './stored.js'
import { checkedTemplate } from './templates.js'

/** The scope that every provider has and every client must ask for. */
export const OPENID = 'openid'

const scopeFields = Type.Object({
  name: field.string({ description: 'Name of the scope.' }),
  template: field.string({ description: 'Its claims: JSON, also in base64, with `{{…}}` to fill.' }),
  description: field.string({ description: 'What it is for.' })
})
const assignmentFields = Type.Object({
  name: field.string({ description: 'Name of the assignment.' }),
  entity_ids: field.stringList({ description: 'Ids of entities.' }),
  group_ids: field.stringList({ description: 'Ids of groups, whose members are meant.' })
})

type ScopeCall = Call<Static<typeof scopeFields>>
type AssignmentCall = Call<Static<typeof assignmentFields>>

export const scopePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/identity/oidc-provider', [
  definePath({
    path: 'oidc/scope',
    summary: 'Lists the scopes.',
    fields: Type.Object({}),
    operations: { list: (call) => listOf(oidc.scopes.names(call)) }
  }),
  definePath({
    path: 'oidc/scope/:name',
    summary: 'A scope.',
    fields: scopeFields,
    exists: (call) => oidc.scopes.get(call, nameIn(call)) !== undefined,
    operations: { read: readScope, create: writeScope, update: writeScope, delete: deleteScope }
  }),
  definePath({
    path: 'oidc/assignment',
    summary: 'Lists the assignments.',
    fields: Type.Object({}),
    operations: { list: (call) => listOf(oidc.assignments.names(call)) }
  }),
  definePath({
    path: 'oidc/assignment/:name',
    summary: 'An assignment.',
    fields: assignmentFields,
    exists: (call) => oidc.assignments.get(call, nameIn(call)) !== undefined,
    operations: { read: readAssignment, create: writeAssignment, update: writeAssignment, delete: deleteAssignment }
  })
])

function readScope (call: ScopeCall): LogicalResponse | undefined {
  const scope = oidc.scopes.get(call, nameIn(call))
  return scope && { data: goMap({ description: scope.description, template: scope.template }) }
}

function writeScope (call: ScopeCall): undefined {
  const name = nameIn(call)
  if (name === OPENID) throw invalid(`the "${OPENID}" scope name is reserved`)
  const old = oidc.scopes.get(call, name)
  oidc.scopes.put(call, name, {
    template: checkedTemplate(call.fields.template ?? old?.template ?? '', call.nowMs),
    description: call.fields.description ?? old?.description ?? ''
  })
}

function deleteScope (call: ScopeCall): undefined {
  const name = nameIn(call)
  const providers = namesOf(oidc.providers.entries(call), ({ scopesSupported }) => scopesSupported.includes(name))
  if (providers !== undefined) {
    throw invalid(`unable to delete scope "${name}" because it is currently referenced by ` +
      `these providers: ${providers}`)
  }
  oidc.scopes.delete(call, name)
}

function readAssignment (call: AssignmentCall): LogicalResponse | undefined {
  const assignment = oidc.assignments.get(call, nameIn(call))
  return assignment && { data: goMap({ entity_ids: assignment.entityIds, group_ids: assignment.groupIds }) }
}

/** Ids are kept in lower case. */
function writeAssignment (call: AssignmentCall): undefined {
  const name = nameIn(call)
  if (name === ALLOW_ALL) throw invalid(`modification of assignment "${name}" not allowed`)
  const { entity_ids: entityIds, group_ids: groupIds } = call.fields
  const old = oidc.assignments.get(call, name)
  const ids = (given: readonly string[] = []): string[] => distinct(given.map((id) => id.toLowerCase()))
  oidc.assignments.put(call, name, {
    entityIds: ids(entityIds ?? old?.entityIds), groupIds: ids(groupIds ?? old?.groupIds)
  })
}

function deleteAssignment (call: AssignmentCall): undefined {
  const name = nameIn(call)
  if (name === ALLOW_ALL) throw invalid(`deletion of assignment "${name}" not allowed`)
  const clients = namesOf(oidc.clients.entries(call), ({ assignments }) => assignments.includes(name))
  if (clients !== undefined) {
    throw invalid(`unable to delete assignment "${name}" because it is currently referenced by ` +
      `these clients: ${clients}`)
  }
  oidc.assignments.delete(call, name)
}
