// What the entries of a kerberos mount look like in a saved world.
import type { PrefixForms } from '../../vault/entry-forms.js'
import { authEntryForm } from '../auth-entries.js'

export const kerberosForms: PrefixForms = [
  ['config', authEntryForm()], ['config/ldap', authEntryForm()], ['groups/', authEntryForm()]
]
