// Groups of the identity store: who is in which, through any depth, and what external ones learn from logins.
import type { Area, Storage } from '../cluster/storage.js'
import type { JsonObject } from '../json/index.js'
import { homeOf } from './namespaces/homes.js'
import { allStorages } from './namespaces/namespaces.js'
import { stored } from './stored.js'

/** The name by which a mount knows an external group. */
export type GroupAlias = JsonObject & {
  readonly id: string
  readonly name: string
  readonly mountAccessor: string
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

/** What a group is. What was never set is null and shown as such (recorded). */
export type GroupContent = JsonObject & {
  readonly id: string
  /** absent: the root's */
  readonly namespaceId?: string
  readonly name: string
  /** external: its members follow from logins */
  readonly type: 'internal' | 'external'
  readonly policies: readonly string[] | null
  readonly metadata: JsonObject | null
  readonly memberEntityIds: readonly string[] | null
  /** also of groups that are gone since */
  readonly parentGroupIds: readonly string[] | null
  readonly alias: GroupAlias | null
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

/** As stored at `replicated/identity/group/<id>`. */
export type Group = GroupContent & {
  /** counts the writes, also those that another group's change brings */
  readonly modifyIndex: number
}

/** The groups of an entity: those it is a member of, and those that these are in. */
export interface Memberships {
  readonly direct: readonly Group[]
  readonly inherited: readonly Group[]
}

/** What a login says of its groups. */
export interface GroupsOfLogin {
  /** the names by which the mount knows the groups; those that no alias of a group has are passed over */
  readonly groupAliasNames: readonly string[]
  readonly mountAccessor: string
}

const NONE: Memberships = { direct: [], inherited: [] }

export function groupById (storage: Storage, id: string): Group | undefined {
  return id === '' ? undefined : stored.groups(storage).get(id)
}

/** The same, of whatever namespace it is: groups can have those of other namespaces in them. */
export function groupAnywhere (storage: Storage, id: string): Group | undefined {
  const group = groupById(storage, id)
  if (group !== undefined || id === '') return group
  for (const each of allStorages(storage)) {
    const found = each === storage ? undefined : groupById(each, id)
    if (found !== undefined) return found
  }
  return undefined
}

/** Names count without case (`lowerCaseName` in `identity_store_schema.go`). */
export function groupByName (storage: Storage, name: string): Group | undefined {
  const id = stored.groupNames(storage).get(name.toLowerCase())
  return id === undefined ? undefined : groupById(storage, id)
}

export function groupByAliasId (storage: Storage, aliasId: string): Group | undefined {
  const id = aliasId === '' ? undefined : stored.groupAliasIds(storage).get(aliasId)
  return id === undefined ? undefined : groupById(storage, id)
}

/** The group that a mount knows by a name. */
export function groupByAlias (storage: Storage, mountAccessor: string, name: string): Group | undefined {
  const id = stored.groupAliases(storage).get(aliasKey({ mountAccessor, name }))
  return id === undefined ? undefined : groupById(storage, id)
}

/** All of them, in the order of their ids. */
export function allGroups (storage: Storage): Group[] {
  return [...stored.groups(storage).entries()].map(([, group]) => group)
}

/** Ids of the groups that are in a group, sorted. */
export function memberGroupIds (storage: Storage, id: string): readonly string[] {
  return inAll(storage, (each) => stored.memberGroups(each).get(id))
}

/** Ids of the groups that an entity is directly in. */
function idsOfEntity (storage: Storage, entityId: string): readonly string[] {
  return inAll(storage, (each) => stored.entityGroups(each).get(entityId))
}

/** What the namespaces have, sorted. */
function inAll (
  storage: Storage, idsIn: (storage: Storage) => readonly string[] | undefined
): readonly string[] {
  const all = allStorages(storage)
  return all.length === 1 ? idsIn(all[0] ?? storage) ?? [] : all.flatMap((each) => idsIn(each) ?? []).sort()
}

/**
 * Each group once, however many ways lead to it, and of whatever namespace. Asked for at every check: without groups
 * and namespaces it costs one look.
 */
export function groupsOfEntity (storage: Storage, entityId: string): Memberships {
  const ids = idsOfEntity(storage, entityId)
  if (ids.length === 0) return NONE
  const direct = ids.flatMap((id) => groupAnywhere(storage, id) ?? [])
  const seen = new Set(ids)
  const inherited: Group[] = []
  const waiting = [...direct]
  for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
    for (const parentId of group.parentGroupIds ?? []) {
      const parent = seen.has(parentId) ? undefined : groupAnywhere(storage, parentId)
      seen.add(parentId)
      if (parent === undefined) continue
      inherited.push(parent)
      waiting.push(parent)
    }
  }
  return { direct, inherited }
}

/** Writes a group with its indexes, and counts that. */
export function putGroup (anyStorage: Storage, group: GroupContent): void {
  const storage = homeOf(anyStorage, group)
  const old = groupById(storage, group.id)
  index(storage, group.id, old, group)
  stored.groups(storage).put(group.id, { ...group, modifyIndex: (old?.modifyIndex ?? 0) + 1 })
}

/** The groups in it keep its id as their parent's (recorded). */
export function deleteGroup (storage: Storage, group: Group): void {
  index(storage, group.id, group, undefined)
  stored.groups(storage).delete(group.id)
}

/** Whether a group is another one, or in it through any depth. */
export function isWithinGroup (storage: Storage, id: string, container: string): boolean {
  const seen = new Set<string>()
  const waiting = [container]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === id) return true
    if (seen.has(next)) continue
    seen.add(next)
    waiting.push(...memberGroupIds(storage, next))
  }
  return false
}

/** Makes some groups the members of a group, and no others. */
export function setMemberGroups (storage: Storage, id: string, memberIds: readonly string[]): void {
  const before = memberGroupIds(storage, id)
  for (const gone of before.filter((each) => !memberIds.includes(each))) {
    const group = groupAnywhere(storage, gone)
    if (group !== undefined) putGroup(storage, { ...group, parentGroupIds: without(group.parentGroupIds, id) })
  }
  for (const added of memberIds.filter((each) => !before.includes(each))) {
    const group = groupAnywhere(storage, added)
    if (group !== undefined) putGroup(storage, { ...group, parentGroupIds: [...group.parentGroupIds ?? [], id] })
  }
}

/** Takes an entity out of all its groups. @returns the ids of these */
export function leaveGroups (storage: Storage, entityId: string): readonly string[] {
  const ids = idsOfEntity(storage, entityId)
  for (const id of ids) changeMembers(storage, id, (members) => without(members, entityId))
  return ids
}

/** Puts an entity into groups; where it is in already, nothing changes. */
export function joinGroups (storage: Storage, entityId: string, groupIds: Iterable<string>): void {
  for (const id of groupIds) {
    changeMembers(storage, id, (members) => members.includes(entityId) ? members : [...members, entityId])
  }
}

/**
 * Makes an entity a member of the external groups that a login or a renewal names, and takes it out of those of the
 * same mount that are not named any more.
 */
export function refreshExternalGroups (
  storage: Storage, entityId: string, { groupAliasNames, mountAccessor }: GroupsOfLogin
): void {
  const named = groupAliasNames.flatMap((name) => groupByAlias(storage, mountAccessor, name) ?? [])
  const namedIds = new Set(named.map(({ id }) => id))
  const { direct } = groupsOfEntity(storage, entityId)
  const left = direct.filter(({ id, type, alias }) => type === 'external' && !namedIds.has(id) &&
    (alias === null || alias.mountAccessor === mountAccessor))
  for (const { id } of left) changeMembers(storage, id, (members) => without(members, entityId))
  const known = new Set(direct.map(({ id }) => id))
  joinGroups(storage, entityId, [...namedIds].filter((id) => !known.has(id)))
}

function changeMembers (
  storage: Storage, groupId: string, change: (members: readonly string[]) => readonly string[]
): void {
  const group = groupAnywhere(storage, groupId)
  if (group === undefined) return
  const memberEntityIds = change(group.memberEntityIds ?? [])
  if (memberEntityIds !== group.memberEntityIds) putGroup(storage, { ...group, memberEntityIds })
}

type Indexed = Pick<Group, 'name' | 'alias' | 'memberEntityIds' | 'parentGroupIds'>

const UNKNOWN: Indexed = { name: '', alias: null, memberEntityIds: null, parentGroupIds: null }

/** Lets the indexes follow a change; only what differs is written. */
function index (storage: Storage, id: string, before: Indexed = UNKNOWN, after: Indexed = UNKNOWN): void {
  replaceKey(stored.groupNames(storage), id, before.name.toLowerCase(), after.name.toLowerCase())
  replaceKey(stored.groupAliasIds(storage), id, before.alias?.id ?? '', after.alias?.id ?? '')
  replaceKey(stored.groupAliases(storage), id, aliasKey(before.alias), aliasKey(after.alias))
  replaceKeys(stored.entityGroups(storage), id, before.memberEntityIds ?? [], after.memberEntityIds ?? [])
  replaceKeys(stored.memberGroups(storage), id, before.parentGroupIds ?? [], after.parentGroupIds ?? [])
}

function replaceKey (area: Area<string>, id: string, before: string, after: string): void {
  if (before === after) return
  if (before !== '' && area.get(before) === id) area.delete(before)
  if (after !== '') area.put(after, id)
}

function replaceKeys (
  area: Area<readonly string[]>, id: string, before: readonly string[], after: readonly string[]
): void {
  const [old, now] = [new Set(before), new Set(after)]
  for (const key of old) {
    if (now.has(key)) continue
    const rest = without(area.get(key) ?? [], id)
    if (rest.length === 0) area.delete(key)
    else area.put(key, rest)
  }
  for (const key of now) if (!old.has(key)) area.put(key, [...area.get(key) ?? [], id].sort())
}

function without (list: readonly string[] | null, value: string): readonly string[] {
  return (list ?? []).filter((each) => each !== value)
}

function aliasKey (alias: Pick<GroupAlias, 'mountAccessor' | 'name'> | null): string {
  return alias === null ? '' : `${alias.mountAccessor}/${alias.name.toLowerCase()}`
}
