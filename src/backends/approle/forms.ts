// What the entries of an AppRole mount look like in a saved world.
import { Type } from '@sinclair/typebox'
import { instant, texts } from '../../sim/declared.js'
import { anyObject, formOf, orNull, text, whole, yesOrNo, type PrefixForms } from '../../vault/entry-forms.js'
import { tokenParametersForm } from '../token-parameters-form.js'
import type { AppRole } from './stored-roles.js'
import type { SecretId } from './stored-secret-ids.js'

const Role = formOf<AppRole>()(Type.Object({
  name: text,
  roleId: text,
  bindSecretId: yesOrNo,
  localSecretIds: yesOrNo,
  secretIdBoundCidrs: orNull(texts),
  secretIdNumUses: whole,
  secretIdTtlSeconds: whole,
  oldPolicies: yesOrNo,
  oldPeriod: yesOrNo,
  parameters: tokenParametersForm
}))

const SecretIdForm = formOf<SecretId>()(Type.Object({
  secretId: text,
  accessor: text,
  roleName: text,
  metadata: anyObject,
  cidrList: texts,
  tokenBoundCidrs: texts,
  numUses: whole,
  ttlSeconds: whole,
  createdAtMs: instant,
  updatedAtMs: instant,
  expiresAtMs: instant
}))

export const approleForms: PrefixForms = [
  ['role/', Role], ['role-id/', text], ['secret-id/', SecretIdForm], ['secret-id-of/', text]
]
