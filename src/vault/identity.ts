// The identity store: an entity for everybody who logs in, and the alias by which a mount knows them.
import type { JsonObject } from '../json/index.js'
import type { Storage } from '../cluster/storage.js'
import type { MountEntry } from './mounts/mounts.js'
import type { TokenContext } from './tokens/tokens.js'

const ENTITIES = 'replicated/identity/entity/'
const NAMES = 'replicated/identity/entity-name/'
const ALIASES = 'replicated/identity/alias/'

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
  return id === '' ? undefined : storage.get(ENTITIES + id) as Entity | undefined
}

export function entityByName (storage: Storage, name: string): Entity | undefined {
  const id = storage.get(NAMES + name)
  return typeof id === 'string' ? entityById(storage, id) : undefined
}

export function entityIds (storage: Storage): string[] {
  return [...storage.children(ENTITIES)]
}

export function entityNames (storage: Storage): string[] {
  return [...storage.children(NAMES)]
}

/** Policies that an entity adds to those of its tokens. */
export function identityPolicies (storage: Storage, entityId: string): readonly string[] {
  const entity = entityById(storage, entityId)
  return entity === undefined || entity.disabled ? [] : entity.policies
}

/** The entity behind an alias of a mount; both are made at the first login. */
export function entityOfAlias (context: TokenContext, mount: MountEntry, aliasName: string): Entity {
  const known = context.storage.get(aliasPath(mount.accessor, aliasName))
  const entity = typeof known === 'string' ? entityById(context.storage, known) : undefined
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
  storage.put(ENTITIES + entity.id, entity)
  storage.put(NAMES + entity.name, entity.id)
  for (const alias of entity.aliases) storage.put(aliasPath(alias.mountAccessor, alias.name), entity.id)
}

export function deleteEntity (storage: Storage, id: string): void {
  const entity = entityById(storage, id)
  if (entity === undefined) return
  storage.delete(ENTITIES + id)
  storage.delete(NAMES + entity.name)
  for (const alias of entity.aliases) storage.delete(aliasPath(alias.mountAccessor, alias.name))
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

function aliasPath (mountAccessor: string, name: string): string {
  return `${ALIASES}${mountAccessor}/${name}`
}
