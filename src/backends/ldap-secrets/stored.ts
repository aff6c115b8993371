// What the LDAP secrets engine stores below its mount: the directory, static roles and when they rotate, dynamic roles.
import { Type } from '@sinclair/typebox'
import type { Area, Entry } from '../../cluster/storage.js'
import type { JsonObject } from '../../json/index.js'
import { instant } from '../../sim/declared.js'
import { ALARMS } from '../../vault/alarms.js'
import { anyObject, formOf, text, whole, yesOrNo, type PrefixForms } from '../../vault/entry-forms.js'
import type { Call } from '../../vault/paths.js'

export type DirectoryConfig = JsonObject & {
  /** by the names of the API, `bindpass` included */
  readonly directory: JsonObject
  readonly schema: string
  /** a policy for passwords; empty: letters and digits */
  readonly passwordPolicy: string
  /** 0: not set */
  readonly passwordLength: number
  readonly skipsRotation: boolean
  /** when the password of `binddn` was changed last, 0: never */
  readonly rotatedAtMs: number
}

/** Somebody who stays, and whose password changes. */
export type LdapStaticRole = JsonObject & {
  readonly username: string
  /** empty: looked for by the name */
  readonly dn: string
  readonly rotationPeriodSeconds: number
  readonly password: string
  readonly lastPassword: string
  /** 0: never */
  readonly rotatedAtMs: number
  /** when it is rotated next */
  readonly rotatesAtMs: number
}

/** What makes entries that come and go. Seconds, 0: the mount's. */
export type LdapDynamicRole = JsonObject & {
  readonly creation: string
  readonly deletion: string
  readonly rollback: string
  readonly usernameTemplate: string
  readonly defaultTtlSeconds: number
  readonly maxTtlSeconds: number
}

export type Place = Pick<Call, 'storage' | 'mountPrefix'>

export function storedConfig ({ storage, mountPrefix }: Place): Entry<DirectoryConfig> {
  return storage.entry(`${mountPrefix}config`)
}

/** By name. */
export function storedStaticRoles ({ storage, mountPrefix }: Place): Area<LdapStaticRole> {
  return storage.area(`${mountPrefix}static-role/`)
}

/** By name. */
export function storedDynamicRoles ({ storage, mountPrefix }: Place): Area<LdapDynamicRole> {
  return storage.area(`${mountPrefix}role/`)
}

const Config = formOf<DirectoryConfig>()(Type.Object({
  directory: anyObject,
  schema: text,
  passwordPolicy: text,
  passwordLength: whole,
  skipsRotation: yesOrNo,
  rotatedAtMs: instant
}))
const StaticRole = formOf<LdapStaticRole>()(Type.Object({
  username: text,
  dn: text,
  rotationPeriodSeconds: whole,
  password: text,
  lastPassword: text,
  rotatedAtMs: instant,
  rotatesAtMs: instant
}))
const DynamicRole = formOf<LdapDynamicRole>()(Type.Object({
  creation: text,
  deletion: text,
  rollback: text,
  usernameTemplate: text,
  defaultTtlSeconds: whole,
  maxTtlSeconds: whole
}))

export const ldapSecretsForms: PrefixForms = [
  ['config', Config], ['static-role/', StaticRole], ['role/', DynamicRole], [ALARMS, Type.Literal(true)]
]
