// rabbitmq/roles: what users may do.
// https://developer.hashicorp.com/vault/api-docs/secret/rabbitmq#create-role and what follows there
import { Type, type Static } from '@sinclair/typebox'
import { goMap, isObject, JsonSyntaxError, parseJson, type JsonObject, type JsonValue } from '../../json/index.js'
import { invalid } from '../../refusal/index.js'
import { field } from '../../vault/fields/fields.js'
import type { Call } from '../../vault/paths.js'
import { namedEntryPaths } from '../named-entries.js'
import { storedRoles, type RabbitRole } from './stored.js'

const fields = Type.Object({
  name: field.string({ description: 'Name of the role.' }),
  tags: field.string({ default: '', description: 'Comma-separated list of tags for this role.' }),
  vhosts: field.string({ default: '', description: 'A map of virtual hosts to permissions.' }),
  vhost_topics: field.string({ default: '', description: 'A nested map of virtual hosts and topics to topic permissions.' })
})

export const rolePaths = namedEntryPaths({
  path: 'roles', summary: 'Manage the roles that can be created with this backend.', fields, area: storedRoles, write, render
})

function write ({ fields: given }: Call<Static<typeof fields>>): RabbitRole {
  const { tags, vhosts, vhost_topics: topics } = given
  if (tags === '' && vhosts === '' && topics === '') throw invalid('both tags and vhosts not specified')
  return { tags, vhosts: mapIn('vhosts', vhosts), vhostTopics: mapIn('vhost_topics', topics) }
}

/** @throws VaultError `failed to unmarshal vhosts: unexpected EOF` */
function mapIn (name: string, text: string): JsonObject {
  if (text === '') return {}
  try {
    const value = parseJson(text)
    if (isObject(value)) return value
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    throw invalid(`failed to unmarshal ${name}: ${error.message}`)
  }
  throw invalid(`failed to unmarshal ${name}: json: cannot unmarshal ${text.slice(0, 1)} into a map of permissions`)
}

/** Vault has the permissions of topics in an order of their own. @see recorded: `rabbitmq: role read` */
function render ({ tags, vhosts, vhostTopics }: RabbitRole, { cluster }: Call<unknown>): JsonObject {
  const topicOrder = cluster.profile.rabbitTopicOrder
  const permissions = (topic: JsonValue | undefined): JsonObject => pick(topic, topicOrder)
  const topics = mapValues(vhostTopics, (host) => isObject(host) ? mapValues(host, permissions) : {})
  const hosts = mapValues(vhosts, (host) => pick(host, ['configure', 'read', 'write']))
  return goMap({ tags, vhost_topics: topics, vhosts: hosts })
}

function mapValues (map: JsonObject, change: (value: JsonValue | undefined) => JsonValue): JsonObject {
  return goMap(Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)])))
}

function pick (value: JsonValue | undefined, names: readonly string[]): JsonObject {
  const given = isObject(value) ? value : {}
  return Object.fromEntries(names.map((name) => [name, given[name] ?? '']))
}
