// What the entries of a cert mount look like in a saved world.
import { Type } from '@sinclair/typebox'
import { texts } from '../../sim/declared.js'
import type { PrefixForms } from '../../vault/entry-forms.js'
import { authEntryForm } from '../auth-entries.js'

export const certForms: PrefixForms = [
  ['config', authEntryForm()],
  ['certs/', authEntryForm()],
  ['crls/', Type.Object({ serials: texts })]
]
