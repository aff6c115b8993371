// What the Consul engine stores below its mount: how it reaches Consul, and its roles.
import { Type } from '@sinclair/typebox'
import type { Area, Entry } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import { texts } from '../../sim/declared.js'
import { formOf, text, whole, yesOrNo, type PrefixForms } from '../../vault/entry-forms.js'
import type { Call } from '../../vault/paths.js'

export type ConsulAccess = JsonObject & {
  /** host and port */
  readonly address: string
  readonly scheme: string
  readonly token: string
  readonly caCert: string
  readonly clientCert: string
  readonly clientKey: string
}

export type ConsulRole = JsonObject & {
  /** of Consul before 1.4: base64 */
  readonly policy: string
  readonly tokenType: string
  readonly consulPolicies: readonly string[]
  readonly policies: readonly string[]
  readonly consulRoles: readonly string[]
  readonly serviceIdentities: readonly string[]
  readonly nodeIdentities: readonly string[]
  readonly consulNamespace: string
  readonly partition: string
  readonly local: boolean
  /** seconds, 0: the mount's */
  readonly ttlSeconds: number
  readonly maxTtlSeconds: number
}

type Place = Pick<Call, 'storage' | 'mountPrefix'>

export function storedAccess ({ storage, mountPrefix }: Place): Entry<ConsulAccess> {
  return storage.entry(`${mountPrefix}config/access`)
}

/** By name. */
export function storedRoles ({ storage, mountPrefix }: Place): Area<ConsulRole> {
  return storage.area(`${mountPrefix}role/`)
}

const Access = formOf<ConsulAccess>()(Type.Object({
  address: text, scheme: text, token: text, caCert: text, clientCert: text, clientKey: text
}))
const Role = formOf<ConsulRole>()(Type.Object({
  policy: text,
  tokenType: text,
  consulPolicies: texts,
  policies: texts,
  consulRoles: texts,
  serviceIdentities: texts,
  nodeIdentities: texts,
  consulNamespace: text,
  partition: text,
  local: yesOrNo,
  ttlSeconds: whole,
  maxTtlSeconds: whole
}))

export const consulForms: PrefixForms = [['config/access', Access], ['role/', Role]]
