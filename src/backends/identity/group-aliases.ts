// identity/group-alias: by what names the auth mounts know external groups.
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import {
  allGroups, groupByAlias, groupByAliasId, groupById, putGroup, type Group, type GroupAlias, type GroupContent
} from '../../vault/identity-groups.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { mountByAccessor } from './mounts.js'
import { newGroup } from './groups.js'
import { groupAliasInfo, listOf, showGroupAlias } from './render.js'

const aliasFields = Type.Object({
  id: field.string({ description: 'Id of the alias.' }),
  name: field.string({ description: 'Name by which the mount knows the group.', default: '' }),
  mount_accessor: field.string({ description: 'Accessor of the mount.', default: '' }),
  canonical_id: field.string({ description: 'Id of the group, an external one.', default: '' })
})

type AliasCall = Call<Static<typeof aliasFields>>

export const groupAliasPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/identity/group-alias', [
  definePath({
    path: 'group-alias',
    summary: 'Creates or updates an alias of a group.',
    fields: aliasFields,
    operations: { update: (call) => write(call, call.fields.id === undefined ? undefined : requireOwner(call)) }
  }),
  definePath({
    path: 'group-alias/id',
    summary: 'Lists the ids of the aliases of groups.',
    fields: Type.Object({}),
    operations: { list }
  }),
  definePath({
    path: 'group-alias/id/:id',
    summary: 'The alias of a group with an id.',
    fields: aliasFields,
    operations: {
      read: ({ storage, params }) => showGroupAlias(storage, groupByAliasId(storage, params.id ?? '')),
      update: (call) => write(call, requireOwner(call)),
      delete: ({ storage, params }) => {
        const group = groupByAliasId(storage, params.id ?? '')
        if (group !== undefined) putGroup(storage, { ...group, alias: null })
      }
    }
  })
])

function list ({ storage, cluster }: Call<unknown>): LogicalResponse | undefined {
  const withMetadata = cluster.profile.aliasListsShowMetadata
  const owners = allGroups(storage)
  const info = Object.fromEntries(owners.flatMap(({ id, alias }) =>
    alias === null ? [] : [[alias.id, groupAliasInfo(storage, id, alias, { withMetadata })]]))
  return listOf(Object.keys(info).sort(), info)
}

function requireOwner ({ storage, fields: { id = '' } }: AliasCall): Group {
  if (id === '') throw invalid('empty group alias ID')
  const group = groupByAliasId(storage, id)
  if (group === undefined) throw invalid('invalid group alias ID')
  return group
}

/** A group that has an alias already gets the new one in its place. What changes nothing answers nothing. */
function write (call: AliasCall, owner: Group | undefined): LogicalResponse | undefined {
  const { storage, fields: { name, mount_accessor: mountAccessor }, nowMs } = call
  const old = owner?.alias ?? undefined
  requireFields(call)
  if (owner !== undefined && isUnchanged(call, owner)) return undefined
  const wanted = wantedGroup(call)
  requireFreeName(call, old)
  const alias = { ...old ?? newAlias(call), name, mountAccessor, updatedAtMs: nowMs }
  const group = wanted ?? owner ?? { ...newGroup(call), type: 'external' as const }
  if (owner !== undefined && owner.id !== group.id) putGroup(storage, { ...owner, alias: null })
  putGroup(storage, { ...group, alias, updatedAtMs: nowMs })
  return { data: goMap({ canonical_id: group.id, id: alias.id }) }
}

function requireFields ({ fields: { name, mount_accessor: accessor } }: AliasCall): void {
  if (name === '') throw invalid('missing alias name')
  if (accessor === '') throw invalid('missing mount_accessor')
}

function isUnchanged ({ fields }: AliasCall, { id, alias }: Group): boolean {
  return alias?.name === fields.name && alias.mountAccessor === fields.mount_accessor &&
    (fields.canonical_id === '' || fields.canonical_id === id)
}

function wantedGroup ({ storage, fields: { canonical_id: id } }: AliasCall): GroupContent | undefined {
  if (id === '') return undefined
  const group = groupById(storage, id)
  if (group === undefined) throw invalid("invalid group ID given in 'canonical_id'")
  if (group.type !== 'external') throw invalid("alias can't be set on an internal group")
  return group
}

function requireFreeName ({ storage, fields: { name, mount_accessor: accessor } }: AliasCall, own?: GroupAlias): void {
  const mount = mountByAccessor(storage, accessor)
  if (mount === undefined) throw invalid(`invalid mount accessor "${accessor}"`)
  if (mount.local) throw invalid(`mount accessor "${accessor}" is a local mount`)
  const holder = groupByAlias(storage, accessor, name)
  if (holder === undefined || holder.alias?.id === own?.id) return
  throw invalid('combination of mount and group alias name is already in use')
}

function newAlias ({ cluster, nowMs }: AliasCall): Pick<GroupAlias, 'id' | 'createdAtMs'> {
  return { id: cluster.random.stream('identity').uuid(), createdAtMs: nowMs }
}
