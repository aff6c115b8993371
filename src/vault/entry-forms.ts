// The words in which the forms of stored entries are told.
import { Type, type TSchema } from '@sinclair/typebox'
import type { State } from '../sim/declared.js'

export const text = Type.String()
export const yesOrNo = Type.Boolean()
/** As large as Go's int64 at most: what is larger, or no whole number, no duration and no counter can be. */
export const whole = Type.Integer({ minimum: -(2 ** 63), maximum: 2 ** 63 })
/** Keys are data. */
export const anyObject = Type.Record(text, Type.Unknown(), { description: 'an object' })

export function orNull<T extends TSchema> (form: T) {
  const description = form.type === 'array' ? 'an array or null' : 'an object or null'
  return Type.Union([form, Type.Null()], { description })
}

/** Forms by the beginning of the paths: the first that fits counts. */
export type PrefixForms = readonly (readonly [prefix: string, form: TSchema])[]

/** Marks a form as one that takes all that the program stores: where it does not, the types do not fit. */
export function formOf<T> () {
  return <F extends TSchema>(form: T extends State<F> ? F : never): TSchema => form
}
