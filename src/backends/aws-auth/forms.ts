// What the entries of an aws mount of auth look like in a saved world.
import type { PrefixForms } from '../../vault/entry-forms.js'
import { authEntryForm } from '../auth-entries.js'

export const awsAuthForms: PrefixForms = [
  ['config/', authEntryForm()], ['role/', authEntryForm()]
]
