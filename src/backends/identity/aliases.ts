// identity/entity-alias: by what names the auth mounts know an entity.
import { Type, type Static } from '@sinclair/typebox'
import { goMap } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import {
  aliasById, entityByAlias, entityById, newAlias, newEntity, ownedAliases, putAlias, removeAlias, type Alias,
  type Entity, type OwnedAlias
} from '../../vault/identity.js'
import type { MountEntry } from '../../vault/mounts/mounts.js'
import { definePath, type Call, type LogicalResponse, type PathDefinition } from '../../vault/paths.js'
import { knownFrom, OLDER_NAME } from '../../vault/source.js'
import { mountByAccessor } from './mounts.js'
import { aliasInfo, listOf, renderAlias } from './render.js'

const aliasFields = Type.Object({
  id: field.string({ description: 'Id of the alias.', default: '' }),
  name: field.string({ description: 'Name by which the mount knows the entity.', default: '' }),
  canonical_id: field.string({ description: 'Id of the entity.', default: '' }),
  entity_id: field.string({ description: 'Id of the entity; older than canonical_id.', default: '' }),
  mount_accessor: field.string({ description: 'Accessor of the mount.', default: '' }),
  custom_metadata: field.keyValue({ description: 'Metadata of the alias.' })
})

type AliasCall = Call<Static<typeof aliasFields>>

/** `alias` and `persona` are the older names. */
export const aliasPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/identity/entity-alias', [
  ...['entity-alias', 'alias'].map((path) => definePath({
    path,
    summary: 'Creates or updates an alias.',
    fields: aliasFields,
    operations: { update: write },
    ...(path === 'alias' && { source: OLDER_NAME })
  })),
  ...aliasesById('entity-alias/id'),
  ...knownFrom(OLDER_NAME, [...aliasesById('alias/id'), ...aliasesById('persona/id')])
])

function aliasesById (path: string): PathDefinition[] {
  return [
    definePath({
      path,
      summary: 'Lists the ids of the aliases.',
      fields: Type.Object({}),
      operations: { list }
    }),
    definePath({
      path: `${path}/:id`,
      summary: 'The alias with an id.',
      fields: aliasFields,
      operations: {
        read,
        update: write,
        delete: ({ storage, params, nowMs }) => { removeAlias(storage, params.id ?? '', nowMs) }
      }
    })
  ]
}

function list ({ storage, cluster }: Call<unknown>): LogicalResponse | undefined {
  const withMetadata = cluster.profile.aliasListsShowMetadata
  const owned = ownedAliases(storage)
  const info = Object.fromEntries(owned.map((each) => [each.alias.id, aliasInfo(each, { withMetadata })]))
  return listOf(Object.keys(info).sort(), info)
}

function read ({ storage, params }: AliasCall): LogicalResponse | undefined {
  const owned = aliasById(storage, params.id ?? '')
  return owned && { data: goMap({ ...renderAlias(owned), namespace_id: storage.namespaceId }) }
}

/** Answers the same, whether the alias is new or not (recorded). */
function write (call: AliasCall): LogicalResponse {
  const { storage, nowMs } = call
  const known = knownAlias(call)
  const mount = mountOf(call, known)
  const owner = ownerOf(call, known)
  const alias = known === undefined ? created(call, mount) : changed(call, known.alias, mount)
  const isTwin = (other: Alias): boolean => other.id !== alias.id && other.mountAccessor === alias.mountAccessor
  if (owner.aliases.some(isTwin)) throw invalid('Alias already exists for requested entity and mount accessor')
  putAlias(storage, owner, alias, nowMs)
  return { data: goMap({ canonical_id: owner.id, id: alias.id }) }
}

function knownAlias ({ storage, fields }: AliasCall): OwnedAlias | undefined {
  const { id, name, mount_accessor: accessor } = fields
  if (id !== '') return aliasById(storage, id) ?? refuse('invalid alias ID provided')
  if (name === '' || accessor === '') throw invalid("'id' or 'mount_accessor' and 'name' must be provided")
  const entity = entityByAlias(storage, accessor, name)
  const alias = entity?.aliases.find((each) => each.mountAccessor === accessor && each.name === name)
  return entity && alias && { entity, alias }
}

function refuse (text: string): never {
  throw invalid(text)
}

/** Whose it is to be; an alias without an entity gets a new one. */
function ownerOf (call: AliasCall, known: OwnedAlias | undefined): Entity {
  const { canonical_id: canonicalId, entity_id: entityId } = call.fields
  const id = canonicalId === '' ? entityId : canonicalId
  if (id !== '') return entityById(call.storage, id) ?? refuse('invalid canonical ID')
  return known?.entity ?? newEntity(call, {})
}

function mountOf ({ storage, fields }: AliasCall, known: OwnedAlias | undefined): MountEntry {
  const wanted = fields.mount_accessor === '' ? known?.alias.mountAccessor : fields.mount_accessor
  return mountByAccessor(storage, wanted ?? '') ?? refuse(`invalid mount accessor "${wanted ?? ''}"`)
}

function created (call: AliasCall, mount: MountEntry): Alias {
  return { ...newAlias(call, mount, call.fields.name), customMetadata: call.fields.custom_metadata ?? {} }
}

/** Custom metadata that is not given is forgotten (recorded). */
function changed (call: AliasCall, old: Alias, mount: MountEntry): Alias {
  const { name, custom_metadata: customMetadata = null } = call.fields
  const { mountAccessor, mountPath, mountType } = newAlias(call, mount, name)
  return {
    ...old,
    name: name === '' ? old.name : name,
    mountAccessor,
    mountPath,
    mountType,
    customMetadata,
    updatedAtMs: call.nowMs
  }
}
