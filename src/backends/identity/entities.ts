// identity/entity: by id and by name, deleted in batches.
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import {
  deleteEntity, entityById, entityByName, entityIds, entityNames, newEntity, putEntity, type Entity
} from '../../vault/identity.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom, OLDER_NAME } from '../../vault/source.js'
import { entityInfo, listOf, showEntity } from './render.js'

const entityFields = Type.Object({
  id: field.string({ description: 'Id of the entity.' }),
  name: field.string({ description: 'Name of the entity.' }),
  policies: field.stringList({ description: "Policies added to those of the entity's tokens." }),
  metadata: field.keyValue({ description: 'Metadata of the entity.' }),
  disabled: field.bool({ description: 'Whether tokens of the entity are refused.' })
})
const personaFields = Type.Object({
  ...entityFields.properties,
  mount_accessor: field.string({ description: 'Accessor of a mount; unused.' }),
  entity_id: field.string({ description: 'Id of an entity; unused.' })
})
const batchFields = Type.Object({
  entity_ids: field.stringList({ description: 'Ids of the entities to delete.', default: [] })
})

type EntityCall = Call<Static<typeof entityFields>>

export const entityPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/identity/entity', [
  definePath({
    path: 'entity',
    summary: 'Creates or updates an entity.',
    fields: entityFields,
    operations: { update: (call) => write(call, byFields(call)) }
  }),
  definePath({
    path: 'persona',
    summary: 'Creates or updates an entity, by the older name, which knows the fields of an alias, too.',
    fields: personaFields,
    operations: { update: (call) => write(call, byFields(call)) },
    source: OLDER_NAME
  }),
  definePath({
    path: 'entity/batch-delete',
    summary: 'Deletes entities; unknown ones are no error.',
    fields: batchFields,
    operations: { update: deleteBatch }
  }),
  definePath({
    path: 'entity/id',
    summary: 'Lists the ids of the entities.',
    fields: Type.Object({}),
    operations: { list: listById }
  }),
  definePath({
    path: 'entity/name',
    summary: 'Lists the names of the entities.',
    fields: Type.Object({}),
    operations: { list: (call) => listOf(entityNames(call.storage)) }
  }),
  definePath({
    path: 'entity/id/:id',
    summary: 'The entity with an id.',
    fields: entityFields,
    operations: {
      read: (call) => showEntity(call.storage, entityById(call.storage, call.params.id ?? '')),
      update: (call) => write(call, requireEntity(call)),
      delete: (call) => { deleteEntity(call.storage, call.params.id ?? '') }
    }
  }),
  definePath({
    path: 'entity/name/:name',
    summary: 'The entity with a name.',
    fields: entityFields,
    operations: {
      read: (call) => showEntity(call.storage, byName(call)),
      update: (call) => write(call, byName(call)),
      delete: (call) => { deleteEntity(call.storage, byName(call)?.id ?? '') }
    }
  })
])

function byName (call: EntityCall): Entity | undefined {
  return entityByName(call.storage, call.params.name ?? '')
}

function byFields (call: EntityCall): Entity | undefined {
  const { id = '', name = '' } = call.fields
  return id === '' ? entityByName(call.storage, name) : requireEntity(call)
}

function requireEntity (call: EntityCall): Entity {
  const entity = entityById(call.storage, call.fields.id ?? '')
  if (entity === undefined) throw invalid('entity not found from id')
  return entity
}

/** An update answers nothing, a creation the new id (`identity_store_entities.go`). */
function write (call: EntityCall, old: Entity | undefined): LogicalResponse | undefined {
  const { name, policies, metadata, disabled } = call.fields
  if (policies?.includes('root') === true) throw invalid('policies cannot contain root')
  const changes = {
    ...(name === undefined || name === '' ? {} : { name }),
    ...(policies === undefined ? {} : { policies }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(disabled === undefined ? {} : { disabled })
  }
  const entity = old === undefined ? newEntity(call, changes) : { ...old, ...changes, updatedAtMs: call.nowMs }
  const holder = entityByName(call.storage, entity.name)
  if (holder !== undefined && holder.id !== entity.id) throw invalid('entity name is already in use')
  putEntity(call.storage, entity)
  if (old !== undefined) return undefined
  return { data: goMap({ aliases: null, id: entity.id, name: entity.name }) }
}

function deleteBatch ({ storage, fields }: Call<Static<typeof batchFields>>): undefined {
  if (fields.entity_ids.length === 0) throw invalid('missing entity ids to delete')
  for (const id of fields.entity_ids) deleteEntity(storage, id)
}

function listById ({ storage }: Call<unknown>): LogicalResponse | undefined {
  const ids = entityIds(storage)
  const entities = ids.flatMap((id) => entityById(storage, id) ?? [])
  return listOf(ids, Object.fromEntries(entities.map((entity) => [entity.id, entityInfo(entity)])))
}
