// A state as it comes back from the text that it was saved as.
import type { StaticDecode, TSchema } from '@sinclair/typebox'
import { parseJson, printJson } from '../../src/json/index.js'
import { loadedForm, savedForm } from '../../src/json/saved-form.js'

export function throughJson<T extends TSchema> (form: T, state: StaticDecode<T>): StaticDecode<T> {
  return loadedForm(form, parseJson(printJson(savedForm(form, state))))
}
