// What the entries of a github mount look like in a saved world.
import { orNull, text, type PrefixForms } from '../../vault/entry-forms.js'
import { authEntryForm } from '../auth-entries.js'

export const githubForms: PrefixForms = [['config', authEntryForm()], ['map/', orNull(text)]]
