// What the entries of a radius mount look like in a saved world.
import { Type } from '@sinclair/typebox'
import { texts } from '../../sim/declared.js'
import type { PrefixForms } from '../../vault/entry-forms.js'
import { authEntryForm } from '../auth-entries.js'

export const radiusForms: PrefixForms = [
  ['config', authEntryForm()], ['users/', authEntryForm(Type.Object({ policies: texts }))]
]
