// A state as it comes back from the text that it was saved as.
import type { TSchema } from '@sinclair/typebox'
import { parseJson, printJson } from '../../src/json/index.js'
import { loadedForm, savedForm } from '../../src/world/saved-form.js'
import type { State } from '../../src/sim/declared.js'

export function throughJson<T extends TSchema> (form: T, state: State<T>): State<T> {
  return loadedForm(form, parseJson(printJson(savedForm(form, state))))
}
