// identity/group: by id and by name, internal with members of their own, external with those that logins bring.
import { Type, type Static } from '@sinclair/typebox'
import { compareBytes, goMap } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { entityById, nameSuffix } from '../../vault/identity.js'
import { entityAnywhere } from '../../vault/identity-of-token.js'
import {
  allGroups, deleteGroup, groupAnywhere, groupById, groupByName, isWithinGroup, memberGroupIds, putGroup,
  setMemberGroups, type Group, type GroupContent
} from '../../vault/identity-groups.js'
import { ofNamespace } from '../../vault/namespaces/homes.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { distinct } from './distinct.js'
import { groupInfo, listOf, showGroup } from './render.js'

const groupFields = Type.Object({
  id: field.string({ description: 'Id of the group. If set, updates the corresponding existing group.' }),
  name: field.string({ description: 'Name of the group.' }),
  type: field.string({ description: 'internal, the default, or external.' }),
  policies: field.stringList({ description: 'Policies added to those of the tokens of its members.' }),
  metadata: field.keyValue({ description: 'Metadata of the group.' }),
  member_group_ids: field.stringList({ description: 'Ids of the groups that are in it.' }),
  member_entity_ids: field.stringList({ description: 'Ids of the entities that are in it.' })
})

type GroupFields = Static<typeof groupFields>
type GroupCall = Call<GroupFields>

export const groupPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/identity/group', [
  definePath({
    path: 'group',
    summary: 'Creates or updates a group.',
    fields: groupFields,
    operations: { update: (call) => write(call, byFields(call)) }
  }),
  definePath({
    path: 'group/id',
    summary: 'Lists the ids of the groups.',
    fields: Type.Object({}),
    operations: { list: (call) => list(call, ({ id }) => id) }
  }),
  definePath({
    path: 'group/name',
    summary: 'Lists the names of the groups.',
    fields: Type.Object({}),
    operations: { list: (call) => list(call, ({ name }) => name) }
  }),
  definePath({
    path: 'group/id/:id',
    summary: 'The group with an id.',
    fields: groupFields,
    operations: {
      read: (call) => showGroup(call.storage, groupById(call.storage, call.params.id ?? '')),
      update: (call) => write(call, requireGroup(call)),
      delete: (call) => remove(call, groupById(call.storage, call.params.id ?? ''))
    }
  }),
  definePath({
    path: 'group/name/*name',
    summary: 'The group with a name.',
    fields: groupFields,
    operations: {
      read: (call) => showGroup(call.storage, byName(call)),
      update: (call) => write(call, byName(call)),
      delete: (call) => remove(call, byName(call))
    }
  })
])

function byName ({ storage, params }: GroupCall): Group | undefined {
  return groupByName(storage, params.name ?? '')
}

function byFields (call: GroupCall): Group | undefined {
  const { id, name } = call.fields
  if (id !== undefined) return requireGroup(call)
  if (name === '') throw invalid('empty group name')
  return name === undefined ? undefined : groupByName(call.storage, name)
}

function requireGroup ({ storage, fields }: GroupCall): Group {
  if (fields.id === '') throw invalid('empty group ID')
  const group = groupById(storage, fields.id ?? '')
  if (group === undefined) throw invalid('invalid group ID')
  return group
}

function remove ({ storage }: GroupCall, group: Group | undefined): undefined {
  if (group !== undefined) deleteGroup(storage, group)
}

/** Lists by name tell of each by its id, too. */
function list ({ storage }: Call<unknown>, keyOf: (group: Group) => string): LogicalResponse | undefined {
  const groups = allGroups(storage)
  const info = Object.fromEntries(groups.map((group) => [group.id, groupInfo(storage, group)]))
  return listOf(groups.map(keyOf).sort(compareBytes), info)
}

/** An update answers nothing, a creation the new id. Checks in the order of `identity_store_groups.go`. */
function write (call: GroupCall, old: Group | undefined): LogicalResponse | undefined {
  const { storage, fields } = call
  const group = contentOf(call, old)
  const memberIds = fields.member_group_ids === undefined ? undefined : distinct(fields.member_group_ids)
  if (memberIds !== undefined && group.type === 'external') throw invalid("member groups can't be set for external groups")
  refuseUnknownMembers(call, group)
  if (memberIds !== undefined) refuseMemberGroups(call, group.id, memberIds)
  putGroup(storage, group)
  if (memberIds !== undefined) setMemberGroups(storage, group.id, memberIds)
  if (old !== undefined) return undefined
  return { data: goMap({ id: group.id, name: group.name }) }
}

function contentOf (call: GroupCall, old: Group | undefined): GroupContent {
  const { policies, metadata, member_entity_ids: members } = call.fields
  const base = old ?? newGroup(call)
  if ((policies ?? base.policies)?.includes('root') === true) throw invalid('policies cannot contain root')
  const type = typeOf(call.fields, old)
  const name = nameOf(call, base)
  if (members !== undefined && type === 'external') {
    throw invalid("member entities can't be set manually for external groups")
  }
  return {
    ...base,
    name,
    type,
    ...(policies === undefined ? {} : { policies: distinct(policies) }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(members === undefined ? {} : { memberEntityIds: distinct(members) }),
    updatedAtMs: call.nowMs
  }
}

/** A group with an id and a name of its own, not yet stored. */
export function newGroup ({ cluster, storage, nowMs }: Pick<Call, 'cluster' | 'storage' | 'nowMs'>): GroupContent {
  const random = cluster.random.stream('identity')
  return {
    id: random.uuid(),
    ...ofNamespace(storage),
    name: `group_${random.hex(8)}${nameSuffix({ cluster, storage })}`,
    type: 'internal',
    policies: null,
    metadata: null,
    memberEntityIds: null,
    parentGroupIds: null,
    alias: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs
  }
}

function typeOf ({ type = '' }: GroupFields, old: Group | undefined): Group['type'] {
  if (type === '' || type === old?.type) return old?.type ?? 'internal'
  if (old !== undefined) throw invalid('group type cannot be changed')
  if (type !== 'internal' && type !== 'external') throw invalid(`invalid group type "${type}"`)
  return type
}

function nameOf ({ storage, fields: { name = '' } }: GroupCall, { id, name: own }: GroupContent): string {
  if (name === '') return own
  const holder = groupByName(storage, name)
  if (holder !== undefined && holder.id !== id) throw invalid('group name is already in use')
  return name
}

/** All members are looked at, whether given now or earlier. */
function refuseUnknownMembers ({ storage, cluster }: GroupCall, { memberEntityIds }: GroupContent): void {
  const find = cluster.profile.groupsAcrossNamespaces ? entityAnywhere : entityById
  for (const id of memberEntityIds ?? []) {
    if (find(storage, id) === undefined) throw failure(`invalid entity ID "${id}"`)
  }
}

function refuseMemberGroups ({ storage, cluster }: GroupCall, id: string, memberIds: readonly string[]): void {
  const known = memberGroupIds(storage, id)
  const find = cluster.profile.groupsAcrossNamespaces ? groupAnywhere : groupById
  for (const memberId of memberIds) {
    if (find(storage, memberId) === undefined) throw failure(`invalid member group ID "${memberId}"`)
    if (known.includes(memberId)) continue
    if (memberId === id) throw failure(`member group ID "${id}" is same as the ID of the group`)
    if (!isWithinGroup(storage, id, memberId)) continue
    throw invalid(`cyclic relationship detected for member group ID "${memberId}"`)
  }
}
