// What the entries of an azure mount of auth look like in a saved world.
import type { PrefixForms } from '../../vault/entry-forms.js'
import { authEntryForm } from '../auth-entries.js'

export const azureAuthForms: PrefixForms = [
  ['config', authEntryForm()], ['role/', authEntryForm()]
]
