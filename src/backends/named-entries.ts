// Things that an engine stores by name and that are listed, read, written and deleted: roles, mostly.
import { Type, type Static, type TObject, type TProperties } from '@sinclair/typebox'
import type { Area } from '../cluster/storage.js'
import type { JsonObject, JsonValue } from '../json/index.js'
import { definePath, type Call, type PathDefinition } from '../vault/paths.js'
import { listFolder } from './plain-objects.js'

export interface NamedEntries<P extends TProperties, T extends JsonValue> {
  /** `roles`: the list stands there, the entries below it */
  readonly path: string
  /** what an entry is, for the help */
  readonly summary: string
  /** with `name` among them */
  readonly fields: TObject<P>
  readonly area: (call: Call<unknown>) => Area<T>
  /** the entry after a write; throws what is wrong with it. @param old what was there under the name */
  readonly write: (call: Call<Static<TObject<P>>>, old: T | undefined) => T
  readonly render: (entry: T, call: Call<unknown>) => JsonObject
}

/** Their two paths. */
export function namedEntryPaths<P extends TProperties, T extends JsonValue> (
  { path, summary, fields, area, write, render }: NamedEntries<P, T>
): readonly PathDefinition[] {
  const nameIn = (call: Call<unknown>): string => call.params.name ?? ''
  const entry = definePath({
    path: `${path}/:name`,
    summary,
    fields,
    operations: {
      read: (call) => {
        const found = area(call).get(nameIn(call))
        return found === undefined ? undefined : { data: render(found, call) }
      },
      update: (call) => { area(call).put(nameIn(call), write(call, area(call).get(nameIn(call)))) },
      delete: (call) => { area(call).delete(nameIn(call)) }
    }
  })
  const list = definePath({
    path, summary, fields: Type.Object({}), operations: { list: (call) => listFolder(area(call), '') }
  })
  return [list, entry]
}
