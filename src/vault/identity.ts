// The identity store: an entity for everybody who logs in, and the alias by which a mount knows them.
import type { JsonObject } from '../json/index.js'
import type { Storage } from '../cluster/storage.js'
import type { MountEntry } from './mounts/mounts.js'
import { stored } from './stored.js'
import type { TokenContext } from './tokens/tokens.js'

/** The name by which one mount knows an entity. */
export type Alias = JsonObject & {
  readonly id: string
  readonly name: string
  readonly mountAccessor: string
  readonly mountType: string
  readonly mountPath: string
  readonly local: boolean
  readonly createdAtMs: number
}

/** As stored at `replicated/identity/entity/<id>`. */
export type Entity = JsonObject & {
  readonly id: string
  readonly name: string
  readonly policies: readonly string[]
  readonly metadata: JsonObject | null
  readonly disabled: boolean
  readonly aliases: readonly Alias[]
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

export function entityById (storage: Storage, id: string): Entity | undefined {
  return id === '' ? undefined : stored.entities(storage).get(id)
}

export function entityByName (storage: Storage, name: string): Entity | undefined {
  const id = stored.entityNames(storage).get(name)
  return id === undefined ? undefined : entityById(storage, id)
}

export function entityIds (storage: Storage): string[] {
  return stored.entities(storage).children()
}

export function entityNames (storage: Storage): string[] {
  return stored.entityNames(storage).children()
}

/** Policies that an entity adds to those of its tokens. */
export function identityPolicies (storage: Storage, entityId: string): readonly string[] {
  const entity = entityById(storage, entityId)
  return entity === undefined || entity.disabled ? [] : entity.policies
}

/** The entity behind an alias of a mount; both are made at the first login. */
export function entityOfAlias (context: TokenContext, mount: MountEntry, aliasName: string): Entity {
  const known = stored.entityAliases(context.storage).get(aliasKey(mount.accessor, aliasName))
  const entity = known === undefined ? undefined : entityById(context.storage, known)
  if (entity !== undefined) return entity
  const made = newEntity(context, { aliases: [newAlias(context, mount, aliasName)] })
  putEntity(context.storage, made)
  return made
}

/** An entity with ids of its own, not yet stored. */
export function newEntity (context: TokenContext, members: Partial<Entity>): Entity {
  const { nowMs } = context.cluster.timeline
  const random = context.cluster.random.stream('identity')
  return {
    id: random.uuid(),
    name: `entity_${random.hex(8)}`,
    policies: [],
    metadata: null,
    disabled: false,
    aliases: [],
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    ...members
  }
}

/** Writes an entity with its indexes, in place of what was stored under its id. */
export function putEntity (storage: Storage, entity: Entity): void {
  deleteEntity(storage, entity.id)
  stored.entities(storage).put(entity.id, entity)
  stored.entityNames(storage).put(entity.name, entity.id)
  const aliases = stored.entityAliases(storage)
  for (const alias of entity.aliases) aliases.put(aliasKey(alias.mountAccessor, alias.name), entity.id)
}

export function deleteEntity (storage: Storage, id: string): void {
  const entity = entityById(storage, id)
  if (entity === undefined) return
  stored.entities(storage).delete(id)
  stored.entityNames(storage).delete(entity.name)
  const aliases = stored.entityAliases(storage)
  for (const alias of entity.aliases) aliases.delete(aliasKey(alias.mountAccessor, alias.name))
}

function newAlias (context: TokenContext, mount: MountEntry, name: string): Alias {
  return {
    id: context.cluster.random.stream('identity').uuid(),
    name,
    mountAccessor: mount.accessor,
    mountType: mount.type,
    mountPath: `auth/${mount.path}`,
    local: false,
    createdAtMs: context.cluster.timeline.nowMs
  }
}

function aliasKey (mountAccessor: string, name: string): string {
  return `${mountAccessor}/${name}`
}
