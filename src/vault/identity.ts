// The identity store: an entity for everybody who logs in, and the alias by which a mount knows them.
import { compareBytes, goMap, printJson, type JsonObject } from '../json/index.js'
import { ROOT_NAMESPACE_ID, type Storage } from '../cluster/storage.js'
import { entityOfToken } from './identity-of-token.js'
import { groupsOfEntity, joinGroups, leaveGroups, type Memberships } from './identity-groups.js'
import type { MfaSecret } from './login-mfa.js'
import { apiPath, type MountEntry } from './mounts/mounts.js'
import { ofNamespace } from './namespaces/homes.js'
import { namespaceLabel } from './namespaces/namespaces.js'
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
  /** without it as old as the alias */
  readonly updatedAtMs?: number
  /** what logins say of it; null or missing where they say nothing */
  readonly metadata?: JsonObject | null
  /** null, or missing, on an alias that a login made */
  readonly customMetadata?: JsonObject | null
  /** ids of the entities that it was taken over from */
  readonly mergedFromIds?: readonly string[] | null
}

/** As stored at `replicated/identity/entity/<id>`. */
export type Entity = JsonObject & {
  readonly id: string
  /** absent: the root's */
  readonly namespaceId?: string
  readonly name: string
  readonly policies: readonly string[]
  readonly metadata: JsonObject | null
  readonly disabled: boolean
  readonly aliases: readonly Alias[]
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** what makes its passcodes, by the id of the MFA method */
  readonly mfaSecrets?: Readonly<Record<string, MfaSecret>>
  /** ids of the entities that were merged into this one */
  readonly mergedIds?: readonly string[] | null
}

/** An alias with whose it is. */
export interface OwnedAlias {
  readonly entity: Entity
  readonly alias: Alias
}

export function entityById (storage: Storage, id: string): Entity | undefined {
  return id === '' ? undefined : stored.entities(storage).get(id)
}

/** Names count without case, as those of aliases do (`lowerCaseName` in `identity_store_schema.go`). */
export function entityByName (storage: Storage, name: string): Entity | undefined {
  const id = stored.entityNames(storage).get(name.toLowerCase())
  return id === undefined ? undefined : entityById(storage, id)
}

/** All of them, in the order of their entities' ids. */
export function ownedAliases (storage: Storage): OwnedAlias[] {
  return [...stored.entities(storage).entries()]
    .flatMap(([, entity]) => entity.aliases.map((alias) => ({ entity, alias })))
}

export function aliasById (storage: Storage, id: string): OwnedAlias | undefined {
  return ownedAliases(storage).find(({ alias }) => alias.id === id)
}

/** The entity that a mount knows by a name. */
export function entityByAlias (storage: Storage, mountAccessor: string, name: string): Entity | undefined {
  const id = stored.entityAliases(storage).get(aliasKey(mountAccessor, name))
  return id === undefined ? undefined : entityById(storage, id)
}

export function entityIds (storage: Storage): string[] {
  return stored.entities(storage).children()
}

export function entityNames (storage: Storage): string[] {
  return [...stored.entities(storage).entries()].map(([, { name }]) => name).sort(compareBytes)
}

/** Who is behind a token: without an entity nobody, and no groups. */
export interface Identity extends Memberships {
  /** the one that the token's was merged into, if it was */
  readonly entity: Entity | undefined
}

const NOBODY: Identity = { entity: undefined, direct: [], inherited: [] }

export function identityOfToken (storage: Storage, entityId: string): Identity {
  const entity = entityOfToken(storage, entityId)
  return entity === undefined ? NOBODY : { entity, ...groupsOfEntity(storage, entity.id) }
}

/**
 * Policies that an entity and its groups add to those of its tokens, in one namespace: its own, then the groups',
 * sorted (recorded).
 */
export function policiesOfIdentity (
  { entity, direct, inherited }: Identity, namespaceId = ROOT_NAMESPACE_ID
): readonly string[] {
  if (entity === undefined || entity.disabled) return []
  const isThere = ({ namespaceId: id = ROOT_NAMESPACE_ID }: Pick<Entity, 'namespaceId'>): boolean => id === namespaceId
  const own = isThere(entity) ? entity.policies : []
  if (direct.length === 0) return own
  const ofGroups = new Set([...direct, ...inherited].filter(isThere).flatMap(({ policies }) => policies ?? []))
  return [...own, ...[...ofGroups].sort(compareBytes)]
}

/** The same for the entity that a token names, in the token's namespace, as lookups show them. */
export function identityPolicies (home: Storage, entityId: string): readonly string[] {
  return policiesOfIdentity(identityOfToken(home, entityId), home.namespaceId)
}

/**
 * The entity behind an alias of a mount; both are made at the first login.
 *
 * @param metadata what the alias is to show from now on; without it, it keeps what it has
 */
export function entityOfAlias (
  context: TokenContext, mount: MountEntry, aliasName: string, metadata?: Readonly<Record<string, string>>
): Entity {
  const entity = entityByAlias(context.storage, mount.accessor, aliasName)
  if (entity !== undefined) {
    return metadata === undefined ? entity : withMetadata(context, entity, { mount, aliasName, metadata })
  }
  const made = newEntity(context, { aliases: [{ ...newAlias(context, mount, aliasName), metadata: metadata ?? null }] })
  putEntity(context.storage, made)
  context.cluster.telemetry.note('vault.identity.entity.creation', 1, {
    cluster: context.cluster.identity?.name ?? '',
    namespace: namespaceLabel(context.storage),
    auth_method: mount.type,
    mount_point: apiPath(mount)
  })
  return made
}

interface Described {
  readonly mount: MountEntry
  readonly aliasName: string
  readonly metadata: Readonly<Record<string, string>>
}

/** The entity whose alias of a mount shows this; where it does already, nothing is written. */
function withMetadata (
  { storage, cluster }: TokenContext, entity: Entity, { mount, aliasName, metadata }: Described
): Entity {
  const key = aliasKey(mount.accessor, aliasName)
  const alias = entity.aliases.find(({ mountAccessor, name }) => aliasKey(mountAccessor, name) === key)
  if (alias === undefined || printJson(goMap(alias.metadata ?? {})) === printJson(goMap(metadata))) return entity
  const changed = { ...alias, metadata, updatedAtMs: cluster.timeline.nowMs }
  const aliases = entity.aliases.map((other) => other.id === alias.id ? changed : other)
  const updated = { ...entity, aliases }
  putEntity(storage, updated)
  return updated
}

/** An entity with ids of its own, not yet stored. */
export function newEntity (context: TokenContext, members: Partial<Entity>): Entity {
  const { nowMs } = context.cluster.timeline
  const random = context.cluster.random.stream('identity')
  return {
    id: random.uuid(),
    ...ofNamespace(context.storage),
    name: `entity_${random.hex(8)}${nameSuffix(context)}`,
    policies: [],
    metadata: null,
    disabled: false,
    aliases: [],
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    ...members
  }
}

/** What ends a name that nobody has chosen: of the namespace, where the server's do. */
export function nameSuffix ({ cluster: { profile }, storage }: Pick<TokenContext, 'cluster' | 'storage'>): string {
  return profile.generatedNamesTellNamespace ? `.${storage.namespaceId}` : ''
}

/** Writes an entity with its indexes, in place of what was stored under its id. */
export function putEntity (storage: Storage, entity: Entity): void {
  forgetEntity(storage, entity.id)
  stored.entities(storage).put(entity.id, entity)
  stored.entityNames(storage).put(entity.name.toLowerCase(), entity.id)
  const aliases = stored.entityAliases(storage)
  for (const alias of entity.aliases) aliases.put(aliasKey(alias.mountAccessor, alias.name), entity.id)
}

/** Its groups have one member less; an unknown id changes nothing. */
export function deleteEntity (storage: Storage, id: string): void {
  leaveGroups(storage, id)
  forgetEntity(storage, id)
}

function forgetEntity (storage: Storage, id: string): void {
  const entity = entityById(storage, id)
  if (entity === undefined) return
  stored.entities(storage).delete(id)
  stored.entityNames(storage).delete(entity.name.toLowerCase())
  const aliases = stored.entityAliases(storage)
  for (const alias of entity.aliases) aliases.delete(aliasKey(alias.mountAccessor, alias.name))
}

/** Gives an alias to an entity, which may be new; whoever had it loses it. */
export function putAlias (storage: Storage, entity: Entity, alias: Alias, nowMs: number): void {
  if (aliasById(storage, alias.id)?.entity.id !== entity.id) removeAlias(storage, alias.id, nowMs)
  const isKnown = entity.aliases.some(({ id }) => id === alias.id)
  const aliases = isKnown
    ? entity.aliases.map((other) => other.id === alias.id ? alias : other)
    : [...entity.aliases, alias]
  putEntity(storage, { ...entity, aliases, updatedAtMs: nowMs })
}

/** An unknown id changes nothing and is no error. */
export function removeAlias (storage: Storage, aliasId: string, nowMs: number): void {
  const owned = aliasById(storage, aliasId)
  if (owned === undefined) return
  const aliases = owned.entity.aliases.filter(({ id }) => id !== aliasId)
  putEntity(storage, { ...owned.entity, aliases, updatedAtMs: nowMs })
}

/**
 * Gives the aliases and groups of entities to another one, and deletes them; their policies go with them.
 *
 * @param dropped ids of aliases, on either side, that are not kept
 */
export function mergeEntities (
  storage: Storage,
  from: readonly Entity[],
  to: Entity,
  { nowMs, dropped }: { readonly nowMs: number, readonly dropped: ReadonlySet<string> }
): void {
  const moved = from.flatMap((entity) => entity.aliases.map((alias) => ({
    ...alias, mergedFromIds: [...alias.mergedFromIds ?? [], entity.id], updatedAtMs: nowMs
  })))
  const kept = [...to.aliases, ...moved].filter(({ id }) => !dropped.has(id))
  const groupIds = new Set(from.flatMap(({ id }) => leaveGroups(storage, id)))
  for (const { id } of from) deleteEntity(storage, id)
  putEntity(storage, {
    ...to,
    // maps without members are stored as none, which a merge brings to light
    aliases: kept.map((alias) => ({ ...alias, customMetadata: orNone(alias.customMetadata) })),
    mfaSecrets: Object.assign({}, to.mfaSecrets, ...from.map(({ mfaSecrets }) => mfaSecrets)),
    mergedIds: [...to.mergedIds ?? [], ...from.flatMap(({ id, mergedIds }) => [...mergedIds ?? [], id])],
    updatedAtMs: nowMs
  })
  joinGroups(storage, to.id, groupIds)
}

function orNone (metadata: JsonObject | null | undefined): JsonObject | null {
  return metadata === undefined || metadata === null || Object.keys(metadata).length === 0 ? null : metadata
}

/** An alias with an id of its own, not yet anybody's. */
export function newAlias (context: TokenContext, mount: MountEntry, name: string): Alias {
  return {
    id: context.cluster.random.stream('identity').uuid(),
    name,
    mountAccessor: mount.accessor,
    mountType: mount.type,
    mountPath: apiPath(mount),
    local: false,
    createdAtMs: context.cluster.timeline.nowMs
  }
}

function aliasKey (mountAccessor: string, name: string): string {
  return `${mountAccessor}/${name.toLowerCase()}`
}
