// identity/lookup: an entity or a group by one of its names.
import { Type, type Static } from '@sinclair/typebox'
import type { Storage } from '../../cluster/storage.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import { aliasById, entityByAlias, entityById, entityByName, type Entity } from '../../vault/identity.js'
import { groupByAlias, groupByAliasId, groupById, groupByName, type Group } from '../../vault/identity-groups.js'
import { definePath } from '../../vault/paths.js'
import { knownFrom } from '../../vault/source.js'
import { showEntity, showGroup } from './render.js'

const fields = Type.Object({
  name: field.string({ description: 'Its name.', default: '' }),
  id: field.string({ description: 'Its id.', default: '' }),
  alias_id: field.string({ description: 'Id of an alias of it.', default: '' }),
  alias_name: field.string({ description: 'Name of an alias; with alias_mount_accessor.', default: '' }),
  alias_mount_accessor: field.string({ description: 'Accessor of the mount of the alias.', default: '' })
})

type Asked = Static<typeof fields>

export const lookupPaths = knownFrom('https://developer.hashicorp.com/vault/api-docs/secret/identity/lookup', [
  definePath({
    path: 'lookup/entity',
    summary: 'The entity with an id, a name or an alias.',
    fields,
    operations: { update: (call) => showEntity(call.storage, entityAsked(call.storage, checked(call.fields))) }
  }),
  definePath({
    path: 'lookup/group',
    summary: 'The group with an id, a name or an alias.',
    fields,
    operations: { update: (call) => showGroup(call.storage, groupAsked(call.storage, checked(call.fields))) }
  })
])

/** @throws {VaultError} `invalid` where nothing is asked, or more than one thing */
function checked (asked: Asked): Asked {
  const { name, id, alias_id: aliasId, alias_name: aliasName, alias_mount_accessor: accessor } = asked
  const given = [name, id, aliasId, aliasName + accessor].filter((each) => each !== '')
  if (given.length === 0) throw invalid('query parameter not supplied')
  if (given.length > 1) throw invalid('query parameter conflict; please supply distinct set of query parameters')
  if ((aliasName === '') !== (accessor === '')) {
    throw invalid("both 'alias_name' and 'alias_mount_accessor' needs to be set")
  }
  return asked
}

function entityAsked (storage: Storage, asked: Asked): Entity | undefined {
  if (asked.id !== '') return entityById(storage, asked.id)
  if (asked.name !== '') return entityByName(storage, asked.name)
  if (asked.alias_id !== '') return aliasById(storage, asked.alias_id)?.entity
  return entityByAlias(storage, asked.alias_mount_accessor, asked.alias_name)
}

function groupAsked (storage: Storage, asked: Asked): Group | undefined {
  if (asked.id !== '') return groupById(storage, asked.id)
  if (asked.name !== '') return groupByName(storage, asked.name)
  if (asked.alias_id !== '') return groupByAliasId(storage, asked.alias_id)
  return groupByAlias(storage, asked.alias_mount_accessor, asked.alias_name)
}
