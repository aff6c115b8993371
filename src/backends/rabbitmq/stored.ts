// What the RabbitMQ engine stores below its mount: how it reaches RabbitMQ, and its roles.
import { Type } from '@sinclair/typebox'
import type { Area, Entry } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import { anyObject, formOf, text, type PrefixForms } from '../../vault/entry-forms.js'
import type { Call } from '../../vault/paths.js'
import { lifetimesForm } from '../lifetimes.js'

export type RabbitConnection = JsonObject & {
  /** a URL */
  readonly uri: string
  readonly username: string
  readonly password: string
  /** a policy for passwords; empty: 36 letters and digits */
  readonly passwordPolicy: string
}

export type RabbitRole = JsonObject & {
  readonly tags: string
  /** permissions by virtual host */
  readonly vhosts: JsonObject
  /** permissions by topic, by virtual host */
  readonly vhostTopics: JsonObject
}

type Place = Pick<Call, 'storage' | 'mountPrefix'>

export function storedConnection ({ storage, mountPrefix }: Place): Entry<RabbitConnection> {
  return storage.entry(`${mountPrefix}config/connection`)
}

/** By name. */
export function storedRoles ({ storage, mountPrefix }: Place): Area<RabbitRole> {
  return storage.area(`${mountPrefix}role/`)
}

const Connection = formOf<RabbitConnection>()(Type.Object({
  uri: text, username: text, password: text, passwordPolicy: text
}))
const Role = formOf<RabbitRole>()(Type.Object({ tags: text, vhosts: anyObject, vhostTopics: anyObject }))

export const rabbitmqForms: PrefixForms = [
  ['config/connection', Connection], ['config/lease', lifetimesForm], ['role/', Role]
]
