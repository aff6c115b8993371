// What the entries of a userpass mount look like in a saved world.
import { Type } from '@sinclair/typebox'
import { formOf, text, yesOrNo, type PrefixForms } from '../../vault/entry-forms.js'
import { tokenParametersForm } from '../token-parameters-form.js'
import type { User } from './stored-users.js'

const UserForm = formOf<User>()(Type.Object({
  passwordHash: text,
  oldPolicies: yesOrNo,
  oldTtl: yesOrNo,
  oldMaxTtl: yesOrNo,
  parameters: tokenParametersForm
}))

export const userpassForms: PrefixForms = [['user/', UserForm]]
