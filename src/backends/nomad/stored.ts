// What the Nomad engine stores below its mount: how it reaches Nomad, and its roles.
import { Type } from '@sinclair/typebox'
import type { Area, Entry } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import { texts } from '../../sim/declared.js'
import { formOf, text, whole, yesOrNo, type PrefixForms } from '../../vault/entry-forms.js'
import type { Call } from '../../vault/paths.js'
import { lifetimesForm } from '../lifetimes.js'

export type NomadAccess = JsonObject & {
  /** a URL */
  readonly address: string
  readonly token: string
  readonly maxTokenNameLength: number
  readonly caCert: string
  readonly clientCert: string
  readonly clientKey: string
}

export type NomadRole = JsonObject & {
  readonly policies: readonly string[]
  /** client or management */
  readonly type: string
  readonly global: boolean
}

type Place = Pick<Call, 'storage' | 'mountPrefix'>

export function storedAccess ({ storage, mountPrefix }: Place): Entry<NomadAccess> {
  return storage.entry(`${mountPrefix}config/access`)
}

/** By name. */
export function storedRoles ({ storage, mountPrefix }: Place): Area<NomadRole> {
  return storage.area(`${mountPrefix}role/`)
}

const Access = formOf<NomadAccess>()(Type.Object({
  address: text, token: text, maxTokenNameLength: whole, caCert: text, clientCert: text, clientKey: text
}))
const Role = formOf<NomadRole>()(Type.Object({ policies: texts, type: text, global: yesOrNo }))

export const nomadForms: PrefixForms = [
  ['config/access', Access], ['config/lease', lifetimesForm], ['role/', Role]
]
