// One change of a primary's data, as it is kept in the journal and sent to a secondary.
import { Type } from '@sinclair/typebox'
import { Withheld, type StoredValue } from '../cluster/storage.js'
import type { JsonValue } from '../json/index.js'

/** A path with its value, its hash where a filter holds it back, or neither where it is gone. */
export type Change =
  | readonly [path: string, fate: 'value', content: JsonValue]
  | readonly [path: string, fate: 'withheld', hash: string]
  | readonly [path: string, fate: 'gone', nothing: null]

export const ChangeForm = Type.Union([
  Type.Tuple([Type.String(), Type.Literal('value'), Type.Unknown()]),
  Type.Tuple([Type.String(), Type.Literal('withheld'), Type.String()]),
  Type.Tuple([Type.String(), Type.Literal('gone'), Type.Null()])
])

export function changeOf (path: string, value: StoredValue | undefined): Change {
  if (value === undefined) return [path, 'gone', null]
  return value instanceof Withheld ? [path, 'withheld', value.hash] : [path, 'value', value]
}

/** The value that a change leaves behind; undefined: none. */
export function valueOf (change: Change): StoredValue | undefined {
  if (change[1] === 'gone') return undefined
  return change[1] === 'withheld' ? new Withheld(change[2]) : change[2]
}
