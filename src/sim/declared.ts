// The words in which the states of a world's parts are declared: once, for type, saved form and copies alike.
import { Type, type StaticDecode, type TSchema } from '@sinclair/typebox'

/** No field but those that are named. */
export const closed = { additionalProperties: false } as const

/** No date lies farther from 1970, in milliseconds. */
const LAST_DATE_MS = 8.64e15

export const instant = Type.Number({
  minimum: -LAST_DATE_MS, maximum: LAST_DATE_MS, description: 'milliseconds since 1970'
})
export const count = Type.Integer({ minimum: 0 })
export const texts = Type.Array(Type.String())

export function oneOf<T extends string> (...values: T[]) {
  const choice = Type.Union(values.map((value) => Type.Literal(value)), { description: values.join(', ') })
  return Type.Unsafe<T>(choice)
}

/** Objects that the program keeps as a map; their keys are data. */
export function mapOf<T extends TSchema> (member: T) {
  return Type.Transform(Type.Record(Type.String(), member))
    .Decode((members): ReadonlyMap<string, StaticDecode<T>> => new Map(Object.entries(members)))
    .Encode((members) => Object.fromEntries(members))
}

type Plain = { readonly [name: string]: unknown }

/** Nothing in it is ever changed: not its fields, nor what they hold. */
type Frozen<T> = T extends readonly (infer Member)[]
  ? readonly Frozen<Member>[]
  : T extends ReadonlyMap<string, infer Member>
    ? ReadonlyMap<string, Frozen<Member>>
    : T extends Plain ? { readonly [Name in keyof T]: Frozen<T[Name]> } : T

/** A state as the program holds it. */
export type State<T extends TSchema> = Frozen<StaticDecode<T>>
