// identity/lookup: an entity by one of its names.
import { Type, type Static } from '@sinclair/typebox'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { aliasById, entityByAlias, entityById, entityByName, type Entity } from '../../vault/identity.js'
import { definePath, type Call, type LogicalResponse } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { showEntity } from './render.js'

const fields = Type.Object({
  name: field.string({ description: 'Name of the entity.', default: '' }),
  id: field.string({ description: 'Id of the entity.', default: '' }),
  alias_id: field.string({ description: 'Id of an alias of the entity.', default: '' }),
  alias_name: field.string({ description: 'Name of an alias; with alias_mount_accessor.', default: '' }),
  alias_mount_accessor: field.string({ description: 'Accessor of the mount of the alias.', default: '' })
})

type Asked = Static<typeof fields>

export const lookupPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/identity/lookup', [
  definePath({
    path: 'lookup/entity',
    summary: 'The entity with an id, a name or an alias.',
    fields,
    operations: { update: lookup }
  })
])

function lookup (call: Call<Asked>): LogicalResponse | undefined {
  const { name, id, alias_id: aliasId, alias_name: aliasName, alias_mount_accessor: accessor } = call.fields
  const asked = [name, id, aliasId, aliasName + accessor].filter((given) => given !== '')
  if (asked.length === 0) throw invalid('query parameter not supplied')
  if (asked.length > 1) throw invalid('query parameter conflict; please supply distinct set of query parameters')
  if ((aliasName === '') !== (accessor === '')) {
    throw invalid("both 'alias_name' and 'alias_mount_accessor' needs to be set")
  }
  return showEntity(found(call))
}

function found ({ storage, fields: asked }: Call<Asked>): Entity | undefined {
  if (asked.id !== '') return entityById(storage, asked.id)
  if (asked.name !== '') return entityByName(storage, asked.name)
  if (asked.alias_id !== '') return aliasById(storage, asked.alias_id)?.entity
  return entityByAlias(storage, asked.alias_mount_accessor, asked.alias_name)
}
