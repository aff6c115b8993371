// What the entries of an ldap mount of auth look like in a saved world.
import { Type } from '@sinclair/typebox'
import { texts } from '../../sim/declared.js'
import type { PrefixForms } from '../../vault/entry-forms.js'
import { authEntryForm } from '../auth-entries.js'

export const ldapAuthForms: PrefixForms = [
  ['config', authEntryForm()],
  ['users/', authEntryForm(Type.Object({ groups: texts, policies: texts }))],
  ['groups/', authEntryForm(Type.Object({ policies: texts }))]
]
