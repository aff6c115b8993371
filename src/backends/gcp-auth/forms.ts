// What the entries of a gcp mount of auth look like in a saved world.
import type { PrefixForms } from '../../vault/entry-forms.js'
import { authEntryForm } from '../auth-entries.js'

export const gcpAuthForms: PrefixForms = [
  ['config', authEntryForm()], ['role/', authEntryForm()]
]
