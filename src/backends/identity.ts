// The engine of `identity/`: entities by id and by name. Groups, OIDC and MFA are not simulated.
// https://developer.hashicorp.com/vault/api-docs/secret/identity/entity
import { Type, type Static } from '@sinclair/typebox'
import { goMap, type JsonObject } from '../json/index.js'
import { invalid } from '../refusal/index.js'
import { rfc3339Nano } from '../sim/instants.js'
import { field } from '../vault/fields/fields.js'
import {
  deleteEntity, entityById, entityByName, entityIds, entityNames, newEntity, putEntity, type Alias, type Entity
} from '../vault/identity.js'
import { definePath, type Backend, type Call, type LogicalResponse } from '../vault/paths.js'

const entityFields = Type.Object({
  id: field.string({ description: 'Id of the entity.' }),
  name: field.string({ description: 'Name of the entity.' }),
  policies: field.stringList({ description: "Policies added to those of the entity's tokens." }),
  metadata: field.keyValue({ description: 'Metadata of the entity.' }),
  disabled: field.bool({ description: 'Whether tokens of the entity are refused.' })
})

type EntityCall = Call<Static<typeof entityFields>>

/** Mounted at `identity/` in every cluster. */
export const identity: Backend = {
  type: 'identity',
  paths: [
    definePath({
      path: 'entity',
      summary: 'Creates or updates an entity.',
      fields: entityFields,
      operations: { update: (call) => write(call, byFields(call)) }
    }),
    definePath({
      path: 'entity/id',
      summary: 'Lists the ids of the entities.',
      fields: Type.Object({}),
      operations: { list: (call) => listOf(entityIds(call.storage)) }
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
        read: (call) => show(entityById(call.storage, call.params.id ?? '')),
        update: (call) => write(call, requireEntity(call)),
        delete: (call) => { deleteEntity(call.storage, call.params.id ?? '') }
      }
    }),
    definePath({
      path: 'entity/name/:name',
      summary: 'The entity with a name.',
      fields: entityFields,
      operations: {
        read: (call) => show(entityByName(call.storage, call.params.name ?? '')),
        update: (call) => write(call, entityByName(call.storage, call.params.name ?? '')),
        delete: (call) => { deleteEntity(call.storage, entityByName(call.storage, call.params.name ?? '')?.id ?? '') }
      }
    })
  ]
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

function show (entity: Entity | undefined): LogicalResponse | undefined {
  return entity && {
    data: goMap({
      aliases: entity.aliases.map((alias) => renderAlias(entity, alias)),
      creation_time: rfc3339Nano(entity.createdAtMs),
      direct_group_ids: [],
      disabled: entity.disabled,
      group_ids: [],
      id: entity.id,
      inherited_group_ids: [],
      last_update_time: rfc3339Nano(entity.updatedAtMs),
      merged_entity_ids: null,
      metadata: entity.metadata,
      mfa_secrets: goMap({}),
      name: entity.name,
      namespace_id: 'root',
      policies: entity.policies
    })
  }
}

function renderAlias (entity: Entity, alias: Alias): JsonObject {
  return goMap({
    canonical_id: entity.id,
    creation_time: rfc3339Nano(alias.createdAtMs),
    custom_metadata: null,
    id: alias.id,
    last_update_time: rfc3339Nano(alias.createdAtMs),
    local: alias.local,
    merged_from_canonical_ids: null,
    metadata: null,
    mount_accessor: alias.mountAccessor,
    mount_path: alias.mountPath,
    mount_type: alias.mountType,
    name: alias.name
  })
}

function listOf (keys: readonly string[]): LogicalResponse | undefined {
  return keys.length === 0 ? undefined : { data: goMap({ keys }) }
}
