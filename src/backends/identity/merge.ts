// identity/entity/merge: entities become one, and what happens where both are known to the same mount.
import { Type, type Static } from '@sinclair/typebox'
import { multiError } from '../../go/multierror.js'
import type { JsonObject } from '../../json/index.js'
import { failure, invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { entityById, mergeEntities, type Alias, type Entity } from '../../vault/identity.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'

const mergeFields = Type.Object({
  from_entity_ids: field.stringList({ description: 'Ids of the entities that go.', default: [] }),
  to_entity_id: field.string({ description: 'Id of the entity that gets what they have.', default: '' }),
  conflicting_alias_ids_to_keep: field.stringList({ description: 'Of aliases of one mount, those that stay.', default: [] }),
  force: field.bool({ description: 'Whether MFA secrets of the entity that stays win.', default: false })
})

export const mergePaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/identity/entity', [
  definePath({
    path: 'entity/merge',
    summary: 'Merges entities into another one.',
    fields: mergeFields,
    operations: { update: merge }
  })
])

/** Two aliases of the same mount. */
interface Clash {
  readonly from: Entity
  readonly theirs: Alias
  readonly ours: Alias
}

/** Checks and texts in the order of a Vault 1.21.4 (`mergeEntity` in `vault/identity_store_entities.go`). */
function merge ({ storage, fields, nowMs }: Call<Static<typeof mergeFields>>): LogicalResponse | undefined {
  const { from_entity_ids: fromIds, to_entity_id: toId, conflicting_alias_ids_to_keep: keep } = fields
  if (toId === '') throw invalid('missing entity id to merge to')
  if (fromIds.length === 0) throw invalid('missing entity ids to merge from')
  const to = entityById(storage, toId)
  if (to === undefined) throw invalid('entity id to merge to is invalid')
  if (fromIds.length > 1 && keep.length > 1) {
    throw invalid('aliases conflicts cannot be resolved with multiple from entity ids - merge one entity at a time')
  }
  const from = [...new Set(fromIds)].map((id) => {
    if (id === toId) throw invalid('to_entity_id should not be present in from_entity_ids')
    return entityById(storage, id) ?? refuse('entity id to merge from is invalid')
  })
  if (keep.length === 0) {
    const clashes = clashesOf(from, to)
    if (clashes.length > 0) return refusal(clashes, to)
  }
  refuseMfaConflict(from, to, fields.force === true)
  mergeEntities(storage, from, to, { nowMs, dropped: droppedOf(from, to, keep) })
  return undefined
}

/** @throws {VaultError} `failure` where both have a secret for one MFA method, unless theirs are to win */
function refuseMfaConflict (from: readonly Entity[], to: Entity, force: boolean): void {
  for (const { id, mfaSecrets = {} } of force ? [] : from) {
    const shared = Object.keys(mfaSecrets).find((methodId) => to.mfaSecrets?.[methodId] !== undefined)
    if (shared !== undefined) throw failure(`conflicting MFA config ID "${shared}" in entity ID "${id}"`)
  }
}

function refuse (text: string): never {
  throw invalid(text)
}

/** @throws {VaultError} `invalid` where two of those that go are known to one mount, too */
function clashesOf (from: readonly Entity[], to: Entity): Clash[] {
  const seen = new Map<string, string>()
  const clashes: Clash[] = []
  for (const entity of from) {
    for (const ours of to.aliases) {
      for (const theirs of entity.aliases) {
        const accessor = theirs.mountAccessor
        if ((seen.get(accessor) ?? entity.id) !== entity.id) {
          throw invalid(`mount accessor ${accessor} found in multiple fromEntities, ` +
            'merge should be done with one fromEntity at a time')
        }
        seen.set(accessor, entity.id)
        if (ours.mountAccessor === accessor) clashes.push({ from: entity, theirs, ours })
      }
    }
  }
  return clashes
}

/** The one refusal that has data: who clashes. */
function refusal (clashes: readonly Clash[], to: Entity): LogicalResponse {
  const texts = clashes.map(({ from, theirs, ours }) => [
    `mountAccessor: ${ours.mountAccessor}`,
    `toEntity ID: ${to.id}`,
    `fromEntity ID: ${from.id}`,
    `conflicting toEntity alias ID: ${ours.id}`,
    `conflicting fromEntity alias ID: ${theirs.id}`
  ].join(', '))
  const summary = 'toEntity and at least one fromEntity have aliases with the same mount accessor, ' +
    'repeat the merge request specifying exactly one fromEntity, clashes: '
  const data = clashes.flatMap(({ from, theirs, ours }) => [involved(to, ours), involved(from, theirs)])
  return { bare: { errors: [multiError([summary, ...texts])], data }, status: { code: 400 } }
}

function involved (entity: Entity, alias: Alias): JsonObject {
  const { name, mountType, mountPath } = alias
  return { entity: entity.name, entity_id: entity.id, alias: name, mount: mountType, mount_path: mountPath }
}

/** Ids of the aliases that give way to the ones that are to be kept. */
function droppedOf (from: readonly Entity[], to: Entity, keep: readonly string[]): ReadonlySet<string> {
  const dropped = new Set<string>()
  const theirs = from.flatMap(({ aliases }) => aliases)
  for (const alias of theirs) {
    const ours = to.aliases.find(({ mountAccessor }) => mountAccessor === alias.mountAccessor)
    if (ours === undefined) continue
    if (keep.includes(ours.id)) dropped.add(alias.id)
    else if (keep.includes(alias.id)) dropped.add(ours.id)
    else {
      throw invalid('conflicting mount accessors in following alias IDs and neither were present in ' +
        `conflicting_alias_ids_to_keep: ${alias.id}, ${ours.id}`)
    }
  }
  return dropped
}
