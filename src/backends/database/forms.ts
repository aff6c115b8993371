// What the entries of a database mount look like in a saved world.
import { Type } from '@sinclair/typebox'
import { instant, texts } from '../../sim/declared.js'
import { ALARMS } from '../../vault/alarms.js'
import { anyObject, formOf, text, whole, yesOrNo, type PrefixForms } from '../../vault/entry-forms.js'
import type { Connection, Role, StaticRole } from './stored.js'

const ConnectionForm = formOf<Connection>()(Type.Object({
  pluginName: text,
  pluginVersion: text,
  allowedRoles: texts,
  rootRotationStatements: texts,
  passwordPolicy: text,
  isVerified: yesOrNo,
  details: anyObject
}))

const RoleForm = formOf<Role>()(Type.Object({
  dbName: text,
  creation: texts,
  revocation: texts,
  rollback: texts,
  renewal: texts,
  defaultTtlSeconds: whole,
  maxTtlSeconds: whole,
  credentialType: text,
  credentialConfig: anyObject
}))

const StaticRoleForm = formOf<StaticRole>()(Type.Object({
  dbName: text,
  username: text,
  rotationPeriodSeconds: whole,
  rotation: texts,
  credentialType: text,
  credentialConfig: anyObject,
  secret: text,
  rotatedAtMs: instant,
  rotatesAtMs: instant
}))

export const databaseForms: PrefixForms = [
  ['config/', ConnectionForm], ['role/', RoleForm], ['static-role/', StaticRoleForm], [ALARMS, Type.Literal(true)]
]
