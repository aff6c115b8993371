// Entities and aliases as answers show them.
import { goMap, type JsonObject, type JsonValue } from '../../json/index.js'
import { rfc3339Nano } from '../../sim/instants.js'
import type { Alias, Entity, OwnedAlias } from '../../vault/identity.js'
import type { LogicalResponse } from '../../vault/paths.js'

export function showEntity (entity: Entity | undefined): LogicalResponse | undefined {
  return entity && {
    data: goMap({
      aliases: entity.aliases.map((alias) => renderAlias({ entity, alias })),
      creation_time: rfc3339Nano(entity.createdAtMs),
      direct_group_ids: [],
      disabled: entity.disabled,
      group_ids: [],
      id: entity.id,
      inherited_group_ids: [],
      last_update_time: rfc3339Nano(entity.updatedAtMs),
      merged_entity_ids: entity.mergedIds ?? null,
      metadata: entity.metadata,
      name: entity.name,
      namespace_id: 'root',
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
    metadata: null,
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
    metadata: withMetadata ? null : undefined,
    mount_accessor: alias.mountAccessor,
    mount_path: alias.mountPath,
    mount_type: alias.mountType,
    name: alias.name
  })
}

/** A list, with what is known of each key; nothing where it is empty, which is a 404. */
export function listOf (
  keys: readonly string[], info?: Readonly<Record<string, JsonValue>>
): LogicalResponse | undefined {
  if (keys.length === 0) return undefined
  return { data: goMap({ keys, key_info: info === undefined ? undefined : goMap(info) }) }
}
