// Entities, groups and aliases as answers show them.
import { goMap, type JsonObject, type JsonValue } from '../../json/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import type { Storage } from '../../cluster/storage.js'
import type { Alias, Entity, OwnedAlias } from '../../vault/identity.js'
import { groupsOfEntity, memberGroupIds, type Group, type GroupAlias } from '../../vault/identity-groups.js'
import { apiPath } from '../../vault/mounts/mounts.js'
import type { LogicalResponse } from '../../vault/paths.js'
import { mountByAccessor } from './mounts.js'

export function showEntity (storage: Storage, entity: Entity | undefined): LogicalResponse | undefined {
  if (entity === undefined) return undefined
  const { direct, inherited } = groupsOfEntity(storage, entity.id)
  const [directIds, inheritedIds] = [direct.map(({ id }) => id), inherited.map(({ id }) => id)]
  return {
    data: goMap({
      aliases: entity.aliases.map((alias) => renderAlias({ entity, alias })),
      creation_time: rfc3339Nano(entity.createdAtMs),
      direct_group_ids: directIds,
      disabled: entity.disabled,
      group_ids: [...directIds, ...inheritedIds],
      id: entity.id,
      inherited_group_ids: inheritedIds,
      last_update_time: rfc3339Nano(entity.updatedAtMs),
      merged_entity_ids: entity.mergedIds ?? null,
      metadata: entity.metadata,
      name: entity.name,
      namespace_id: storage.namespaceId,
      policies: entity.policies
    })
  }
}

export function renderAlias ({ entity, alias }: OwnedAlias): JsonObject {
  return goMap({
    canonical_id: entity.id,
    creation_time: rfc3339Nano(alias.createdAtMs),
    custom_metadata: alias.customMetadata ?? null,
    id: alias.id,
    last_update_time: rfc3339Nano(alias.updatedAtMs ?? alias.createdAtMs),
    local: alias.local,
    merged_from_canonical_ids: alias.mergedFromIds ?? null,
    metadata: alias.metadata ?? null,
    mount_accessor: alias.mountAccessor,
    mount_path: alias.mountPath,
    mount_type: alias.mountType,
    name: alias.name
  })
}

/** What lists of entities by id say of each: its name, and its aliases where it has some. */
export function entityInfo ({ name, aliases }: Entity): JsonObject {
  const shown = aliases.map((alias: Alias) => goMap({
    id: alias.id,
    mount_accessor: alias.mountAccessor,
    mount_path: alias.mountPath,
    mount_type: alias.mountType,
    name: alias.name
  }))
  return goMap({ name, aliases: shown.length === 0 ? undefined : shown })
}

/** OpenBao's lists have the alias's metadata, too. */
export function aliasInfo ({ entity, alias }: OwnedAlias, { withMetadata }: { withMetadata: boolean }): JsonObject {
  return goMap({
    canonical_id: entity.id,
    custom_metadata: alias.customMetadata ?? null,
    local: alias.local,
    metadata: withMetadata ? alias.metadata ?? null : undefined,
    mount_accessor: alias.mountAccessor,
    mount_path: alias.mountPath,
    mount_type: alias.mountType,
    name: alias.name
  })
}

export function showGroup (storage: Storage, group: Group | undefined): LogicalResponse | undefined {
  if (group === undefined) return undefined
  const memberIds = memberGroupIds(storage, group.id)
  return {
    data: goMap({
      alias: group.alias === null ? {} : renderGroupAlias(storage, group.id, group.alias),
      creation_time: rfc3339Nano(group.createdAtMs),
      id: group.id,
      last_update_time: rfc3339Nano(group.updatedAtMs),
      member_entity_ids: group.memberEntityIds,
      member_group_ids: memberIds.length === 0 ? null : memberIds,
      metadata: group.metadata,
      modify_index: group.modifyIndex,
      name: group.name,
      namespace_id: storage.namespaceId,
      parent_group_ids: group.parentGroupIds,
      policies: group.policies,
      type: group.type
    })
  }
}

function renderGroupAlias (storage: Storage, groupId: string, alias: GroupAlias): JsonObject {
  return goMap({
    canonical_id: groupId,
    creation_time: rfc3339Nano(alias.createdAtMs),
    id: alias.id,
    last_update_time: rfc3339Nano(alias.updatedAtMs),
    merged_from_canonical_ids: null,
    metadata: null,
    mount_accessor: alias.mountAccessor,
    name: alias.name,
    ...whereabouts(storage, alias.mountAccessor)
  })
}

/** Alone, an alias of a group has what one of an entity has. */
export function showGroupAlias (storage: Storage, group: Group | undefined): LogicalResponse | undefined {
  if (group === undefined || group.alias === null) return undefined
  const shown = renderGroupAlias(storage, group.id, group.alias)
  return { data: goMap({ ...shown, custom_metadata: null, local: false, namespace_id: storage.namespaceId }) }
}

/** Of a mount that is gone nothing is known. */
function whereabouts (storage: Storage, accessor: string): JsonObject {
  const mount = mountByAccessor(storage, accessor)
  return mount === undefined ? {} : { mount_path: apiPath(mount), mount_type: mount.type }
}

/** What lists of groups say of each. */
export function groupInfo (storage: Storage, { name, memberEntityIds, parentGroupIds, alias }: Group): JsonObject {
  return goMap({
    name,
    num_member_entities: memberEntityIds?.length ?? 0,
    num_parent_groups: parentGroupIds?.length ?? 0,
    alias: alias === null ? undefined : aliasOfGroup(storage, alias)
  })
}

function aliasOfGroup (storage: Storage, { id, mountAccessor, name }: GroupAlias): JsonObject {
  return goMap({ id, mount_accessor: mountAccessor, name, ...whereabouts(storage, mountAccessor) })
}

/** OpenBao's lists have the metadata, too, which no alias of a group has. */
export function groupAliasInfo (
  storage: Storage, groupId: string, alias: GroupAlias, { withMetadata }: { readonly withMetadata: boolean }
): JsonObject {
  return goMap({
    canonical_id: groupId,
    custom_metadata: null,
    local: false,
    metadata: withMetadata ? null : undefined,
    mount_accessor: alias.mountAccessor,
    name: alias.name,
    ...whereabouts(storage, alias.mountAccessor)
  })
}

/** A list, with what is known of each key; nothing where it is empty, which is a 404. */
export function listOf (
  keys: readonly string[], info?: Readonly<Record<string, JsonValue>>
): LogicalResponse | undefined {
  if (keys.length === 0) return undefined
  return { data: goMap({ keys, key_info: info === undefined ? undefined : goMap(info) }) }
}
